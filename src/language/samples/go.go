// Package station keeps the latest reading of each sensor.
package station

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// ErrUnknown says that no sensor has this name.
var ErrUnknown = errors.New("unknown sensor")

/* Board is safe for use by several goroutines. */
type Board struct {
	mu     sync.RWMutex
	latest map[string]float64 `json:"latest"`
}

type Source[T any] interface {
	Next(ctx context.Context) (T, error)
}

func (b *Board) Get(sensor string) (float64, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	value, ok := b.latest[sensor]
	if !ok {
		return 0, fmt.Errorf("get %q: %w", sensor, ErrUnknown)
	}
	return value, nil
}

func (b *Board) Watch(ctx context.Context, names <-chan string) {
	for {
		select {
		case <-ctx.Done():
			return
		case name := <-names:
			go func() { _, _ = b.Get(name) }()
		}
	}
}

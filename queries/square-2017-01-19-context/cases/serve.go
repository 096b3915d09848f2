package serve

import (
	"context"
	"time"
)

func dropped(ctx context.Context, timeout time.Duration) error {
	// bug: context-never-cancelled
	ctx, _ = context.WithTimeout(ctx, timeout)
	return call(ctx)
}

func declared(parent context.Context, until time.Time) error {
	// bug: context-never-cancelled
	ctx, _ := context.WithDeadline(parent, until)
	return call(ctx)
}

func unused(parent context.Context, timeout time.Duration) error {
	// bug: context-never-cancelled
	ctx, cancel := context.WithTimeout(parent, timeout)
	if timeout > time.Second {
		return call(ctx)
	}
	return nil
}

func deferred(parent context.Context, timeout time.Duration) error {
	// ok: context-never-cancelled
	ctx, cancel := context.WithTimeout(parent, timeout)
	defer cancel()
	return call(ctx)
}

func onTheWay(parent context.Context) error {
	// ok: context-never-cancelled
	ctx, cancel := context.WithCancel(parent)
	if err := call(ctx); err != nil {
		cancel()
		return err
	}
	return nil
}

func given(parent context.Context) (context.Context, context.CancelFunc) {
	// ok: context-never-cancelled
	ctx, cancel := context.WithCancel(parent)
	return ctx, cancel
}

func other(parent context.Context) context.Context {
	// A context that holds a value needs no end.
	// ok: context-never-cancelled
	return context.WithValue(parent, key, 1)
}

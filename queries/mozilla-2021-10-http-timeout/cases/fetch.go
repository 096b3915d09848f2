package fetch

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// bug: http-call-without-timeout
var shared = &http.Client{}

type cache struct{ client *http.Client }

func fetch(url string) (*http.Response, error) {
	// bug: http-call-without-timeout
	if resp, err := http.Get(url); err == nil {
		return resp, nil
	}
	// bug: http-call-without-timeout
	return http.Post(url, "text/plain",
		strings.NewReader("again"))
}

func do(req *http.Request, c *cache) (*http.Response, error) {
	// bug: http-call-without-timeout
	c.client = &http.Client{
		Transport: &http.Transport{TLSHandshakeTimeout: time.Second},
	}
	// bug: http-call-without-timeout
	c.client = new(http.Client)
	// bug: http-call-without-timeout
	return http.DefaultClient.Do(req)
}

func safe(ctx context.Context, url string, c *cache) (*http.Response, error) {
	// ok: http-call-without-timeout
	client := &http.Client{
		Transport: http.DefaultTransport,
		Timeout:   10 * time.Second,
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	// ok: http-call-without-timeout
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	// ok: http-call-without-timeout
	if resp, err := client.Get(url); err == nil {
		return resp, nil
	}
	// A handler of our own that happens to have this name.
	// ok: http-call-without-timeout
	c.Get(url)
	// ok: http-call-without-timeout
	return client.Do(req)
}

func (c *cache) Get(url string) {}

func (c *Cache) share(own *http.Client) *http.Client {
	// bug: http-call-without-timeout
	shared := http.DefaultClient
	// bug: http-call-without-timeout
	c.options = Options{Client: http.DefaultClient}
	// bug: http-call-without-timeout
	c.use(http.DefaultClient)
	if own == nil {
		// bug: http-call-without-timeout
		return http.DefaultClient
	}
	// ok: http-call-without-timeout
	c.transport = http.DefaultTransport
	shared.Timeout = own.Timeout
	return shared
}

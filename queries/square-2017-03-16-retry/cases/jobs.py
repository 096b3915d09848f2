import backoff
import tenacity
from retrying import retry
from tenacity import AsyncRetrying, stop_after_attempt


# bug: retry-without-limit
@retry
def bare(url):
    return fetch(url)


# bug: retry-without-limit
@tenacity.retry(wait=tenacity.wait_fixed(1))
def waits(url):
    return fetch(url)


# bug: retry-without-limit
@backoff.on_exception(backoff.expo, IOError)
def backs_off(url):
    return fetch(url)


async def loop(url):
    # bug: retry-without-limit
    async for attempt in AsyncRetrying(reraise=True):
        with attempt:
            return await fetch(url)


# ok: retry-without-limit
@tenacity.retry(wait=tenacity.wait_fixed(1), stop=stop_after_attempt(3))
def limited(url):
    return fetch(url)


# ok: retry-without-limit
@backoff.on_exception(backoff.expo, IOError, max_time=60)
def limited_by_time(url):
    return fetch(url)


# ok: retry-without-limit
@retry(stop_max_attempt_number=3)
def limited_otherwise(url):
    return fetch(url)


# ok: retry-without-limit
@tenacity.retry(**SETTINGS)
def settings(url):
    return fetch(url)

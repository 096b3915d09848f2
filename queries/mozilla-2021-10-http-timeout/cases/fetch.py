import urllib.request
from urllib.request import urlopen

import requests


def fetch(url, token):
    # bug: http-call-without-timeout
    reply = requests.get(url)
    # bug: http-call-without-timeout
    again = requests.post(
        url,
        json={"token": token},
        headers={"accept": "application/json"},
    )
    # bug: http-call-without-timeout
    return reply, again, requests.request("PUT", url, data=b"")


def plain(url):
    # bug: http-call-without-timeout
    with urllib.request.urlopen(url) as reply:
        # bug: http-call-without-timeout
        return reply.read() + urlopen(url + "?more").read()


def safe(url, settings, session):
    # ok: http-call-without-timeout
    one = requests.get(url, timeout=5)
    # ok: http-call-without-timeout
    two = requests.get(
        url,
        params={"q": 1},
        timeout=(3, settings.read_timeout),
    )
    # ok: http-call-without-timeout
    three = requests.get(url, **settings.http)
    # ok: http-call-without-timeout
    four = urlopen(url, timeout=5)
    # Not seen: what the session does by default.
    # ok: http-call-without-timeout
    five = session.get(url)
    # ok: http-call-without-timeout
    six = settings.get("url")
    return one, two, three, four, five, six


def for_ever(url, limit):
    # bug: http-call-without-timeout
    one = requests.get(url, timeout=None)
    # bug: http-call-without-timeout
    two = urlopen(url, None, timeout=None)
    # ok: http-call-without-timeout
    three = requests.get(url, stream=None, timeout=limit or 5)
    return one, two, three

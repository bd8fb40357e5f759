"""Which requests go through the proxies that the environment names, and which don't.

httpx fails over a `NO_PROXY` with `[::1]` or `::1/128`, and reads a range such as `10.0.0.0/8` as
one address; `urllib.request.proxy_bypass` knows only names. The rules here are those of curl, with
the patterns of Windows besides: https://curl.se/libcurl/c/CURLOPT_NOPROXY.html
"""

from __future__ import annotations

import ipaddress
import re
from fnmatch import fnmatchcase
from typing import Any, NamedTuple
from urllib.request import getproxies

import httpx

from gts_wizard.sanitize import sanitize_line
from gts_wizard.validation import is_loopback

_NETWORK = re.compile(r"\[?([^][]+)\]?(/\d+)?")
_NAME_PATTERN = re.compile(r"[a-z0-9._*-]+")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class _Exception(NamedTuple):
    """One entry of `NO_PROXY`: a network, or a name or address that may have a port."""

    network: ipaddress.IPv4Network | ipaddress.IPv6Network | None = None
    name: str = ""
    port: int | None = None

    def matches(self, url: httpx.URL) -> bool:
        """Return whether a URL is on the host, or one of the hosts, that the entry names."""
        host = url.raw_host.decode()
        if self.network is not None:
            address = _parse_ip(host)
            return address is not None and address in self.network
        if self.port not in {None, url.port or _DEFAULT_PORTS.get(url.scheme)}:
            return False
        return fnmatchcase(host, self.name) or host.endswith(f".{self.name}")


class ProxySettings(NamedTuple):
    """The proxies that the environment names, and the exceptions in `NO_PROXY`.

    Attributes:
        proxies: the URL of the proxy for each scheme; that of `all` is for all others.
        exceptions: what is connected directly.
        unreadable: the entries of `NO_PROXY` that make no sense and are left out, safe to show.
    """

    proxies: dict[str, str]
    exceptions: tuple[_Exception, ...]
    unreadable: tuple[str, ...]

    def proxy_for(self, url: httpx.URL) -> str:
        """Return the proxy for a request; empty where it is sent directly.

        What goes to this computer itself always is: it may be plain http, which a proxy could read.
        """
        if is_loopback(url.raw_host.decode()) or any(
            exception.matches(url) for exception in self.exceptions
        ):
            return ""
        return self.proxies.get(url.scheme) or self.proxies.get("all", "")


def read_proxy_settings() -> ProxySettings:
    """Read HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, in capitals or not."""
    found = getproxies()
    proxies = {
        scheme: proxy if "://" in proxy else f"http://{proxy}"
        for scheme in ("http", "https", "all")
        if (proxy := found.get(scheme))
    }
    exceptions, unreadable = [], []
    for entry in re.split(r"[\s,]+", found.get("no", "").strip(" ,")):
        try:
            exceptions += [_parse_exception(entry)] if entry else []
        except ValueError:
            # Where a proxy was put here by mistake, its password is not shown.
            unreadable.append(sanitize_line(entry.rpartition("@")[2], 60))
    return ProxySettings(proxies, tuple(exceptions), tuple(unreadable))


def _parse_exception(entry: str) -> _Exception:
    """Parse one entry of `NO_PROXY`.

    Raises:
        ValueError: it is neither a network nor the name of a host.
    """
    network = _NETWORK.fullmatch(entry)
    if network is not None:
        try:
            return _Exception(ipaddress.ip_network(network[1] + (network[2] or ""), strict=False))
        except ValueError:
            pass
    try:
        url = httpx.URL(entry if "://" in entry else f"all://{entry}")
    except httpx.InvalidURL as error:
        raise ValueError from error
    name = url.raw_host.decode().lstrip(".")
    if url.raw_path != b"/" or not (_parse_ip(name) or _NAME_PATTERN.fullmatch(name)):
        raise ValueError
    return _Exception(name=name, port=url.port)


def _parse_ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


class ProxyTransport(httpx.BaseTransport):
    """httpx's transport, which sends each request through the proxy for it, or directly.

    Args:
        options: the arguments of `httpx.HTTPTransport`, except `proxy`.

    Raises:
        ValueError: the environment names a proxy that can't be used.
    """

    def __init__(self, **options: Any) -> None:
        self._settings = read_proxy_settings()
        self._transports = {
            proxy: httpx.HTTPTransport(proxy=proxy or None, **options)
            for proxy in {"", *self._settings.proxies.values()}
        }

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        return self._transports[self._settings.proxy_for(request.url)].handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        for transport in self._transports.values():
            transport.close()


class AsyncProxyTransport(httpx.AsyncBaseTransport):
    """The same as `ProxyTransport`, in an asynchronous client."""

    def __init__(self, **options: Any) -> None:
        self._settings = read_proxy_settings()
        self._transports = {
            proxy: httpx.AsyncHTTPTransport(proxy=proxy or None, **options)
            for proxy in {"", *self._settings.proxies.values()}
        }

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        transport = self._transports[self._settings.proxy_for(request.url)]
        return await transport.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections."""
        for transport in self._transports.values():
            await transport.aclose()

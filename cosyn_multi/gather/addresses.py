"""Which addresses may be fetched from: the public internet's, unless a flag allows others.

A host is resolved once, all its addresses are judged, and the connection goes to the address that was judged, so that a
name that points elsewhere a moment later leads nowhere. Redirects pass here again.
"""

import asyncio
import ipaddress
import socket
from typing import Final

import httpx2 as httpx

SCHEMES: Final = ("http", "https")


class Forbidden(Exception):
    """An address that is not fetched from, and why."""


class Checked(httpx.AsyncBaseTransport):
    """A transport that connects only to addresses that may be fetched from."""

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._inner = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=None, max_keepalive_connections=32))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises: Forbidden; OSError if the host has no address."""
        host = request.url.host
        if request.url.scheme not in SCHEMES or not host:
            raise Forbidden(f"{request.url}: only http and https are fetched")
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        address = await self._address(host, port)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)  # the Host header keeps the name
        return await self._inner.handle_async_request(request)

    async def _address(self, host: str, port: int) -> str:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(info[4][0]).partition("%")[0] for info in found]
        if not self._allow_private and (wrong := next((a for a in addresses if not is_public(a)), None)):
            raise Forbidden(f"{host}: {wrong} is no public address; --allow-private fetches from it all the same")
        return addresses[0]

    async def aclose(self) -> None:
        await self._inner.aclose()


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: no loopback, private, link-local, multicast or reserved one."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if ip in ipaddress.ip_network("64:ff9b::/96"):  # an IPv4 address behind a translator
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast

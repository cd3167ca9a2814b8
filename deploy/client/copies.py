"""Which copies of the services run, and how each says that it is: asked over HTTP, by what every service answers to everybody."""

import asyncio
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace

import httpx

PATIENCE = 5.0
"""Seconds that a copy may take to answer."""
BUILD = re.compile(r'^xiaohao_build_info\{service="([^"]*)",version="([^"]*)"\}', re.MULTILINE)


@dataclass(frozen=True)
class Copy:
    """One copy of a service, as far as it answers."""

    at: str
    service: str = ""
    version: str = ""
    live: bool = False
    ready: bool = False
    reasons: tuple[str, ...] = ()
    """Why it is not live or not ready, in its own words."""
    away: str | None = None
    """Why it could not be asked."""


async def copies(addresses: Mapping[str, str]) -> list[Copy]:
    """Every copy behind these addresses, each with the name of the service that is to be there, where that is known.

    A host name that stands for several copies is each of them.
    """
    async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
        found = await asyncio.gather(*(_behind(client, address) for address in addresses))
    return [replace(copy, service=copy.service or name) for name, those in zip(addresses.values(), found, strict=True) for copy in those]


async def _behind(client: httpx.AsyncClient, address: str) -> list[Copy]:
    try:
        url = httpx.URL(address)
        if url.scheme not in ("http", "https") or not url.host:
            return [Copy(address, away="write it as http://HOST:PORT")]
        hosts = await _hosts(url) if url.scheme == "http" else [url.host]  # a certificate is that of the name
    except (httpx.InvalidURL, UnicodeError):
        return [Copy(address, away="write it as http://HOST:PORT")]
    except OSError as error:
        return [Copy(address, away=f"{url.host}: {error.strerror or error}")]
    if len(hosts) < 2:
        return [await _ask(client, url)]
    return list(await asyncio.gather(*(_ask(client, url.copy_with(host=host)) for host in hosts)))


async def _hosts(url: httpx.URL) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(url.host, url.port or 80, family=socket.AF_INET, type=socket.SOCK_STREAM)
    return sorted({str(place[0]) for *_, place in found})


async def _ask(client: httpx.AsyncClient, url: httpx.URL) -> Copy:
    at = str(url).rstrip("/")
    try:
        livez, readyz, metrics = await asyncio.gather(*(client.get(f"{at}/{each}") for each in ("livez", "readyz", "metrics")))
        live, ready = livez.json(), readyz.json()
        build = BUILD.search(metrics.text)
        reasons = dict.fromkeys((*live["reasons"], *ready["reasons"]))
        return Copy(
            at,
            build[1] if build else "",
            build[2] if build else "",
            live["alive"] is True,
            ready["ready"] is True,
            tuple(map(str, reasons)),
        )
    except httpx.TimeoutException:
        return Copy(at, away=f"does not answer within {PATIENCE:.0f} s")
    except httpx.HTTPError as error:
        return Copy(at, away=f"does not answer: {str(error) or type(error).__name__}")
    except (ValueError, KeyError, TypeError):
        return Copy(at, away="answers as no service of Xiaohao does")

"""The file of keys while a service runs: so that a key can be revoked."""

import asyncio

import structlog

from shared.http.access import Keys

log = structlog.get_logger()
LOOK = 2.0
"""Seconds between two looks at it: a key that is no longer there is refused within 5 s."""


async def follow(keys: Keys, every: float = LOOK) -> None:
    """Take the file's keys anew whenever it holds something else, until cancelled."""
    while True:
        await asyncio.sleep(every)
        fault = keys.fault
        if changed := await asyncio.to_thread(keys.read_again):
            log.info("keys taken anew", changed=changed)
        if keys.fault and keys.fault != fault:
            log.error("the file of keys cannot be used; those before it stay valid", why=keys.fault)

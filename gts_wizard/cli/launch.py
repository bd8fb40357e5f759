"""Runs what a command does with servers, to its proper end."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from gts_wizard.services.container import Services

T = TypeVar("T")


def run_with_services(services: Services, work: Coroutine[object, None, T]) -> T:
    """Do what takes time, and close what it opened, however it ends.

    Args:
        services: what the work uses.
        work: what is done.
    """
    import asyncio  # noqa: PLC0415

    async def done() -> T:
        try:
            return await work
        finally:
            await services.aclose()

    return asyncio.run(done())

#!/usr/bin/env python3
"""Keeps the latest reading of each sensor."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reading:
    sensor: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)


class Board:
    def __init__(self, *, room: int = 100) -> None:
        self._latest: dict[str, Reading] = {}
        self.room = room

    def put(self, reading: Reading) -> bool:
        # A full board refuses new sensors.
        if reading.sensor not in self._latest and len(self._latest) >= self.room:
            return False
        self._latest[reading.sensor] = reading
        return True

    def cold(self) -> list[str]:
        return sorted(r.sensor for r in self._latest.values() if r.value < 0)


async def main(*names: str, **options: int) -> None:
    board = Board(**options)
    for number, name in enumerate(names):
        try:
            await asyncio.sleep(0)
            board.put(Reading(name, -1.5 * number))
        except (OSError, ValueError) as error:
            raise SystemExit(f"{name!r}: {error}") from error
    match board.cold():
        case []:
            print("none")
        case [first, *_]:
            print(f"{first} and others")

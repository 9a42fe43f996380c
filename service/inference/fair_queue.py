"""A fair queue: items leave in the order in which they would finish if each request had the model to itself.

Small requests overtake the rest of a large one; no later item overtakes an item whose fair finish time has passed.

Reference:
    Demers, Keshav and Shenker, Analysis and Simulation of a Fair Queueing Algorithm, SIGCOMM 1989.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any

Results = asyncio.Future[list[Any]]
"""For each item of a request its raw output, or the exception that the predictor raised on it.

Cancelling it drops the items of the request that still wait."""

_SLOTS = 10
"""Time slots in each second; due work is counted by slot, so that a new request sums few numbers."""
_SPARE = 16
"""Dropped entries stay in the heap until they outnumber the others by more than this."""


@dataclass(eq=False, slots=True)
class Entry:
    """A waiting item, and its cost in steps."""

    request: Request
    index: int
    prepared: Any
    cost: int
    slot: int
    waits: bool = True

    def deliver(self, result: Any) -> None:
        request = self.request
        request.results[self.index] = result
        request.missing -= 1
        if not request.missing and not request.done.done():
            request.done.set_result(request.results)


@dataclass(eq=False, slots=True)
class Request:
    """The items that one caller waits for.

    Args:
        span: of the caller's request, if it is traced.
    """

    done: Results
    since: float
    results: list[Any]
    missing: int
    waiting: int
    entries: list[Entry] = field(default_factory=list)
    span: Any = None


class FairQueue:
    """The items that wait for one model.

    Attributes:
        requests, items: how many of them wait.
    """

    def __init__(self) -> None:
        self.requests = self.items = 0
        self._heap: list[tuple[float, int, Entry]] = []  # dropped entries stay until their turn
        self._numbers = count()
        self._due: Counter[int] = Counter()  # steps that wait, by the slot of time in which they are due

    def add(self, done: Results, items: Sequence[Any], costs: Sequence[int], pace: float) -> Request:
        """Queue a request's items, each of which takes `pace` seconds for each of its `costs` steps."""
        now = due = time.perf_counter()
        request = Request(done, now, [None] * len(items), len(items), len(items))
        for index, (item, cost) in enumerate(zip(items, costs, strict=True)):
            due += cost * pace
            entry = Entry(request, index, item, cost, int(due * _SLOTS))
            request.entries.append(entry)
            heappush(self._heap, (due, next(self._numbers), entry))
            self._due[entry.slot] += cost
        self.requests += 1
        self.items += len(items)
        return request

    def due_within(self, seconds: float) -> int:
        """Steps of waiting items whose fair finish time is at most so many seconds away."""
        last = int((time.perf_counter() + seconds) * _SLOTS)
        return sum(steps for slot, steps in self._due.items() if slot <= last)

    def take(self, most_items: int, most_steps: float) -> list[Entry]:
        """The entries that are due first, as many as the limits allow and at least one; none if none waits."""
        batch: list[Entry] = []
        steps = 0
        while self._heap:
            entry = self._heap[0][2]
            if entry.waits:
                if len(batch) == most_items or (batch and steps + entry.cost > most_steps):
                    break
                batch.append(entry)
                steps += entry.cost
                self._leave(entry)
            heappop(self._heap)
        return batch

    def drop(self, request: Request) -> int:
        """Remove the items of a request that still wait, and return how many they are."""
        dropped = request.waiting
        if dropped:
            for entry in request.entries:
                if entry.waits:
                    entry.prepared = None
                    self._leave(entry)
            if len(self._heap) > 2 * self.items + _SPARE:
                self._heap = [place for place in self._heap if place[2].waits]
                heapify(self._heap)
        request.entries.clear()  # breaks the reference cycle, which would be work for the garbage collector
        return dropped

    def _leave(self, entry: Entry) -> None:
        entry.waits = False
        entry.request.waiting -= 1
        self.requests -= not entry.request.waiting
        self.items -= 1
        self._due[entry.slot] -= entry.cost
        if not self._due[entry.slot]:
            del self._due[entry.slot]

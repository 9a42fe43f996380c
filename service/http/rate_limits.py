"""How many requests and items a second the owner of a key may send."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from service.http.problems import Problem


class TokenBucket:
    """Fills with `rate` tokens a second, up to `size`.

    Whoever wants more than a bucket holds when it is full needs a full one, and leaves it in debt: the others wait
    longer after that, and the rate holds.

    Reference:
        Turner, New directions in communications, IEEE Communications Magazine 1986 (leaky bucket as a meter).
    """

    def __init__(self, rate: float, size: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._size = self._level = size
        self._clock = clock
        self._since = clock()

    def take(self, amount: float) -> float:
        """Take tokens; returns 0, or the seconds until so many can be taken."""
        now = self._clock()
        self._level = min(self._size, self._level + (now - self._since) * self._rate)
        self._since = now
        missing = min(amount, self._size) - self._level
        if missing > 1e-9:  # what sums of fractions may be off
            return missing / self._rate
        self._level -= amount
        return 0.0


@dataclass(frozen=True)
class Rates:
    """What each owner of a key may send to this process; none means any number.

    Args:
        burst_seconds: for how long of silence an owner may catch up at once.
    """

    requests: float | None = None
    items: float | None = None
    burst_seconds: float = 10

    def split(self, workers: int) -> Rates:
        """The part of each of so many workers, among which the kernel spreads connections."""
        requests, items = (None if rate is None else rate / workers for rate in (self.requests, self.items))
        return Rates(requests, items, self.burst_seconds)


class RateLimits:
    """The buckets of every owner."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._requests: dict[str, TokenBucket] = {}
        self._items: dict[str, TokenBucket] = {}

    def take_request(self, owner: str) -> Callable[[int], None] | None:
        """Let a request in; returns what is to be called with the number of its items, if these are limited.

        Raises:
            Problem: 429 the owner has sent too many; the call that is returned raises it too.
        """
        rates = self._rates
        if rates.requests is not None:
            _take(self._requests, owner, 1, "requests", rates.requests, rates.burst_seconds)
        if rates.items is None:
            return None
        return partial(_take, self._items, owner, kind="items", rate=rates.items, burst_seconds=rates.burst_seconds)


def _take(
    buckets: dict[str, TokenBucket], owner: str, amount: int, kind: str, rate: float, burst_seconds: float
) -> None:
    bucket = buckets.get(owner)
    if bucket is None:
        bucket = buckets[owner] = TokenBucket(rate, max(1.0, rate * burst_seconds))
    if seconds := bucket.take(amount):
        detail = f"the key of {owner} has sent too many {kind}; come again in {math.ceil(seconds)} seconds"
        raise Problem(429, "rate-limited", detail, headers={"Retry-After": str(math.ceil(seconds))})

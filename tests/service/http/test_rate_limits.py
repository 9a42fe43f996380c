from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.http.problems import Problem
from service.http.rate_limits import RateLimits, Rates, TokenBucket


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    clock = Clock()
    bucket = TokenBucket(2, 4, clock)
    assert [bucket.take(1) for _ in range(5)] == [0, 0, 0, 0, 0.5]
    clock.now += 0.5
    assert bucket.take(1) == 0
    assert bucket.take(1) == 0.5
    clock.now += 60
    assert [bucket.take(1) for _ in range(5)] == [0, 0, 0, 0, 0.5]


def test_more_than_a_bucket_holds_leaves_a_debt() -> None:
    clock = Clock()
    bucket = TokenBucket(1, 10, clock)
    assert bucket.take(25) == 0
    assert bucket.take(1) == 16
    clock.now += 16
    assert bucket.take(1) == 0


@given(
    st.floats(0.1, 100),
    st.floats(1, 100),
    st.lists(st.tuples(st.floats(0, 5), st.integers(1, 50)), min_size=1, max_size=60),
)
def test_never_more_than_the_burst_and_the_rate_and_one_too_large(
    rate: float, size: float, asked: list[tuple[float, int]]
) -> None:
    clock = Clock()
    bucket, taken = TokenBucket(rate, size, clock), 0
    for pause, amount in asked:
        clock.now += pause
        wait = bucket.take(amount)
        if wait:
            clock.now += wait  # whoever waits as long as told is let in
            assert bucket.take(amount) == 0
        taken += amount
        assert taken <= size + rate * clock.now + max(0, amount - size) + 1e-6


def test_each_owner_has_a_bucket_and_is_told_when_to_come_again() -> None:
    limits = RateLimits(Rates(requests=0.5, burst_seconds=4))
    for owner in ("anna", "bob"):
        assert [limits.take_request(owner) for _ in range(2)] == [None, None]
        with pytest.raises(Problem) as caught:
            limits.take_request(owner)
        assert (caught.value.status, caught.value.kind) == (429, "rate-limited")
        assert caught.value.headers == {"Retry-After": "2"}


def test_items_are_limited_beside_requests() -> None:
    take_items = RateLimits(Rates(items=10, burst_seconds=2)).take_request("anna")
    assert take_items
    take_items(15)
    with pytest.raises(Problem) as caught:
        take_items(10)
    assert caught.value.headers == {"Retry-After": "1"}
    take_items(5)


def test_workers_split_the_rates() -> None:
    assert Rates(10, None, 5).split(4) == Rates(2.5, None, 5)

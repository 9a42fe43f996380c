from __future__ import annotations

import numpy as np

from seqserve.complete.state_cache import StateCache

STATE = np.zeros(64, dtype=np.float32)


def test_finds_the_longest_prefix() -> None:
    cache = StateCache(10_000)
    assert cache.longest([1, 2]) == (0, None)
    cache.keep([1], STATE)
    cache.keep([1, 2, 3], STATE + 1)
    for tokens, count, value in (([1, 2, 3, 4], 3, 1.0), ([1, 2], 1, 0.0), ([1, 2, 3], 3, 1.0)):
        found, state = cache.longest(tokens)
        assert state is not None
        assert (found, state[0]) == (count, value)
    assert cache.longest([2, 3])[0] == 0


def test_takes_no_more_memory_than_it_may_and_drops_what_was_used_longest_ago() -> None:
    cache = StateCache(2_000)
    for number in range(4):
        cache.keep([number], STATE)
    assert cache.longest([0])[0] == 1
    for number in range(4, 7):
        cache.keep([number], STATE)
        assert cache.bytes <= 2_000
    assert (cache.longest([0])[0], cache.longest([1])[0]) == (1, 0)
    assert len(cache) < 7


def test_keeps_a_copy() -> None:
    cache, batch = StateCache(10_000), np.zeros((8, 64), dtype=np.float32)
    cache.keep([1], batch[0])
    batch += 1
    kept = cache.longest([1])[1]
    assert kept is not None
    assert kept.base is None
    assert not kept.any()

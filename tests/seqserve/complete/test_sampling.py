from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqserve.complete.predictor import Completion
from seqserve.complete.query import CompletionQuery
from seqserve.complete.sampling import Sampling, _drawn, _repeating
from seqserve.errors import InputError
from testing.tiny.complete import predictor

COMPLETER = predictor()
DRAWN = CompletionQuery("A great fil", "continue", 1, 12, temperature=1.0, seed=7)


def answer(query: CompletionQuery) -> Completion:
    (found,) = COMPLETER.predict([query])
    assert isinstance(found, Completion)
    return found


def one(query: CompletionQuery) -> str:
    (found,) = answer(query).continuations or []
    return found.text


def test_a_seed_draws_the_same_and_another_one_something_else() -> None:
    assert one(DRAWN) == one(DRAWN)
    assert len({one(replace(DRAWN, seed=seed)) for seed in range(8)}) > 4
    assert len({one(replace(DRAWN, seed=None)) for _ in range(8)}) > 4
    first, second = (found.text for found in answer(replace(DRAWN, count=2)).continuations or [])
    assert first == one(DRAWN)
    assert second != first


def test_the_likeliest_needs_no_seed() -> None:
    query = CompletionQuery("A great fil", "continue")
    assert one(query) == one(query)


@given(st.text(max_size=12), st.integers(0, 100))
def test_whatever_the_text_its_continuation_is_text(text: str, seed: int) -> None:
    """Half a character is never offered, and a half-typed word is spelled to its end."""
    (found,) = COMPLETER.predict([replace(DRAWN, text=text, seed=seed, most_tokens=4, temperature=2.0)])
    if isinstance(found, InputError):
        return
    for continuation in found.continuations:
        continuation.text.encode()
        assert "\ufffd" not in continuation.text
        assert not continuation.text.startswith(" ") or not text.endswith(" ")


def test_ends_before_a_stop_text() -> None:
    whole = one(DRAWN)
    (found,) = answer(replace(DRAWN, stop=("nosuch", whole[3:5]))).continuations or []
    assert (found.text, found.finish) == (whole[: whole.index(whole[3:5])], "stop")


def test_has_as_many_subwords_as_were_asked_for() -> None:
    for most in (1, 3):
        (found,) = answer(replace(DRAWN, most_tokens=most)).continuations or []
        assert found.tokens <= most
        assert found.finish == ("length" if found.tokens == most else "end")


def test_nothing_comes_twice_with_the_guard() -> None:
    query = CompletionQuery("look for stars, look for", "continue", most_tokens=60)
    assert _repeating([1, 2, 3, 1, 2], 3) == [3]
    assert _repeating([1, 2, 3, 1, 2], 1) == [1, 2, 3, 1, 2]
    assert _repeating([1], 3) == []
    for size in (2, 4):
        text = query.text + one(replace(query, no_repeat=size))
        (tokens,) = COMPLETER.subwords.encode([text])
        runs = [tuple(tokens[start : start + size]) for start in range(len(tokens) - size + 1)]
        generated = runs[len(COMPLETER.subwords.encode([query.text])[0]) :]
        assert len(set(generated)) >= len(generated) - 1  # as it is encoded anew, a word may be in other pieces


def test_draws_in_proportion_and_only_from_the_likeliest() -> None:
    scores, random = np.log(np.array([0.5, 0.3, 0.15, 0.05])), np.random.default_rng(0)
    draws = [_drawn(scores, Sampling(temperature=1.0), random) for _ in range(4000)]
    assert np.bincount(draws, minlength=4) / 4000 == pytest.approx([0.5, 0.3, 0.15, 0.05], abs=0.03)
    kept = {_drawn(scores, Sampling(temperature=1.0, top_p=0.7), random) for _ in range(200)}
    assert kept == {0, 1}
    assert {_drawn(scores, Sampling(temperature=1.0, top_p=1e-9), random) for _ in range(20)} == {0}
    assert {_drawn(scores, Sampling(temperature=0.01), random) for _ in range(50)} == {0}
    assert {_drawn(np.roll(scores, 1), Sampling(temperature=5e-324), random) for _ in range(50)} == {1}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"count": 17}, "count"),
        ({"count": 2, "temperature": 0}, "count"),
        ({"most_tokens": 0}, "most_tokens"),
        ({"temperature": float("nan")}, "temperature"),
        ({"seed": -1}, "seed"),
        ({"stop": ("",)}, "stop"),
    ],
)
def test_options_out_of_bounds_are_refused(wrong: dict[str, object], field: str) -> None:
    (found,) = COMPLETER.predict([replace(DRAWN, **wrong)])  # type: ignore[arg-type]
    assert isinstance(found, InputError)
    assert (found.code, found.field) == ("out_of_range", field)

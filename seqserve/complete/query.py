"""What is asked of a completer, and the bounds of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from seqserve.complete.sampling import Sampling
from seqserve.errors import InputError

Mode = Literal["suggest", "continue"]
MOST_COUNT = 16
MOST_TOKENS = 256
MOST_STOPS = 8
SEEDS = 2**63
_SUGGESTIONS = 3


@dataclass(frozen=True)
class CompletionQuery:
    """A text to complete; see `Sampling` for how it goes on.

    Args:
        mode: words that are suggested, or continuations.
        count: of suggestions, 3 if not told, or of continuations, 1 if not told.
        seed: of what is drawn; none draws another one each time.
    """

    text: str
    mode: Mode = "suggest"
    count: int | None = None
    most_tokens: int = 24
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int | None = None
    stop: Sequence[str] = ()
    no_repeat: int = 4
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0

    @property
    def wanted(self) -> int:
        """How many suggestions or continuations are wanted."""
        if self.count is not None:
            return self.count
        return _SUGGESTIONS if self.mode == "suggest" else 1


def checked(query: CompletionQuery) -> Sampling:
    """The sampling of a query.

    Raises:
        InputError: an option is out of its bounds.
    """
    bounds: dict[str, tuple[float, float]] = {
        "count": (1, MOST_COUNT),
        "most_tokens": (1, MOST_TOKENS),
        "temperature": (0, 2),
        "top_p": (0, 1),
        "no_repeat": (0, 16),
        "frequency_penalty": (-2, 2),
        "presence_penalty": (-2, 2),
    }
    for name, (least, most) in bounds.items():
        value = query.wanted if name == "count" else getattr(query, name)
        if not least <= value <= most:
            raise InputError("out_of_range", f"{name} is {value}, from {least} to {most} is taken", name)
    if query.mode == "continue" and query.temperature == 0 and query.wanted > 1:
        message = f"temperature 0 has one continuation, and {query.wanted} are asked for; set a temperature above 0"
        raise InputError("out_of_range", message, "count")
    if query.seed is not None and not 0 <= query.seed < SEEDS:
        raise InputError("out_of_range", f"seed is {query.seed}, from 0 to {SEEDS - 1} is taken", "seed")
    if len(query.stop) > MOST_STOPS or not all(query.stop):
        message = f"{len(query.stop)} stop texts, at most {MOST_STOPS} are taken, and none may be empty"
        raise InputError("out_of_range", message, "stop")
    return Sampling(
        query.most_tokens,
        query.temperature,
        query.top_p,
        tuple(query.stop),
        query.no_repeat,
        query.frequency_penalty,
        query.presence_penalty,
    )

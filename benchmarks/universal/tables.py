"""Markdown tables of results by frequency and by set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from training.forecast.universal.evaluation.scoring import Ratio, Result, geometric_mean, ratio

REFERENCE = "seasonal naive"
FEWEST = 12
"""Windows that a set needs to count in an average: two or four alone would weigh as much as sixty."""
_FREQUENCIES = ("Y", "Q", "M", "W", "D", "sub-daily")


@dataclass(frozen=True)
class SetResults:
    """The results of all methods on a set, each on the set's first windows; the reference has all of them.

    Args:
        trained: whether what comes before the held-out windows was trained on; otherwise nothing of the set was.
    """

    name: str
    frequency: str
    trained: bool
    methods: Mapping[str, Result]

    @property
    def windows(self) -> int:
        return len(self.methods[REFERENCE].scores)

    def ratio(self, method: str, name: str, other: str = REFERENCE) -> Ratio:
        """A score of a method over that of another, on the windows that both have."""
        first, second = self.methods[method], self.methods[other]
        count = min(len(first.scores), len(second.scores))
        return ratio(first.first(count), second.first(count), name)


def counted(sets: Sequence[SetResults]) -> list[SetResults]:
    """The sets that count in averages."""
    return [one for one in sets if one.windows >= FEWEST]


def by_frequency(sets: Sequence[SetResults], methods: Sequence[str]) -> str:
    """Per method and frequency MASE / SQL over the seasonal naive forecast, as geometric means over sets.

    "never seen" are the sets of which nothing was trained on. Then, over all sets: WQL in the same way, the share of
    steps held at 80 and 95%, milliseconds of processor time a series, how many windows the method had, and for how
    many it failed.
    """
    sets = counted(sets)
    groups = _groups(sets)
    heads = ["method", *(f"{name} ({len(group)})" for name, group in groups.items())]
    heads += ["WQL", "held at 80 / 95%", "ms a series, median", "windows", "failed"]
    rows = []
    for method in methods:
        own = [one for one in sets if method in one.methods]
        cells = [method, *(_pair(group, method) for group in groups.values())]
        results = [one.methods[method] for one in own]
        cells.append(_mean(own, method, "wql"))
        cells.append(_held(results))
        cells.append(f"{np.median([result.milliseconds for result in results]):.2g}" if results else "")
        cells.append(str(sum(len(result.scores) for result in results)))
        cells.append(str(sum(result.failed for result in results)))
        rows.append(cells)
    return table(heads, rows)


def held_by_frequency(sets: Sequence[SetResults], methods: Sequence[str]) -> str:
    """The share of steps within the 80% / 95% intervals, in percent, as means over sets."""
    groups = _groups(counted(sets))
    rows = []
    for method in methods:
        own = ([one.methods[method] for one in group if method in one.methods] for group in groups.values())
        rows.append([method, *map(_held, own)])
    return table(["held at 80 / 95%", *groups], rows)


def beside(sets: Sequence[SetResults], method: str, others: Iterable[str]) -> str:
    """A method over each of the others on the windows that both have, MASE / SQL, with two standard errors for all."""
    groups = _groups(counted(sets))
    rows = []
    for other in others:
        cells = [other]
        for place, group in enumerate(groups.values()):
            own = [one for one in group if other in one.methods and method in one.methods]
            means = [geometric_mean([one.ratio(method, name, other) for one in own]) for name in ("mase", "sql") if own]
            cells.append(" / ".join(_number(mean, with_error=not place) for mean in means))
        rows.append(cells)
    return table([f"{method} over", *groups], rows)


def by_set(sets: Sequence[SetResults], methods: Sequence[str]) -> str:
    """Per set: MASE and SQL of the seasonal naive forecast, and of each method MASE / SQL relative to it."""
    rows = []
    for one in sets:
        reference = one.methods[REFERENCE]
        note = "" if one.windows >= FEWEST else ", not in the means"
        cells = [one.name, one.frequency, "seen" if one.trained else "", f"{one.windows}{note}"]
        cells.append(f"{reference.mean('mase'):.3f} / {reference.mean('sql'):.3f}")
        cells += [_pair([one], method) for method in methods if method != REFERENCE]
        rows.append(cells)
    return table(["set", "", "", "windows", REFERENCE, *(method for method in methods if method != REFERENCE)], rows)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, the first column to the left and the others to the right."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _groups(sets: Sequence[SetResults]) -> dict[str, list[SetResults]]:
    groups = {"all": list(sets), "never seen": [one for one in sets if not one.trained]}
    for name in _FREQUENCIES:
        group = [one for one in sets if one.frequency == name]
        if group:
            groups[name] = group
    return groups


def _pair(sets: Sequence[SetResults], method: str) -> str:
    own = [one for one in sets if method in one.methods]
    return f"{_mean(own, method, 'mase')} / {_mean(own, method, 'sql')}" + _part(own, sets) if own else ""


def _part(own: Sequence[SetResults], sets: Sequence[SetResults]) -> str:
    """How many sets, where it is not all."""
    return f" ({len(own)})" if len(own) < len(sets) else ""


def _mean(sets: Sequence[SetResults], method: str, name: str) -> str:
    return f"{geometric_mean([one.ratio(method, name) for one in sets]).value:.3f}" if sets else ""


def _number(mean: Ratio, with_error: bool) -> str:
    return f"{mean.value:.3f} ± {mean.error:.3f}" if with_error else f"{mean.value:.3f}"


def _held(results: Sequence[Result]) -> str:
    if not results:
        return ""
    return " / ".join(f"{100 * np.mean([one.mean(name) for one in results]):.0f}" for name in ("held80", "held95"))

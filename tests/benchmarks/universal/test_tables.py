"""Tables have a row a method and a column a frequency, and compare methods on windows that both have."""

from __future__ import annotations

import pytest

from benchmarks.universal import tables
from benchmarks.universal.tables import FEWEST, REFERENCE, SetResults
from training.forecast.universal.evaluation.metrics import Score
from training.forecast.universal.evaluation.scoring import Result


def result(*mases: float) -> Result:
    return Result([Score(mase, mase, 1.0, 10.0, 0.75, 1.0) for mase in mases], milliseconds=2.0)


def sets() -> list[SetResults]:
    yearly = SetResults("y", "Y", True, {REFERENCE: result(*[2.0] * FEWEST), "good": result(*[1.0] * FEWEST)})
    # The slow method has the first window alone, where the seasonal naive forecast errs by 4 and not by 1.
    both = {REFERENCE: result(4.0, *[1.0] * FEWEST), "good": result(*[1.0] * (FEWEST + 1)), "slow": result(2.0)}
    few = SetResults("few", "Q", False, {REFERENCE: result(1.0), "good": result(9.0)})
    return [yearly, SetResults("m", "M", False, both), few]


def cells(table: str, row: str) -> list[str]:
    (line,) = [line for line in table.splitlines() if line.startswith(f"| {row} |")]
    return [cell.strip() for cell in line.split("|")[2:-1]]


def test_frequencies_are_geometric_means_of_sets_with_enough_windows() -> None:
    table = tables.by_frequency(sets(), [REFERENCE, "good", "slow"])
    assert table.splitlines()[0].startswith("| method | all (2) | never seen (1) | Y (1) | M (1) | WQL |")
    monthly = (FEWEST + 1) / (FEWEST + 4)
    both = (0.5 * monthly) ** 0.5
    assert cells(table, "good")[:4] == [f"{x:.3f} / {x:.3f}" for x in (both, monthly, 0.5, monthly)]
    assert cells(table, "slow")[:4] == ["0.500 / 0.500 (1)", "0.500 / 0.500", "", "0.500 / 0.500"]
    assert cells(table, "good")[5:7] == ["75 / 100", "2"]


def test_intervals_are_shares_of_steps() -> None:
    assert cells(tables.held_by_frequency(sets(), ["good", "slow"]), "slow") == ["75 / 100", "75 / 100", "", "75 / 100"]


def test_a_method_beside_another_has_only_windows_of_both() -> None:
    table = tables.beside(sets(), "good", ["slow", REFERENCE])
    assert cells(table, "slow") == ["0.500 ± 0.000 / 0.500 ± 0.000", "0.500 / 0.500", "", "0.500 / 0.500"]
    assert cells(table, REFERENCE)[2] == "0.500 / 0.500"


def test_a_set_of_few_windows_is_shown_and_marked() -> None:
    assert cells(tables.by_set(sets(), [REFERENCE, "good"]), "few") == [
        "Q",
        "",
        "1, not in the means",
        "1.000 / 1.000",
        "9.000 / 9.000",
    ]


def test_no_set_is_no_error() -> None:
    assert tables.by_frequency([], ["good"]).count("\n") == 2


def test_a_score_of_zero_is_no_number() -> None:
    exact = [SetResults("exact", "Y", False, {REFERENCE: result(*[0.0] * FEWEST), "good": result(*[1.0] * FEWEST)})]
    with pytest.raises(ValueError, match="is 0 for one of the methods"):
        tables.by_frequency(exact, ["good"])

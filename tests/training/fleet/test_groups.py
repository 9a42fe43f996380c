"""The groups of a table, and the names of their models."""

from __future__ import annotations

from pathlib import Path

import pytest

from seqserve.registry import names
from seqserve.tabular import series_table
from seqserve.tabular.read_options import ReadOptions
from training.core.download import DataError
from training.fleet import groups


def write(folder: Path, *cells: str, rows: int = 30) -> Path:
    """Daily sales with a decimal comma, by region and shop."""
    days = [f"{day:02}.01.2024" for day in range(1, rows + 1)]
    lines = [f"{cell};{day};{10 + at % 7},5;{at}" for cell in cells for at, day in enumerate(days)]
    path = folder / "sales.csv"
    path.write_text("\n".join(["Region;shop;day;amount;staff", *lines]) + "\n")
    return path


def test_each_group_has_its_rows_and_is_read_as_the_whole_is(tmp_path: Path) -> None:
    path = write(tmp_path, "north;a", "north;b", "Köln West;c", ";d")
    found = groups.read(path, ["region"], ReadOptions(), "sales")
    assert [(group.label, group.name, group.rows) for group in found.groups] == [
        ("north", "sales-north", 60),
        ("Köln West", "sales-koln-west", 30),
    ]
    assert (found.left_out, found.why) == (30, None)
    assert found.roles == {"target": ["amount"], "time": ["day"], "id": ["shop"]}
    (tmp_path / "north.csv").write_bytes(found.csv(found.groups[0]))
    table = series_table.read(tmp_path / "north.csv", ReadOptions(**found.roles))
    assert [series.id for series in table.series] == ["a", "b"]
    assert table.series[0].values[:3, 0].tolist() == [10.5, 11.5, 12.5]
    assert "Region" not in table.columns


def test_several_columns_tell_groups_apart(tmp_path: Path) -> None:
    path = write(tmp_path, "north;a", "north;b")
    found = groups.read(path, ["Region", "shop"], ReadOptions(), "s")
    assert [group.name for group in found.groups] == ["s-north-a", "s-north-b"]
    assert found.roles["id"] == []


def test_names_are_ones_that_models_can_have_and_no_two_are_alike() -> None:
    labels = ["North", "north", "NORTH ", "東京", "!", "x" * 100, "x" * 101, "south"]
    found = groups.named("sales", labels)
    assert found["south"] == "sales-south"
    assert len(set(found.values())) == len(labels)
    assert all(map(names.is_name, found.values()))
    assert groups.named("sales", labels[::-1]) == found


def test_a_table_with_one_group_that_is_not_understood_is_read_by_group(tmp_path: Path) -> None:
    path = write(tmp_path, "north;a")
    with path.open("a") as file:
        file.writelines(f"south;b;{number:02}.01.2024;3.25;1\n" for number in range(1, 31))
    found = groups.read(path, ["region"], ReadOptions(), "sales")
    assert "decimal point" in (found.why or "")
    assert found.roles == {}
    assert len(found.groups) == 2


def test_what_has_no_groups_says_why(tmp_path: Path) -> None:
    path = write(tmp_path, ";a")
    with pytest.raises(DataError, match="no column 'country'; it has Region, shop"):
        groups.read(path, ["country"], ReadOptions(), "sales")
    with pytest.raises(DataError, match="no row has a value of Region"):
        groups.read(path, ["region"], ReadOptions(), "sales")
    with pytest.raises(DataError, match="a wide table has none"):
        groups.read(path, ["region"], ReadOptions(wide=True), "sales")

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from seqserve.classify import tables
from seqserve.classify.sequences import Sequences
from seqserve.classify.tables import TableOptions


def read(folder: Path, text: str, **options: object) -> Sequences:
    path = folder / "own.csv"
    path.write_text(text)
    return tables.read(path, TableOptions(**options))  # type: ignore[arg-type]


def test_a_sequence_a_row_and_a_shorter_one(tmp_path: Path) -> None:
    found = read(tmp_path, "label,t1,t2,t3\nup,1,2,3\ndown,3,,1\nup,1,2,\n")
    assert [steps.shape for steps in found.values] == [(3, 1), (3, 1), (2, 1)]
    assert np.isnan(found.values[1][1, 0])
    assert found.labels == [["up"], ["down"], ["up"]]
    assert found.places[1] == "own.csv, row 3"
    assert "gaps at the end of a row are taken for the end of its sequence" in found.report


def test_columns_in_any_order_whose_names_tell_features_apart(tmp_path: Path) -> None:
    found = read(tmp_path, "y_2,x_1,x_2,y_1,x_3,y_3,label\n20,1,2,10,3,30,a\n")
    assert found.features == ["y", "x"]
    assert found.values[0].tolist() == [[10, 1], [20, 2], [30, 3]]


@pytest.mark.parametrize(("header", "options"), [("1x1,1x2,1x3,2x1,2x2,2x3", {}), ("p0,p1,p2,p3,p4,p5", {"width": 3})])
def test_pixels_become_rows(tmp_path: Path, header: str, options: dict[str, int]) -> None:
    found = read(tmp_path, f"label,{header}\n7,1,2,3,4,5,6\n", **options)
    assert found.values[0].tolist() == [[1, 2, 3], [4, 5, 6]]


def test_steps_of_an_id_in_the_order_of_time(tmp_path: Path) -> None:
    text = "who,when,a,b,label\nx,2024-01-02,2,20,run\ny,2024-01-01,5,50,sit\nx,2024-01-01,1,10,run\n"
    found = read(tmp_path, text, id=["who"], time=["when"])
    assert [steps.tolist() for steps in found.values] == [[[1, 10], [2, 20]], [[5, 50]]]
    assert (found.per_step, found.labels) == (False, [["run"], ["sit"]])
    assert found.places == ["own.csv, x", "own.csv, y"]


def test_long_numbers_tell_sequences_apart_digit_by_digit(tmp_path: Path) -> None:
    ids = [2**60, 2**60 + 1] * 2
    path = tmp_path / "own.parquet"
    pd.DataFrame({"id": ids, "part": [1.0, 2.5] * 2, "v": [1.0, 2, 3, 4], "label": ["a", "b"] * 2}).to_parquet(path)
    found = tables.read(path, TableOptions(id=["id", "part"]))
    assert found.places == [f"own.parquet, {2**60}/1", f"own.parquet, {2**60 + 1}/2.5"]
    assert [steps[:, 0].tolist() for steps in found.values] == [[1, 3], [2, 4]]


def test_a_step_of_no_sequence_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2 rows without id, the first is row 3; fill them in"):
        read(tmp_path, "id,v,label\na,1,x\n,2,x\n,3,y\n", id=["id"])


def test_numbers_put_steps_in_order_as_numbers(tmp_path: Path) -> None:
    rows = "".join(f"x,{step},{step},l\n" for step in (10, 9, 2, 1))
    found = read(tmp_path, f"id,t,v,label\n{rows}", id=["id"], time=["t"])
    assert found.values[0][:, 0].tolist() == [1, 2, 9, 10]


def test_labels_that_change_within_a_sequence_are_those_of_steps(tmp_path: Path) -> None:
    text = "id,v,label\nx,1,on\nx,2,off\nx,3,\n"
    found = read(tmp_path, text, id=["id"])
    assert (found.per_step, found.labels) == (True, [["on", "off", ""]])
    assert "1 sequence with several labels: each step has its own" in found.report
    with pytest.raises(ValueError, match="say --labels step"):
        read(tmp_path, text, id=["id"], labels="sequence")


def test_what_has_two_readings_is_refused_with_the_flag_that_decides(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"say --layout wide, or name the column .* with --id"):
        read(tmp_path, "speed,weight,label\n1,2,a\n3,4,b\n")


def test_a_column_of_words_is_named(tmp_path: Path) -> None:
    text = "name,t1,t2,t3,label\nann,1,2,3,a\nbob,1,2,3,b\n"
    with pytest.raises(ValueError, match="column name holds no numbers; name it with --id, --time, --group"):
        read(tmp_path, text)
    found = read(tmp_path, text, group="name")
    assert found.groups == ["ann", "bob"]
    assert read(tmp_path, text, ignore=["name"]).values[0].shape == (3, 1)


def test_a_number_that_may_be_a_label_is_asked_about(tmp_path: Path) -> None:
    text = "digit,p1,p2,p3\n7,1,2,3\n"
    with pytest.raises(ValueError, match="column digit is not numbered as others are"):
        read(tmp_path, text, label=None)
    assert read(tmp_path, text, label=None, ignore=["digit"]).values[0][:, 0].tolist() == [1, 2, 3]
    assert read(tmp_path, text, label="digit").labels == [["7"]]


def test_a_decimal_comma(tmp_path: Path) -> None:
    found = read(tmp_path, "t1;t2;t3;label\n1,5;2,25;3;a\n")
    assert found.values[0][:, 0].tolist() == [1.5, 2.25, 3]


def test_a_sequence_in_two_groups_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"own.csv, x is in the groups 1 and 2"):
        read(tmp_path, "id,g,v,label\nx,1,1,a\nx,2,2,a\n", id=["id"], group="g")

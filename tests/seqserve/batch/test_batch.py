"""The command as a whole, on this machine."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from seqserve.__main__ import main
from seqserve.batch.files import Output
from testing.tiny.sentences import SENTENCES

pytestmark = pytest.mark.slow


def run(models: Path, task: str, inputs: Path | str, output: Path, *more: str) -> int:
    command = ["--models", str(models), "batch", task, "--input", str(inputs), "--output", str(output)]
    return main([*command, "--workers", "1", *more])


def rows(output: Path) -> list[dict[str, Any]]:
    """What is written, in order."""
    return [row for path in sorted(output.rglob("*.parquet")) for row in parquet.read_table(path).to_pylist()]


def files(output: Path) -> dict[str, bytes]:
    """Every written block."""
    return {str(path.relative_to(output)): path.read_bytes() for path in sorted(output.rglob("*.parquet"))}


def summary(output: Path) -> dict[str, Any]:
    return dict(json.loads((output / "_summary.json").read_text()))


def test_texts_are_answered_as_one_by_one(
    models: Path, texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(models, "sentiment", texts, tmp_path / "out", "--rows", "10") == 0
    found = rows(tmp_path / "out")
    assert sorted(files(tmp_path / "out")) == [
        *(f"a.csv/{number:05}.parquet" for number in range(3)),
        *(f"region=north/b.jsonl/{number:05}.parquet" for number in range(2)),
    ]
    assert [(row["id"], row["text"]) for row in found[:25]] == [
        (str(number), f"a good film, number {number}") for number in range(25)
    ]
    broken = [row for row in found if row["error"]]
    assert [row["error"].split(": ")[0] for row in broken] == ["unreadable_row"] * 2
    assert [(row["id"], row["label"], row["warnings"]) for row in broken] == [("25", None, []), (None, None, [])]
    assert {name: summary(tmp_path / "out")[name] for name in ("texts", "answered", "errors", "files")} == {
        "texts": 38,
        "answered": 36,
        "errors": {"unreadable_row": 2},
        "files": 2,
    }
    capsys.readouterr()
    one = found[3]
    assert main(["--models", str(models), "predict", "sentiment", one["text"]]) == 0
    (alone,) = json.loads(capsys.readouterr().out)["results"]
    assert one["label"] == alone["label"]
    assert one["score"] == pytest.approx(alone["score"], abs=1e-6)
    assert {name.removeprefix("p_"): one[name] for name in one if name.startswith("p_")} == pytest.approx(
        alone["scores"], abs=1e-6
    )


def test_translations(models: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps({"said": text, "n": 1}) for text in SENTENCES[:3]))
    assert run(models, "translation", tmp_path / "a.jsonl", tmp_path / "out", "--keep", "n", "--beam", "2") == 0
    found = rows(tmp_path / "out")
    assert [list(row) for row in found] == [["n", "translation", "score", "error", "warnings"]] * 3
    assert all(row["n"] == "1" and row["error"] is None and row["score"] < 0 for row in found)


def test_entities_are_found_and_masked_without_the_texts(models: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1,Ann wrote to ann@example.org\n2,\n")
    assert run(models, "tag", tmp_path / "a.csv", tmp_path / "out", "--mask", "email", "--keep", "id") == 0
    found = rows(tmp_path / "out")
    assert [list(row) for row in found] == [["id", "entities", "masked", "error", "warnings"]] * 2
    assert found[0]["masked"] == "Ann wrote to [email]"
    assert all(sorted(one) == ["end", "label", "score", "start", "text"] for one in found[0]["entities"])
    assert found[1]["error"] is not None


def test_texts_are_completed_and_continued_the_same_each_time(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1,A great fil\n2,\n")
    assert run(models, "complete", tmp_path / "a.csv", tmp_path / "out", "--count", "2") == 0
    found = rows(tmp_path / "out")
    assert [list(row) for row in found] == [["id", "text", "suggestions", "error", "warnings"]] * 2
    assert all(sorted(one) == ["score", "text", "word"] for one in found[0]["suggestions"])
    assert (found[1]["suggestions"], found[1]["error"]) == (None, "empty: the text is empty; send some words")
    drawn = ["--mode", "continue", "--temperature", "1.5", "--count", "3", "--most-tokens", "4"]
    for name in ("one", "two"):
        assert run(models, "complete", tmp_path / "a.csv", tmp_path / name, *drawn) == 0
    assert len(rows(tmp_path / "one")[0]["continuations"]) == 3
    assert rows(tmp_path / "one") == rows(tmp_path / "two")
    assert run(models, "complete", tmp_path / "a.csv", tmp_path / "three", "--temperature", "9") == 1
    assert "temperature is 9.0, from 0 to 2 is taken" in capsys.readouterr().err


def test_sequences_are_labelled_one_a_row_or_one_a_step(models: Path, tmp_path: Path) -> None:
    steps = "".join(
        f"{name},{step},{step * speed},{step}\n" for name, speed in (("a", 1), ("b", -1)) for step in range(9)
    )
    (tmp_path / "long.csv").write_text(f"id,t,x,y\n{steps}c,0,,\n")
    long = ["--id", "id", "--time", "t"]
    assert run(models, "classify", tmp_path / "long.csv", tmp_path / "out", *long, "--rows", "2") == 0
    found = rows(tmp_path / "out")
    assert [row["sequence"] for row in found] == [f"long.csv, {name}" for name in "abc"]
    first, _, last = found
    shares = [share for name, share in first.items() if name.startswith("p_")]
    assert sum(shares) == pytest.approx(1)
    assert first["probability"] == max(shares)
    assert (last["label"], last["error"].split(":")[0]) == (None, "too_many_gaps")
    assert summary(tmp_path / "out")["sequences"] == 3
    assert run(models, "classify", tmp_path / "long.csv", tmp_path / "each", *long, "--model", "phases") == 0
    assert [(row["sequence"], row["step"]) for row in rows(tmp_path / "each")] == [
        *((f"long.csv, {name}", step) for name in "ab" for step in range(9)),
        ("long.csv, c", None),
    ]


def test_series_are_forecast_with_their_dates_and_intervals(
    models: Path, tmp_path: Path, sales: Callable[..., str]
) -> None:
    (tmp_path / "sales.csv").write_text(sales("north", "south", "west"))
    (tmp_path / "short.csv").write_text(sales("east", "far", steps=2))
    more = ["--horizon", "2", "--level", "80", "--rows", "2"]
    assert run(models, "forecast", tmp_path / "s*.csv", tmp_path / "out", *more) == 0
    found = rows(tmp_path / "out")
    assert [(row["unique_id"], row["ds"]) for row in found[:6]] == [
        (name, day) for name in ("north", "south", "west") for day in ("2024-01-31", "2024-02-01")
    ]
    assert all(row["lo-80"] < row["mean"] < row["hi-80"] for row in found[:6])
    assert [(row["unique_id"], row["mean"]) for row in found[6:]] == [("east", None), ("far", None)]
    assert all(row["error"].startswith("too_short: ") for row in found[6:])


def test_a_series_in_several_files_is_told_and_can_be_joined(
    models: Path, tmp_path: Path, sales: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    whole = sales("north", "south").splitlines()
    half = [line for line in whole if line.partition(",")[2] < "2024-01-16"]
    (tmp_path / "january-1.csv").write_text("\n".join([whole[0], *half]))
    (tmp_path / "january-2.csv").write_text("\n".join([whole[0], *(line for line in whole[1:] if line not in half)]))
    assert run(models, "forecast", tmp_path / "january-*.csv", tmp_path / "apart") == 1
    assert "2 series stand in several files" in capsys.readouterr().err
    assert run(models, "forecast", tmp_path / "january-*.csv", tmp_path / "joined", "--together") == 0
    (tmp_path / "whole.csv").write_text("\n".join(whole))
    assert run(models, "forecast", tmp_path / "whole.csv", tmp_path / "whole") == 0
    assert rows(tmp_path / "joined") == rows(tmp_path / "whole")


def test_what_is_written_is_not_done_again(
    models: Path, texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out"
    assert run(models, "sentiment", texts, output, "--rows", "10") == 0
    before = files(output)
    (output / "a.csv" / "00001.parquet").unlink()
    (output / "a.csv" / "_done.json").unlink()
    (output / "a.csv" / ".00001.parquet.x.part").write_bytes(b"half")
    times = {path: path.stat().st_mtime_ns for path in output.rglob("*.parquet")}
    assert run(models, "sentiment", texts, output, "--rows", "10") == 0
    assert files(output) == before
    assert {path: path.stat().st_mtime_ns for path in times} == times
    assert "2 blocks had been written before" in capsys.readouterr().err
    assert summary(output)["texts"] == 38
    assert not list(output.rglob("*.part"))


def test_killed_in_the_middle_it_goes_on(models: Path, tmp_path: Path) -> None:
    lines = [json.dumps({"text": f"a film, number {number}"}) for number in range(6_000)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    output = tmp_path / "out"
    command = [sys.executable, "-m", "seqserve", "--models", str(models), "batch", "sentiment"]
    command += ["--input", str(tmp_path / "a.jsonl"), "--output", str(output), "--rows", "20", "--workers", "2"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    while len(files(output)) < 5:
        assert process.poll() is None
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    wait_until_still(output)
    begun = files(output)
    assert 5 <= len(begun) < 300
    assert subprocess.run(command, check=False).returncode == 0
    assert begun.items() <= files(output).items()
    assert [row["text"] for row in rows(output)] == [json.loads(line)["text"] for line in lines]


def wait_until_still(output: Path) -> None:
    """Wait until the workers of a killed job have ended."""
    before: dict[str, bytes] = {}
    while (now := files(output)) != before:
        before = now
        time.sleep(1.5)


def test_results_are_no_input(models: Path, texts: Path) -> None:
    output = texts / "out"
    assert run(models, "sentiment", texts, output) == 0
    before = files(output)
    assert run(models, "sentiment", texts, output) == 0
    assert files(output) == before
    assert summary(output)["files"] == 2


def test_results_of_another_job_are_not_mixed(
    models: Path, texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out"
    assert run(models, "sentiment", texts, output) == 0
    (texts / "a.csv").write_text("id,text\n1,another film\n")
    for more, why in [
        (["--keep", "id"], "other arguments"),
        (["--rows", "7"], "another --rows"),
        ([], "other or changed input files"),
    ]:
        assert run(models, "sentiment", texts, output, *more) == 1
        assert f"holds results of {why}; name another --output" in capsys.readouterr().err
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("of somebody")
    assert run(models, "sentiment", texts, tmp_path / "other") == 1
    assert "has files that are not of a batch job" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_does_not_stop_the_others(
    models: Path, texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (texts / "0.parquet").write_bytes(b"PAR1 nothing")
    (texts / "z.csv").write_text('id,text\n1,one film\n2,"never closed\n')
    output = tmp_path / "out"
    assert run(models, "sentiment", texts, output, "--rows", "1") == 1
    told = capsys.readouterr().err
    assert "0.parquet is no Parquet file" in told
    assert "z.csv, row 3" in told
    assert [row["id"] for row in rows(output / "z.csv")] == ["1"]
    assert len(rows(output / "a.csv")) == 26
    assert list(summary(output)["files not read whole"]) == ["0.parquet", "z.csv"]
    assert run(models, "sentiment", texts, output, "--rows", "1") == 1, "it is tried again"
    assert "0.parquet is no Parquet file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (["--column", "nothing"], "has no column 'nothing'"),
        (["--workers", "0"], "--workers is at least 1"),
        (["--rows", "0"], "--rows is at least 1"),
        (["--address", "here:1"], "say --engine ray too"),
        (["--model", "none"], "none"),
    ],
)
def test_what_cannot_be_done_is_said(
    models: Path, texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], why: str
) -> None:
    assert run(models, "sentiment", texts, tmp_path / "out", *more) == 1
    assert why in capsys.readouterr().err


def test_files_are_found_by_name_folder_and_pattern(
    models: Path, texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(models, "sentiment", texts / "**" / "*.jsonl", tmp_path / "one") == 0
    assert {name.rpartition("/")[0] for name in files(tmp_path / "one")} == {"region=north/b.jsonl"}
    assert run(models, "sentiment", texts / "*.json", tmp_path / "two") == 1
    assert "there is no file of a table" in capsys.readouterr().err
    (texts / "again").mkdir()
    (texts / "again" / "a.csv").write_text("text\nx y\n")
    assert run(models, "sentiment", texts / "a.csv", tmp_path / "3", "--input", *map(str, texts.rglob("a.csv"))) == 1
    assert "two files are called a.csv" in capsys.readouterr().err


def test_which_column_has_the_texts(models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "one.csv").write_text("id,ticket\n1,my phone broke\n")
    assert run(models, "sentiment", tmp_path / "one.csv", tmp_path / "1") == 0
    (tmp_path / "two.csv").write_text("subject,body\nmy phone,it broke today\n")
    assert run(models, "sentiment", tmp_path / "two.csv", tmp_path / "2") == 1
    assert "say with --column which has the texts" in capsys.readouterr().err
    (tmp_path / "label.csv").write_text("label,text\n1,my phone broke\n")
    assert run(models, "sentiment", tmp_path / "label.csv", tmp_path / "3") == 1
    assert "has label, as the answers do; rename it, or leave it out with --keep" in capsys.readouterr().err


def test_all_texts_of_a_file_are_from_one_column(models: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,body,note\n1,my phone broke,\n2,,see the other one\n")
    assert run(models, "sentiment", tmp_path / "a.csv", tmp_path / "out", "--rows", "1", "--keep", "id") == 0
    assert [(row["id"], bool(row["label"])) for row in rows(tmp_path / "out")] == [("1", True), ("2", False)]


def test_without_a_column_to_keep_there_are_the_answers(models: Path, texts: Path, tmp_path: Path) -> None:
    assert run(models, "sentiment", texts / "a.csv", tmp_path / "out", "--keep", "") == 0
    assert [name for name in rows(tmp_path / "out")[0] if not name.startswith("p_")] == [
        "label",
        "score",
        "error",
        "warnings",
    ]


def test_parquet_that_holds_no_texts_is_refused_and_a_bad_cell_fails_alone(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.pq"
    bad = pa.array([b"my phone broke", b"\xff", None], pa.binary())
    parquet.write_table(pa.table({"text": bad}), path)
    assert run(models, "sentiment", path, tmp_path / "1") == 1
    assert "a.pq: the column text holds binary, no texts" in capsys.readouterr().err
    strings = pa.Array.from_buffers(pa.string(), 3, bad.buffers(), null_count=1)
    parquet.write_table(pa.table({"id": [1, 2, 3], "text": strings}), path)
    assert run(models, "sentiment", path, tmp_path / "2", "--keep", "id") == 0
    codes = [row["error"] and row["error"].split(":")[0] for row in rows(tmp_path / "2")]
    assert codes == [None, "not_unicode", "no_text"]
    parquet.write_table(pa.table({"text": [1.5, float("nan")], "id": pa.array(["a", "a"]).dictionary_encode()}), path)
    assert run(models, "sentiment", path, tmp_path / "3") == 0
    assert [row["error"] for row in rows(tmp_path / "3")] == [None, "no_text: the row has no text"]


def test_a_folder_is_written_by_one_process_at_a_time(
    models: Path, texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Output(str(tmp_path / "out")).held():
        assert run(models, "sentiment", texts, tmp_path / "out") == 1
    assert "another process writes to" in capsys.readouterr().err
    assert run(models, "sentiment", texts, tmp_path / "out") == 0


def test_results_are_no_input_however_their_folder_is_written(models: Path, texts: Path) -> None:
    output = texts / "region=north" / ".." / "out"
    assert [run(models, "sentiment", texts, output) for _ in range(2)] == [0, 0]
    assert summary(output)["files"] == 2


def test_a_file_name_may_be_of_any_bytes(models: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / os.fsdecode(b"\xff.csv")).write_text('text\n"never closed\n')
    assert run(models, "sentiment", tmp_path / "in", tmp_path / "out") == 1
    assert len(summary(tmp_path / "out")["files not read whole"]) == 1


def test_a_missing_package_is_named(
    models: Path, texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.implementations.local", None)
    assert run(models, "sentiment", texts, tmp_path / "out") == 1
    assert "pip install 'seqserve[batch]'" in capsys.readouterr().err
    monkeypatch.delitem(sys.modules, "fsspec.implementations.local")
    monkeypatch.setitem(sys.modules, "ray", None)
    assert run(models, "sentiment", texts, tmp_path / "out", "--engine", "ray") == 1
    assert "pip install 'seqserve[ray]'" in capsys.readouterr().err

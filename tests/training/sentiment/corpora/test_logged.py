"""Feedback in a log of predictions as training data, and its export."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import insert

import seqserve.__main__
from seqserve.prediction_log.address import parse
from seqserve.prediction_log.database import Database
from seqserve.prediction_log.schema import FEEDBACK, METADATA, PREDICTION, REVISION
from training.core import flags
from training.core.download import DataError
from training.sentiment.corpora.logged import logged
from training.tasks import JOBS

Add = Callable[..., None]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/log.db"


@pytest.fixture
def add(url: str) -> Add:
    database = Database(parse(url))
    with database.writing() as connection:
        METADATA.create_all(connection)
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{REVISION}')")

    def add(model: str, *said: tuple[str | None, str | None]) -> None:
        with database.writing() as connection:
            for place, (item, label) in enumerate(said):
                id = f"{model}-{place}"
                own = {"task": "sentiment", "model": model, "version": "1", "input_digest": "d", "seconds": 0.5}
                text = None if item is None else json.dumps(item)
                row = {
                    **own,
                    "id": id,
                    "time": datetime(2026, 11, 1 + place, tzinfo=UTC),
                    "input": text,
                    "answer": "{}",
                }
                connection.execute(insert(PREDICTION).values(row))
                if label is not None:
                    content = {"prediction_id": id, "time": datetime.now(UTC), "content": json.dumps({"label": label})}
                    connection.execute(insert(FEEDBACK).values(content))
        database.close()

    return add


def test_texts_come_with_the_labels_that_were_said(add: Add, url: str) -> None:
    add("general", *[(f"text {n}", "ab"[n % 2]) for n in range(6)], ("no one said", None), (None, "a"))
    found, source = logged(url, None)
    assert dict(zip(found.texts, found.labels, strict=True)) == {f"text {n}": "ab"[n % 2] for n in range(6)}
    assert found.report == ["1 text left out, of which the log has only digests"]
    assert source.name == "feedback on general, 2026-11-01 to 2026-11-06 (a 3, b 3)"


def test_several_models_need_a_choice(add: Add, url: str) -> None:
    add("one", *[(f"text {n}", "ab"[n % 2]) for n in range(6)])
    add("two", *[(f"text {n}", "cd"[n % 2]) for n in range(6)])
    with pytest.raises(
        DataError, match=r"several models, whose labels may differ: one \(6\), two \(6\); say --log-mod"
    ):
        logged(url, None)
    assert set(logged(url, "two")[0].labels) == {"c", "d"}
    with pytest.raises(DataError, match="no feedback on 'three'"):
        logged(url, "three")


def test_digests_are_nothing_to_learn_from(add: Add, url: str) -> None:
    add("general", (None, "a"), (None, "b"))
    with pytest.raises(DataError, match="only their digests: set SEQSERVE_PREDICTION_LOG_INPUTS=whole"):
        logged(url, None)


def test_a_log_without_feedback_says_so(add: Add, url: str) -> None:
    add("general", ("text", None))
    with pytest.raises(DataError, match="no feedback on labelled texts"):
        logged(url, None)


def test_the_address_of_a_log_is_kept_to_itself() -> None:
    url = "postgresql://ann:hunter2@host"
    options = flags.merged(JOBS["sentiment"], {"recipe": None, "name": None, "data.from_log": url})
    job = JOBS["sentiment"].config.model_validate(options)
    assert "hunter2" not in f"{job.name} {job!r} {job.model_dump_json()}"
    assert job.data.from_log.get_secret_value() == url  # type: ignore[attr-defined]


def test_an_export_has_a_row_for_each_prediction(add: Add, url: str, tmp_path: Path) -> None:
    add("one", ("text", "a"), (None, None))
    add("two", ("text", None))
    path = tmp_path / "log.parquet"
    assert seqserve.__main__.main(["log", "export", "--log", url, "--output", str(path)]) == 0
    table = pq.read_table(path)
    assert table.column("model").to_pylist() == ["one", "two", "one"]
    assert table.column("feedback").to_pylist() == ['{"label": "a"}', None, None]
    assert table.column("time")[0].as_py() == datetime(2026, 11, 1, tzinfo=UTC)
    some = ["--model", "one", "--since", "2026-11-02"]
    assert seqserve.__main__.main(["log", "export", "--log", url, "--output", str(path), *some]) == 0
    assert pq.read_table(path).column("input").to_pylist() == [None]
    assert [each.name for each in tmp_path.iterdir() if "parquet" in each.name] == ["log.parquet"]


def test_an_export_of_no_log_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = ["--output", str(tmp_path / "log.parquet")]
    assert seqserve.__main__.main(["log", "export", "--log", f"sqlite:///{tmp_path}/none.db", *output]) == 1
    assert "holds no log of predictions" in capsys.readouterr().err
    assert seqserve.__main__.main(["log", "export", "--log", "mysql://x", *output]) == 1
    assert list(tmp_path.iterdir()) == []

"""`python -m seqserve models`: what lists, shows, verifies and labels versions."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from seqserve.registry.store import Store
from testing import tiny
from testing.command_line import failed, run


def test_list_shows_every_version_and_its_labels(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.publish(models, tiny.release("other"), label="canary")
    assert run(models, "models", "default", "forecast/tiny") == 0
    assert capsys.readouterr().out == "tiny is now the default of forecast\n"
    assert run(models, "models", "list") == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [row[:3] for row in rows] == [
        ["forecast/other", "1", "canary"],
        ["forecast/tiny", "1", ""],
        ["forecast/tiny", "2", "stable,default"],
    ]
    today = datetime.now(UTC).date()
    assert {(date, scores) for *_, date, scores in rows} <= {
        (f"{today}", "mase 0.9"),
        (f"{today - timedelta(1)}", "mase 0.9"),
    }


def test_list_of_no_models_is_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "nowhere", "models", "list") == 0
    assert capsys.readouterr().out == ""


def test_show_prints_the_card_and_the_manifest(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(models, "models", "show", "forecast/tiny@1") == 0
    out = capsys.readouterr().out
    assert "A tiny model for tests." in out
    assert json.loads(out[out.index("{") :])["version"] == "1"


def test_show_without_a_version_shows_the_stable_one(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(models, "models", "show", "forecast/tiny") == 0
    assert '"version": "2"' in capsys.readouterr().out


def test_verify_names_the_bad_version_and_the_good_ones(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(models, "models", "verify") == 0
    assert capsys.readouterr().out == "ok\tforecast/tiny version 1\nok\tforecast/tiny version 2\n"
    (models / "forecast" / "tiny" / "1" / "model.onnx").write_bytes(b"")
    assert run(models, "models", "verify") == 1
    bad, good = capsys.readouterr().out.splitlines()
    assert bad.startswith("bad\tforecast/tiny version 1\t")
    assert "model.onnx" in bad
    assert good == "ok\tforecast/tiny version 2"
    assert run(models, "models", "verify", "forecast/tiny") == 0
    assert run(models, "models", "verify", "forecast/tiny@1") == 1


def test_verify_of_no_version_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no version to verify" in failed(capsys, tmp_path / "nowhere", "models", "verify")


def test_label_moves_a_label(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(models, "models", "label", "forecast/tiny", "stable", "1") == 0
    assert capsys.readouterr().out == "stable is now forecast/tiny version 1\n"
    assert run(models, "models", "label", "forecast/tiny", "canary", "stable") == 0
    assert Store(models).labels("forecast", "tiny") == {"stable": "1", "canary": "1"}


def test_label_gives_a_share_of_the_traffic(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(models, "models", "label", "forecast/tiny", "canary", "1", "--share", "0.125") == 0
    assert "with 12.5% of the traffic" in capsys.readouterr().out
    assert run(models, "models", "list") == 0
    assert "forecast/tiny\t1\tcanary 12.5%\t" in capsys.readouterr().out


def test_unlabel_removes_a_label_but_stable_of_the_default(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(models, "models", "label", "forecast/tiny", "canary", "1")
    capsys.readouterr()
    assert run(models, "models", "unlabel", "forecast/tiny", "canary") == 0
    assert capsys.readouterr().out == "canary of forecast/tiny is removed; it was version 1\n"
    assert "is the default of forecast" in failed(capsys, models, "models", "unlabel", "forecast/tiny", "stable")
    assert Store(models).labels("forecast", "tiny") == {"stable": "2"}


def test_label_refuses_a_version_that_fails_its_examples(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.publish(models, tiny.failing(tiny.release()), label=None)
    assert "example 1" in failed(capsys, models, "models", "label", "forecast/tiny", "stable", "3")
    assert Store(models).labels("forecast", "tiny") == {"stable": "2"}


def test_label_refuses_a_worse_version_unless_told(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.publish(models, tiny.release(worse_than=["last value"]), label=None)
    label = ("models", "label", "forecast/tiny", "stable", "3")
    assert "worse than last value" in failed(capsys, models, *label)
    assert run(models, *label, "--even-if-worse") == 0
    assert Store(models).labels("forecast", "tiny") == {"stable": "3"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["models", "show", "tiny"], "write task/name"),
        (["models", "show", "forecast/big"], "there are: tiny"),
        (["models", "show", "forecast/tiny@9"], "versions: 1, 2"),
        (["models", "show", "../../etc"], "no model"),
        (["models", "verify", "forecast/tiny@9"], "versions: 1, 2"),
        (["models", "label", "forecast/tiny", "stable", "9"], "versions: 1, 2"),
        (["models", "label", "forecast/tiny", "default", "1"], "models default"),
        (["models", "label", "forecast/tiny", "3", "1"], "is no label"),
        (["models", "default", "forecast/big"], "there are: tiny"),
    ],
)
def test_what_cannot_be_done_is_said_on_stderr(
    models: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert message in failed(capsys, models, *arguments)


def test_damaged_labels_are_said_on_stderr(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (models / "forecast" / "tiny" / "labels.json").write_text("{")
    assert "tiny/labels.json is not JSON" in failed(capsys, models, "models", "list")

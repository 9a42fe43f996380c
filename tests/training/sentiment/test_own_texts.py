"""A table of one's own: parts, labels, formats, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from seqserve import tasks
from seqserve.registry.store import Key, Store
from seqserve.sentiment.predictor import TextQuery
from testing.opinions import OPINIONS, own_file, rows, write
from training.__main__ import main
from training.core.download import DataError
from training.sentiment.config import DataSection, SentimentJob
from training.sentiment.corpora import own
from training.sentiment.corpora.labelled import Labelled, deduplicated
from training.sentiment.data import splits

pytestmark = pytest.mark.slow


def test_few_texts_are_not_split_and_cross_validation_measures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for count, said in ((45, "45 texts are too few to calibrate"), (90, "")):
        assert main(["sentiment", *own_file(tmp_path, rows(count))]) == 0
        told = capsys.readouterr().out
        assert f"{count} texts, not split, as they are few" in told
        assert said in told
    artifact = Store(tmp_path / "models").read(Key("sentiment", "own", "2"))
    assert {"linear.npz", "confusion.png"} <= set(artifact.files)
    assert "model.onnx" not in artifact.files
    card = artifact.file("MODEL_CARD.md").decode()
    assert "In cross-validation, seed 0" in card
    metrics = artifact.json("metrics.json")
    assert metrics["test"]["accuracy"] >= metrics["baselines"]["bag of bigrams"]["accuracy"] - 0.05
    answers = tasks.load(artifact).predict([TextQuery(text) for text in ("a superb film", "the plot was awful")])
    assert [answer.label for answer in answers] == list(OPINIONS)[:2]


def test_a_text_may_have_several_labels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    single = rows(120)
    table = [(text, label) for text, label in single if label != "so-so"] + [(text, "") for text, label in single[2::3]]
    table += [
        (f"{one[0]} {other[0]}", f"{one[1]};{other[1]}") for one, other in zip(single[::3], single[1::3], strict=True)
    ]
    assert main(["sentiment", *own_file(tmp_path, table), "--multi-label"]) == 0
    artifact = Store(tmp_path / "models").read(Key("sentiment", "own", "1"))
    predictor = tasks.load(artifact)
    assert list(predictor.config.thresholds) == ["Good!", "bad, really"]
    sent = ["a superb film", "it was superb and awful", "the story of two people"]
    found = [answer.labels for answer in predictor.predict([TextQuery(text) for text in sent])]
    assert found == [["Good!"], ["Good!", "bad, really"], []]
    assert "Thresholds: `Good!` 0." in artifact.file("MODEL_CARD.md").decode()
    assert artifact.json("metrics.json")["test"]["accuracy"] > 0.8
    capsys.readouterr()
    assert main(["sentiment", *own_file(tmp_path, table), "--multi-label", "--wide", "10"]) == 1
    assert "--multi-label fits a linear model only" in capsys.readouterr().err


def test_no_text_is_in_two_parts_and_each_has_all_labels() -> None:
    texts, labels = map(list, zip(*(rows() + rows(30)), strict=True))
    labelled = deduplicated(Labelled([*texts, " THE same  text", "the same text"], [*labels, "so-so", "Good!"]))
    assert labelled.report == ["30 repeated texts dropped", "2 texts with contradicting labels dropped"]
    job = SentimentJob(name="x")
    parts = splits.split(labelled, sorted(OPINIONS), job.data, seed=0)
    assert sum(len(part.texts) for part in parts) == len({text for part in parts for text in part.texts}) == 180
    assert all(set(part.classes) == {0, 1, 2} for part in parts)


@pytest.mark.parametrize("counts", [(3, 3), (5, 5, 5, 5), (3, 200), (4, 7, 60), (3,) * 40])
@pytest.mark.parametrize(("validation", "test"), [(0.1, 0.1), (0.5, 0.4), (0.01, 0.9)])
def test_a_rare_label_is_in_every_part(counts: tuple[int, ...], validation: float, test: float) -> None:
    labels = [str(number) for number, count in enumerate(counts) for _ in range(count)]
    labelled = Labelled([f"text {number}" for number in range(len(labels))], labels)
    data = DataSection(validation=validation, test=test)
    parts = splits.split(labelled, sorted(set(labels)), data, seed=0)
    assert sorted(text for part in parts for text in part.texts) == sorted(labelled.texts)
    assert all(len(set(part.classes)) == len(counts) for part in parts)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--unlabelled", "1"], "no texts without a label; leave out --unlabelled"),
        (["--validation", ".5", "--test", ".5"], "leave nothing to learn from"),
        (["--max-tokens", "1"], "max_tokens: Input should be greater than or equal to 2"),
    ],
)
def test_what_cannot_be_done_is_said_before_it_takes_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flags: list[str], message: str
) -> None:
    file = write(tmp_path / "opinions.csv")
    own = ["--csv", str(file), "--text", "review", "--label", "verdict", "--models", str(tmp_path / "models")]
    assert main(["sentiment", *own, *flags]) == 1
    told = capsys.readouterr()
    assert message in told.err
    assert "Epoch" not in told.out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("text,label\nfine,good\n", "has 1 label in column 'label'"),
        ("text,mood\nfine,good\n", "no column 'label'; the columns are text, mood"),
        ("text,label\nfine,good\nonly one cell\n", "row 3 has 1 cells, the header has 2"),
        ("text,label\na,good\nb,good\nc,good\nd,bad\n", "two labels at least need 3 texts"),
        ("", "own.csv is empty"),
        ("text,label\nfine, but dear,good\nbad,poor\n", "row 2 has 3 cells, the header has 2; put quotes"),
    ],
)
def test_what_cannot_be_trained_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, message: str
) -> None:
    (tmp_path / "own.csv").write_text(content)
    assert main(["sentiment", "--csv", str(tmp_path / "own.csv"), "--models", str(tmp_path / "models")]) == 1
    said = capsys.readouterr().err
    assert message in said
    assert (said.startswith("training: "), said.count("\n")) == (True, 1)
    assert not (tmp_path / "models").exists()


def test_a_bad_line_of_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.jsonl").write_text('{"text": "a", "label": "b"}\nnot json\n')
    with pytest.raises(DataError, match=r"own\.jsonl, line 2 is not JSON"):
        own.own(tmp_path / "own.jsonl", "text", "label")


def test_objects_without_a_text_are_dropped_and_those_without_a_label_are_unlabelled(tmp_path: Path) -> None:
    (tmp_path / "own.jsonl").write_text(
        '{"text": "a", "label": 1}\n{"label": 2}\n{"text": "b"}\n{"text": "c", "label": 2}'
    )
    labelled, _ = own.own(tmp_path / "own.jsonl", "text", "label")
    assert (labelled.texts, labelled.labels) == (["a", "c"], ["1", "2"])
    assert labelled.unlabelled == ["b"]
    assert labelled.report == [
        "1 row without a text dropped",
        "1 text without a label",
        "labels of fewer than 3 texts learned from, but not measured (--rare): '1' (1), '2' (1)",
    ]

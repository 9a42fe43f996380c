"""The sentiment job on a user's own labelled texts: any labels, released and proven, in seconds."""

from __future__ import annotations

import csv
import json
import random
import re
from pathlib import Path

import keras
import numpy as np
import pytest
import yaml

from seqserve import tasks
from seqserve.registry.artifact import Artifact, Source
from seqserve.registry.store import Key, Store
from seqserve.sentiment.predictor import Classifier, TextQuery
from testing.service_process import PATIENT, running
from training.__main__ import main
from training.core import plots
from training.core.config import FitSection
from training.core.download import DataError
from training.sentiment import card
from training.sentiment.config import DataSection, SentimentJob
from training.sentiment.corpora import own
from training.sentiment.corpora.labelled import Labelled, deduplicated
from training.sentiment.data import datasets, splits, training_data
from training.sentiment.data.splits import Part
from training.sentiment.task import TASK

pytestmark = pytest.mark.slow

OPINIONS = {
    "Good!": "great lovely superb delightful fine excellent",
    "bad, really": "awful dreadful boring poor terrible nasty",
    "so-so": "okay average plain middling usual passable",
}
FILLING = [
    "the",
    "film",
    "was",
    "and",
    "its",
    "plot",
    "seemed",
    "to",
    "me",
    "with",
    "a",
    "story",
    "of",
    "two",
    "people",
]
QUICK = [
    "--kind",
    "recurrent",
    "--units",
    "8",
    "--dimension",
    "8",
    "--epochs",
    "8",
    "--batch-size",
    "16",
    "--learning-rate",
    "0.02",
]


def rows(count: int = 180) -> list[tuple[str, str]]:
    """Sentences with a word or two that give their label away."""
    chance = random.Random(0)
    found = []
    for number in range(count):
        label, words = list(OPINIONS.items())[number % len(OPINIONS)]
        sentence = [chance.choice(FILLING) for _ in range(chance.randint(4, 25))]
        for _ in range(chance.randint(1, 2)):
            sentence.insert(chance.randrange(len(sentence) + 1), chance.choice(words.split()))
        found.append((" ".join(sentence), label))
    return found


def write(path: Path) -> Path:
    """The rows as CSV, TSV or JSONL, by the ending."""
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps({"review": text, "verdict": label}) + "\n" for text, label in rows()))
    else:
        with path.open("w", newline="") as file:
            writer = csv.writer(file, delimiter="\t" if path.suffix == ".tsv" else ",")
            writer.writerows([("review", "verdict"), *rows()])
    return path


def train(folder: Path, *arguments: str, ending: str = "csv") -> Artifact:
    file = write(folder / f"opinions.{ending}")
    flags = ["--csv", str(file), "--text", "review", "--label", "verdict"]
    flags += ["--models", str(folder / "models"), "--checkpoints", str(folder / "checkpoints")]
    assert main(["sentiment", *flags, *QUICK, *arguments]) == 0
    store = Store(folder / "models")
    return store.read(store.resolve("sentiment", "opinions", store.versions("sentiment", "opinions")[-1]))


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("job")


@pytest.fixture(scope="module")
def released(job: Path) -> Artifact:
    return train(job)


def test_a_released_version_proves_itself_and_knows_its_labels(released: Artifact) -> None:
    predictor = tasks.load(released)
    assert isinstance(predictor, Classifier)
    assert predictor.config.labels == sorted(OPINIONS)
    texts = ["a superb film", "the plot was awful and boring", "an okay and plain story"]
    answers = predictor.predict([TextQuery(text) for text in texts])
    assert [answer.label for answer in answers] == list(OPINIONS)


def test_the_card_lists_the_mistakes_and_only_those() -> None:
    part = Part(["a | b <b>", "right", "c" * 500], np.eye(2)[[0, 1, 1]])
    answers = np.array([[0.1, 0.9], [0.2, 0.8], [0.6, 0.4]])
    found = card.mistakes(part, answers)
    assert [(each.text[:3], each.actual, each.answered) for each in found] == [("a |", 0, 1), ("ccc", 1, 0)]
    listed = card._listed(found, ["no", "yes"])
    assert "| no | yes | 0.900 | a \\| b &lt;b> |" in listed
    assert "c" * 201 not in listed


@pytest.mark.parametrize("flags", [["--kind", "linear"], ["--class-weights", "balanced", "--wide", "0"]])
def test_a_linear_model_and_a_weighed_one_are_released_like_any(tmp_path: Path, flags: list[str]) -> None:
    artifact = train(tmp_path, *flags)
    predictor = tasks.load(artifact)
    answers = predictor.predict([TextQuery(text) for text in ("a superb film", "awful and boring", "an average story")])
    assert [answer.label for answer in answers] == list(OPINIONS)
    assert ("a linear model" in artifact.file("MODEL_CARD.md").decode()) == ("linear" in flags)


def own_file(folder: Path, table: list[tuple[str, str]]) -> list[str]:
    """The flags of a job without settings, on rows of one's own."""
    file = folder / "own.csv"
    with file.open("w", newline="") as opened:
        csv.writer(opened).writerows([("text", "label"), *table])
    return ["--csv", str(file), "--models", str(folder / "models"), "--checkpoints", str(folder / "checkpoints")]


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


def test_what_has_the_least_loss_is_released_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = [*own_file(tmp_path, rows(600)), "--units", "4", "--dimension", "4", "--epochs", "1"]
    assert main(["sentiment", *flags]) == 0
    assert "no network was tried: 61 validation texts cannot tell" in capsys.readouterr().out
    monkeypatch.setattr("training.sentiment.train._ENOUGH", 20)
    assert main(["sentiment", *flags]) == 0
    told = capsys.readouterr().out
    found = re.search(r"(a linear model|a network) is released: log loss on the validation part (.*)", told)
    assert found
    losses = {name: float(loss) for loss, name in re.findall(r"([\d.e-]+) of (a linear model|a network)", found[2])}
    assert len(losses) == 2
    assert losses[found[1]] == min(losses.values())
    artifact = Store(tmp_path / "models").read(Key("sentiment", "own", "2"))
    assert ("linear.npz" in artifact.files) == (found[1] == "a linear model")
    assert f"{found[1].capitalize()} is released: log loss" in artifact.file("MODEL_CARD.md").decode()


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


def test_a_job_learns_on_from_a_version(
    released: Artifact, job: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEQSERVE_MODELS", str(job / "models"))
    quick = ["--start", "sentiment/opinions", "--wide", "0", "--learning-rate", "1e-6", "--epochs", "1"]
    before = released.json("metrics.json")["test"]["accuracy"]
    assert train(tmp_path, *quick).json("metrics.json")["test"]["accuracy"] >= before - 0.1
    file = ["--csv", str(tmp_path / "opinions.csv"), "--text", "review", "--label", "verdict"]
    assert main(["sentiment", *file, "--models", str(tmp_path / "models"), "--start", "sentiment/opinions"]) == 1
    assert "its layers have other sizes; give --units 8" in capsys.readouterr().err


def test_a_released_version_is_served_with_its_class_names(released: Artifact, job: Path) -> None:
    with running(job / "models", job, **PATIENT) as service:
        texts = ["a superb film", "the plot was awful and boring", "an okay and plain story"]
        answer = service.client.post("/sentiment", json={"texts": texts})
    assert answer.json()["model"] == "opinions"
    assert [result["label"] for result in answer.json()["results"]] == list(OPINIONS)


def test_a_flag_leaves_what_a_job_does_otherwise(released: Artifact) -> None:
    told = yaml.safe_load(released.file("recipe.yaml"))["fit"]
    usual = SentimentJob(name="x").fit.model_dump()
    assert told == usual | {"epochs": 8, "batch_size": 16, "learning_rate": 0.02}
    assert usual["patience"] != FitSection().patience


def test_a_released_version_holds_all_that_it_should(released: Artifact) -> None:
    assert {"model.onnx", "tokenizer.json", "weights.keras", "reference.json", "recipe.yaml"} <= set(released.files)
    assert released.file("confusion.png").startswith(b"\x89PNG")
    metrics = released.json("metrics.json")
    for row in (metrics["test"], metrics["validation"], *metrics["baselines"].values()):
        assert set(row) == {"accuracy", "macro_f1", "log_loss", "calibration_error"}
    assert set(metrics["baselines"]) == {"bag of bigrams", "majority class"}
    assert metrics["test"]["accuracy"] > 0.8 > metrics["baselines"]["majority class"]["accuracy"]
    assert metrics["export_difference"] < 1e-5


def test_the_weights_give_the_same_scores_in_keras(released: Artifact, tmp_path: Path) -> None:
    (tmp_path / "weights.keras").write_bytes(released.file("weights.keras"))
    network = keras.saving.load_model(tmp_path / "weights.keras")
    predictor = tasks.load(released)
    text = "the story was delightful"
    ids = predictor.prepare(TextQuery(text)).encoded.ids
    outputs = np.asarray(network([ids[np.newaxis], np.array([len(ids)], dtype=np.int32)]), dtype=float)[0]
    odds = np.exp(outputs / released.json("config.json")["temperature"])
    (answer,) = predictor.predict([TextQuery(text)])
    assert list(answer.scores.values()) == pytest.approx((odds / odds.sum()).tolist(), abs=1e-5)


@pytest.mark.parametrize("ending", ["tsv", "jsonl"])
def test_other_formats_train_the_same(released: Artifact, tmp_path: Path, ending: str) -> None:
    artifact = train(tmp_path, ending=ending)
    assert artifact.manifest.data.sha256 == released.manifest.data.sha256


@pytest.mark.parametrize(
    "flags",
    [
        ["--cell", "gru", "--no-bidirectional", "--pooling", "last", "--units", "6,5"],
        ["--tokens", "bpe", "--vocabulary", "120", "--pooling", "last,max,mean", "--fold-numbers"],
    ],
)
def test_every_kind_of_network_is_released_and_proves_itself(tmp_path: Path, flags: list[str]) -> None:
    tasks.load(train(tmp_path, *flags))


def test_pretrained_vectors_are_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "vectors.txt").write_text("2 8\nawful 1 2 3 4 5 6 7 8\nelsewhere 1 1 1 1 1 1 1 1\n")
    train(tmp_path, "--vectors", str(tmp_path / "vectors.txt"))
    assert "vectors: 1 of" in capsys.readouterr().out


def test_vectors_of_words_with_spaces_are_passed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "vectors.txt").write_text("the the 1 2 3 4 5 6 7 8\nawful 1 2 3 4 5 6 7 8\n")
    train(tmp_path, "--vectors", str(tmp_path / "vectors.txt"))
    assert "vectors: 1 of" in capsys.readouterr().out


def test_vectors_of_another_length_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vectors = tmp_path / "vectors.txt"
    vectors.write_text("film 1 2 3 4 5 6 7 8\nawful 1 2 3\n")
    assert (
        main(
            [
                "sentiment",
                "--csv",
                str(write(tmp_path / "a.csv")),
                "--text",
                "review",
                "--label",
                "verdict",
                "--models",
                str(tmp_path / "models"),
                "--vectors",
                str(vectors),
                *QUICK,
            ]
        )
        == 1
    )
    assert "vectors.txt, line 2: 3 numbers, not 8" in capsys.readouterr().err


def tiny_data_sets(monkeypatch: pytest.MonkeyPatch, **more: list[tuple[str, str]]) -> None:
    """A data set `tiny` with texts that nobody labelled, and those of `more`."""
    for name, pairs in {"tiny": rows()[:120], **more}.items():
        texts, labels = map(list, zip(*pairs, strict=True))
        labelled = Labelled(texts, labels, unlabelled=[text for text, _ in rows()[120:]])
        source = Source(name=name, url=None, licence="none", sha256=labelled.fingerprint())
        monkeypatch.setitem(datasets.DATASETS, name, lambda found=(labelled, source): found)


def test_a_language_model_other_data_and_unlabelled_texts_teach_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All that helps a large model, in one job; run again, it does not pretrain again."""
    tiny_data_sets(monkeypatch, more=[("glorious", "Good!"), ("ghastly", "bad, really"), ("middling", "so-so")] * 5)
    flags = ["--dataset", "tiny", "--also", "more", "--unlabelled", "1", "--wide", "10", "--average", "0.9", "--decay"]
    flags += ["--pretrain-epochs", "2", "--pretrain-batch", "4", "--steps", "16", "--samples", "20"]
    flags += ["--models", str(tmp_path / "models"), "--checkpoints", str(tmp_path / "checkpoints"), "--even-if-worse"]
    for version in ("1", "2"):
        assert main(["sentiment", *flags, *QUICK]) == 0
        artifact = Store(tmp_path / "models").read(Key("sentiment", "tiny", version))
        predictor = tasks.load(artifact)
        assert artifact.json("metrics.json")["test"]["accuracy"] > 0.6
        (answer,) = predictor.predict([TextQuery("ghastly")])
        assert answer.warnings == []  # the other data's word is known
        assert (tmp_path / "checkpoints").exists()
    first, _, second = capsys.readouterr().out.partition("published")
    assert (first.count("epoch 2 of at most 2"), second.count("epoch 2 of at most 2")) == (1, 0)
    assert [path.suffix for path in (tmp_path / "checkpoints").iterdir()] == [".npz"]


def test_a_data_set_may_be_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    tiny_data_sets(monkeypatch, more=rows(240)[180:], other=[(f"glorious {number}", "Good!") for number in range(50)])
    told = {"dataset": "tiny", "mixed": ["more:12"], "also": ["other:7"]}
    job = SentimentJob(name="x", data=DataSection(**told), network={"kind": "recurrent"})
    data = training_data.parts(job)
    assert np.bincount(data.sets).tolist() == [96, 12, 7]
    assert (len(data.train.texts), len(data.also.texts)) == (108, 7)
    assert len(data.validation.texts) == len(data.validation_weights) == 18
    assert data.validation_weights[:12].sum() == pytest.approx(data.validation_weights[12:].sum())
    with pytest.raises(DataError, match="such as more:10000"):
        datasets.bounded("more:")


def test_other_data_with_other_labels_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny_data_sets(monkeypatch, more=[("fine", "good"), ("poor", "bad")])
    assert main(["sentiment", "--dataset", "tiny", "--also", "more", "--models", str(tmp_path / "models")]) == 1
    assert "more has the labels bad, good, not" in capsys.readouterr().err


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


def test_texts_of_ones_own_without_a_label_teach_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "opinions.csv"
    with file.open("w", newline="") as table:
        unlabelled = [(text, "") for text, _ in rows(240)[180:]]
        csv.writer(table).writerows([("text", "label"), *rows(), *unlabelled, ("", "Good!")])
    flags = ["--csv", str(file), "--unlabelled", "1", "--models", str(tmp_path / "models"), "--even-if-worse"]
    assert main(["sentiment", *flags, "--checkpoints", str(tmp_path / "checkpoints"), *QUICK]) == 0
    told = capsys.readouterr().out
    assert "data: 1 row without a text dropped" in told
    assert "Also learned from: 60 texts without a label." in told


def test_a_label_that_looks_like_a_formula_is_drawn_as_it_is() -> None:
    labels = ["$0 to $10", r"$\frac$", "a_$x$", "long" * 100]
    actual = np.arange(4, dtype=np.int32)
    assert plots.confusion("prices", labels, actual, actual.astype(np.intp)).startswith(b"\x89PNG")


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


@pytest.mark.parametrize("path", sorted((TASK.recipes).glob("*.yaml")), ids=lambda path: path.stem)
def test_every_recipe_is_a_job_on_a_named_data_set(path: Path) -> None:
    job = SentimentJob.model_validate(yaml.safe_load(path.read_text()))
    assert job.name == path.stem
    assert job.data.dataset in datasets.DATASETS

"""The tagging job on a file of one's own: released and proven, in seconds."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from seqserve import tasks
from seqserve.registry.store import Key, Store
from seqserve.tag import vocabulary
from seqserve.tag.decoding import tags_of
from seqserve.tag.predictor import Tagger, Tagging, TagQuery
from seqserve.tag.vocabulary import Vocabulary
from training.__main__ import main
from training.tag import network as networks
from training.tag import onnx_export, vectors
from training.tag.augmentation import Tagged
from training.tag.train import encoded

pytestmark = pytest.mark.slow

NAMES, PARTS = ["Ann", "Bob", "Eve", "Jim", "Lea", "Max", "Tom", "Zoe"], ["pump", "valve", "motor", "filter", "sensor"]
FRAMES = ["{0} checked the {1} again .", "the {1} was sent to {0} .", "ask {0} about it", "no {1} is left here"]
QUICK = ["--epochs", "6", "--units", "8", "--dimension", "8", "--filters", "8", "--batch-size", "8", "--swapped", "0"]


def conll(path: Path) -> Path:
    chance = random.Random(0)
    lines = []
    for _ in range(160):
        name, part = chance.choice(NAMES), chance.choice(PARTS)
        for word in chance.choice(FRAMES).format(name, part).split():
            lines.append(f"{word}\t{'B-worker' if word == name else 'B-part' if word == part else 'O'}")
        lines.append(f"{chance.randrange(10_000)}\tO\n")
    path.write_text("\n".join(lines))
    return path


def test_a_tagger_of_ones_own_labels_is_trained_and_served(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models = tmp_path / "models"
    arguments = ["tag", "--conll", str(conll(tmp_path / "shifts.conll")), "--models", str(models), *QUICK]
    assert main([*arguments, "--checkpoints", str(tmp_path), "--learning-rate", "0.02", "--even-if-worse"]) == 0
    told = capsys.readouterr().out
    assert "data: shifts.conll: read as BIO" in told
    version = Store(models).read(Key("tag", "shifts", "1"))
    metrics = version.json("metrics.json")
    assert metrics["test"]["f1"] > 0.9
    assert "gazetteer" in metrics["baselines"]
    assert metrics["export_difference"] < 1e-5
    assert "| worker |" in version.file("MODEL_CARD.md").decode()
    tagger = tasks.load(version)
    assert isinstance(tagger, Tagger)
    (answer,) = tagger.predict([TagQuery("Ann checked the valve again. 12", ("worker",))])
    assert isinstance(answer, Tagging)
    assert [(one["text"], one["label"]) for one in answer.entities] == [("Ann", "worker"), ("valve", "part")]
    assert answer.masked == "[worker] checked the valve again. 12"


def test_two_sources_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(conll(tmp_path / "a.conll"))
    assert main(["tag", "--conll", path, "--jsonl", path, "--models", str(tmp_path)]) == 1
    assert "give one source" in capsys.readouterr().err


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_the_graph_computes_what_keras_does_with_rounded_weights(cell: str) -> None:
    network = networks.tagger(cell, [6, 4], 30, 20, 5, dimension=5, character_dimension=3, filters=4, dropout=0.2)
    onnx_export.quantise(network)
    model = onnx_export.to_onnx(network)
    assert onnx_export.prove(network, model) < 1e-5
    network.get_layer("scores").set_weights([weight + 1 for weight in network.get_layer("scores").get_weights()])
    with pytest.raises(ValueError, match="away from Keras"):
        onnx_export.prove(network, model)


def test_a_long_text_is_learned_in_parts_that_cut_no_entity() -> None:
    text = Tagged(list("abcdef"), ["O", "O", "B-p", "I-p", "O", "O"])
    rows = encoded(text, Vocabulary([], []), tags_of(["p"]), most=3)
    assert [row.tags.tolist() for row in rows] == [[0, 0], [1, 2, 0], [0]]


def test_words_in_the_same_places_have_near_vectors() -> None:
    chance = random.Random(0)
    texts = [
        f"the {chance.choice(['cat', 'dog'])} eats {chance.choice(['rice', 'bread'])} now".split() for _ in range(300)
    ]
    known = vocabulary.fit(texts, 50, fewest=1)
    found = vectors.fit(texts, known, dimension=3, seed=0)
    assert found.shape == (len(known.words) + 2, 3)
    assert not found[:2].any()
    cat, dog, rice = (found[known.words.index(word) + 2] for word in ("cat", "dog", "rice"))
    assert np.linalg.norm(cat - dog) < np.linalg.norm(cat - rice)

"""The shipped models: whole, answering over HTTP as their reports say, and the README's examples true."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import seqserve.__main__
from seqserve import tasks
from seqserve.forecast import scalers, windows
from seqserve.forecast.config import ForecastConfig
from seqserve.registry.artifact import Artifact
from seqserve.registry.store import Key, Store
from seqserve.sentiment.word_tokenizer import Encoder
from testing.documentation import rounded
from testing.service_process import CHECKOUT, Running, running
from training.core.layers import LengthMask, Pooling
from training.sentiment.linear.ngrams import Ngrams

STORE = Store(CHECKOUT / "models")
WINDOWED = [
    key
    for key in STORE.released()
    if key.task == "forecast" and STORE.read(key).json("config.json").get("kind", "window") == "window"
]
"""Forecasters that look at a window of one length: the others have tests of their own."""
MEGABYTE = 1024**2

every_windowed_forecaster = pytest.mark.parametrize("key", WINDOWED, ids=str)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(STORE.root, tmp_path_factory.mktemp("shipped")) as found:
        yield found


def config(artifact: Artifact) -> ForecastConfig:
    return ForecastConfig.model_validate_json(artifact.file("config.json"))


def test_the_models_that_are_promised_are_there() -> None:
    assert {"universal", "google", "netflix", "amazon"} <= set(STORE.names("forecast"))
    assert {"general", "reviews"} <= set(STORE.names("sentiment"))
    assert (STORE.default("forecast"), STORE.default("sentiment")) == ("universal", "general")
    assert all("stable" in STORE.labels(task, name) for task in STORE.tasks() for name in STORE.names(task))


def test_the_tree_is_small() -> None:
    assert sum(path.stat().st_size for path in STORE.root.rglob("*") if path.is_file()) < 85 * MEGABYTE


def test_a_classifier_takes_little_room() -> None:
    for key in STORE.released():
        if key.task == "sentiment":
            assert sum(map(len, STORE.read(key).files.values())) < 12 * MEGABYTE


@pytest.mark.parametrize("key", STORE.released(), ids=str)
def test_every_version_proves_itself(key: Key) -> None:
    tasks.load(STORE.read(key))


@pytest.mark.parametrize("key", STORE.released(), ids=str)
def test_a_card_says_where_a_version_loses(key: Key) -> None:
    artifact = STORE.read(key)
    card = artifact.file("MODEL_CARD.md").decode()
    for baseline in artifact.json("metrics.json")["worse_than"]:
        assert re.search(rf"worse than .*{baseline}", card)


@every_windowed_forecaster
def test_the_report_holds_over_http(key: Key, service: Running) -> None:
    """Every window of the test part in one request: the RMSE of the training report, to 0.1%."""
    artifact = STORE.read(key)
    model = config(artifact)
    values = np.array(artifact.json("test.json")["values"])
    part = windows.pairs(values, model.window, model.horizon, model.features.index(model.target))
    raw = part.inputs if len(model.features) > 1 else part.inputs[:, :, 0]
    answer = service.forecast(
        [{"values": window} for window in raw.tolist()], model=key.name, version=key.version, horizon=model.horizon
    )
    assert answer.status_code == 200
    predicted = np.array([forecast["mean"] for forecast in answer.json()["forecasts"]])
    found = np.sqrt(np.mean((part.targets - predicted) ** 2))
    assert found == pytest.approx(artifact.json("metrics.json")["test"]["rmse"], rel=1e-3)


@every_windowed_forecaster
def test_keras_forecasts_the_same(key: Key, service: Running, tmp_path: Path) -> None:
    """The trained weights in Keras, scaled by hand, on the last window of the test part."""
    artifact = STORE.read(key)
    model = config(artifact)
    (tmp_path / "weights.keras").write_bytes(artifact.file("weights.keras"))
    network = keras.saving.load_model(tmp_path / "weights.keras")
    window = np.array(artifact.json("test.json")["values"])[np.newaxis, -model.window :]
    affine = scalers.from_json(artifact.file("scaler.json")).affine(window)
    scaled = affine.apply(window)
    output = np.asarray(network.predict_on_batch(scaled.astype(np.float32)), dtype=float).reshape(1, -1)
    target = model.features.index(model.target)
    expected = affine.invert(output + scaled[:, -1:, target] * model.residual, target)[0]
    values = window[0].tolist() if len(model.features) > 1 else window[0, :, 0].tolist()
    answer = service.forecast([{"values": values}], model=key.name, version=key.version).json()
    assert answer["forecasts"][0]["mean"] == pytest.approx(expected.tolist(), rel=1e-5)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("A joy from the first scene to the last.", "positive"),
        ("One of the worst films I have ever seen.", "negative"),
        ("The plot makes no sense, the acting is awful and it drags.", "negative"),
        ("Beautifully shot, moving, and very funny: highly recommended!", "positive"),
        ("it 's a charming and often affecting journey .", "positive"),
        ("I did not like it at all", "negative"),
        ("I didn\u2019t enjoy it", "negative"),
    ],
)
def test_plain_opinions_are_told_over_http(text: str, label: str, service: Running) -> None:
    answer = service.client.post("/sentiment", json={"texts": [text], "explain": True}).json()
    (result,) = answer["results"]
    assert result["label"] == label
    assert sum(result["scores"].values()) == pytest.approx(1)
    assert result["explanation"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("J'adore ce livre, merci beaucoup !", "positive"),
        ("C'est nul, je suis vraiment déçue.", "negative"),
        ("Me encanta, muchas gracias a todos.", "positive"),
        ("Odio este teléfono, es horrible.", "negative"),
        ("Adorei, muito obrigada!", "positive"),
        ("Que vergonha, péssimo serviço.", "negative"),
        ("Ich liebe dieses Buch, vielen Dank!", "positive"),
        ("Ich hasse das, es ist schrecklich.", "negative"),
        ("Che bello, grazie mille!", "positive"),
        ("Che schifo, è orribile.", "negative"),
        ("Le train part à huit heures.", "neutral"),
        ("Der Zug fährt um acht Uhr.", "neutral"),
    ],
)
def test_plain_opinions_are_told_in_other_languages_and_unwarned(text: str, label: str, service: Running) -> None:
    (result,) = service.client.post("/sentiment", json={"texts": [text]}).json()["results"]
    assert (result["label"], result["warnings"]) == (label, [])


@pytest.mark.parametrize("name", ["general", "reviews"])
def test_a_classifier_scores_the_same_in_keras(name: str, service: Running, tmp_path: Path) -> None:
    """The trained weights in Keras and the temperature by hand, against the answer of the service."""
    artifact = STORE.read(STORE.resolve("sentiment", name, None))
    (tmp_path / "weights.keras").write_bytes(artifact.file("weights.keras"))
    network = keras.saving.load_model(
        tmp_path / "weights.keras", custom_objects={layer.__name__: layer for layer in (LengthMask, Ngrams, Pooling)}
    )
    settings = artifact.json("config.json")
    encoder = Encoder.from_json(artifact.file("tokenizer.json"), settings["max_tokens"])
    texts = ["Slow at first, and then it wins you over.", "A waste of a good cast. " * 30]
    results = service.client.post("/sentiment", json={"texts": texts, "model": name}).json()["results"]
    for encoded, result in zip(encoder.encode(texts), results, strict=True):
        output = network([encoded.ids[np.newaxis], np.array([len(encoded.ids)], dtype=np.int32)])
        odds = np.exp(np.asarray(output, dtype=float)[0] / settings["temperature"])
        assert [result["scores"][name] for name in settings["labels"]] == pytest.approx(odds / odds.sum(), abs=1e-5)


def readme_examples() -> list[tuple[str, Any, Any]]:
    """Path, request and answer of each `curl` in the README that a JSON block follows."""
    text = (CHECKOUT / "README.md").read_text()
    pattern = r"```sh\ncurl \S*:3000(/\w+)[^\n]* -d '([^']*)'\n```\n```json\n(.*?)```"
    found = re.findall(pattern, text, flags=re.DOTALL)
    return [(path, json.loads(request), json.loads(answer)) for path, request, answer in found]


def test_the_readme_has_an_example_of_each_task() -> None:
    tasks_of = {"translate": "translation"}
    long = {"classify"}  # a digit is 784 numbers
    assert {tasks_of.get(path[1:], path[1:]) for path, _, _ in readme_examples()} == set(STORE.tasks()) - long


@pytest.mark.parametrize(("path", "request_", "answer"), readme_examples())
def test_the_readme_s_answers_are_what_the_service_answers(
    path: str, request_: Any, answer: Any, service: Running
) -> None:
    found = service.client.post(path, json=request_)
    assert found.status_code == 200
    assert rounded(found.json()) == rounded(answer)


def readme_commands() -> list[list[str]]:
    """What the README does with the tree on the command line."""
    text = (CHECKOUT / "README.md").read_text()
    return [shlex.split(line, comments=True) for line in re.findall(r"-m seqserve (models .*)", text)]


@pytest.mark.parametrize("command", readme_commands(), ids=" ".join)
def test_the_readme_s_commands_work(command: list[str], tmp_path: Path) -> None:
    shutil.copytree(STORE.root, tmp_path / "models")
    assert seqserve.__main__.main(["--models", str(tmp_path / "models"), *command]) == 0


def test_the_readme_has_commands() -> None:
    assert len(readme_commands()) >= 3

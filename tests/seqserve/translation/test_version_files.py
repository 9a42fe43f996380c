"""A translator as its version's files make it, with a real network."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import pytest

from seqserve import tasks
from seqserve.errors import ArtifactError
from seqserve.registry import byte_delta
from seqserve.registry.artifact import Artifact, Manifest
from seqserve.translation.copied_names import Names
from seqserve.translation.predictor import TranslationQuery, graphs
from testing.tiny import SENTENCES
from testing.tiny import translation as tiny


@cache
def version() -> Artifact:
    """A version with a real network."""
    return Artifact(Manifest.model_construct(task="translation", name="en-fr", version="1"), tiny.release().files)


def test_a_real_network_answers_alike_alone_and_in_company() -> None:
    model = tasks.load(version())
    source = random.Random(7)
    words = " ".join(SENTENCES).split()
    texts = [" ".join(source.choices(words, k=source.randint(1, 60))) for _ in range(100)]
    queries = [TranslationQuery(text, alternatives=index % 3, beam=1 + index % 5) for index, text in enumerate(texts)]
    for query, answer in zip(queries, model.predict(queries), strict=True):
        (alone,) = model.predict([query])
        assert (answer.text, answer.alternatives) == (alone.text, alone.alternatives)
        assert answer.score == pytest.approx(alone.score, abs=1e-5)
        assert len(answer.alternatives) <= query.alternatives


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("tokenizer.json", b"{}"),
        ("encoder.onnx", b"onnx"),
        ("decoder.onnx", b"onnx"),
        ("config.json", b"{}"),
        ("config.json", b'{"source": "en", "target": "fr", "beam": 20}'),
        ("config.json", b'{"source": "en", "target": "fr", "reversed": true}'),
    ],
)
def test_a_damaged_version_is_refused(file: str, content: bytes) -> None:
    with pytest.raises(ArtifactError, match=r"publish it again|otherwise than"):
        tasks.load(replace(version(), files={**version().files, file: content}))


def test_a_version_may_have_what_both_graphs_have_once() -> None:
    files = dict(version().files)
    encoder, decoder = files.pop("encoder.onnx"), files["decoder.onnx"]
    run = max((encoder[place : place + 200] for place in range(0, len(encoder), 50)), key=decoder.count)
    assert run in decoder
    files["encoder.part"] = byte_delta.cut(encoder, run, decoder)
    assert len(files["encoder.part"]) < len(encoder)
    assert graphs(replace(version(), files=files)) == (encoder, decoder)
    query = TranslationQuery(SENTENCES[0])
    assert tasks.load(replace(version(), files=files)).predict([query]) == tasks.load(version()).predict([query])
    for damaged in (b"", files["encoder.part"][:20], b"\xff" * 100, byte_delta.cut(b"ab", b"a", b"a")[:-1]):
        with pytest.raises(ArtifactError, match="publish it again"):
            tasks.load(replace(version(), files={**files, "encoder.part": damaged}))


def test_a_version_may_bring_names_and_damaged_ones_are_refused() -> None:
    files = {**version().files, "names.json": Names(tiny.subword_coder(), ["whoever"], ["Friday"]).to_json()}
    assert tasks.load(replace(version(), files=files))
    for content in (b"", b"[]", b'{"small": [], "other": []}', b'{"small": 1, "translated": []}'):
        with pytest.raises(ArtifactError, match=r"names\.json is damaged"):
            tasks.load(replace(version(), files={**files, "names.json": content}))


@pytest.mark.parametrize("missing", ["tokenizer.json", "encoder.onnx", "decoder.onnx", "config.json"])
def test_an_incomplete_version_is_refused(missing: str) -> None:
    files = {file: content for file, content in version().files.items() if file != missing}
    with pytest.raises(ArtifactError, match=missing):
        tasks.load(replace(version(), files=files))

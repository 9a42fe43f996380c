"""A pretrained transformer computes what it was published to compute, and teaches a recurrent network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from keras import ops
from safetensors.numpy import save
from scipy.special import erf, softmax
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from seqserve.registry.store import Store
from seqserve.sentiment.word_tokenizer import Encoder
from testing.opinions import FILLING, OPINIONS, QUICK, tiny_data_sets
from training.__main__ import main
from training.sentiment.pretrained import minilm

WIDTH, INNER, POSITIONS, LAYERS = 64, 96, 40, 2

Weights = dict[str, npt.NDArray[np.float32]]


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Weights:
    """The weights of a tiny transformer, which lies with its tokenizer where the real one would be looked for."""
    words = [*FILLING, *" ".join(OPINIONS.values()).split()]
    vocabulary = {token: number for number, token in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words])}
    random = np.random.default_rng(0)

    def some(*shape: int) -> npt.NDArray[np.float32]:
        return random.normal(scale=0.3, size=shape).astype(np.float32)

    def norm(name: str) -> Weights:
        return {f"{name}.LayerNorm.weight": 1 + some(WIDTH), f"{name}.LayerNorm.bias": some(WIDTH)}

    def dense(name: str, outputs: int, inputs: int) -> Weights:
        return {f"{name}.weight": some(outputs, inputs), f"{name}.bias": some(outputs)}

    weights = {
        "embeddings.word_embeddings.weight": some(len(vocabulary), WIDTH),
        "embeddings.position_embeddings.weight": some(POSITIONS, WIDTH),
        "embeddings.token_type_embeddings.weight": some(2, WIDTH),
        **norm("embeddings"),
    }
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            weights |= dense(f"{layer}.attention.{part}", WIDTH, WIDTH)
        weights |= norm(f"{layer}.attention.output") | norm(f"{layer}.output")
        weights |= dense(f"{layer}.intermediate.dense", INNER, WIDTH) | dense(f"{layer}.output.dense", WIDTH, INNER)
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.enable_truncation(8)
    tokenizer.enable_padding(length=8)
    folder = tmp_path / "data" / "sentiment" / minilm.NAME
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(save(weights))
    tokenizer.save(str(folder / "tokenizer.json"))
    monkeypatch.setenv("SEQSERVE_DATA", str(tmp_path / "data"))
    return weights


def bert(weights: Weights, ids: npt.NDArray[np.int32]) -> npt.NDArray[Any]:
    """What Devlin et al. describe, a text at a time: tokens (T,) to states (T, WIDTH)."""

    def dense(name: str, x: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def norm(name: str, x: npt.NDArray[Any]) -> npt.NDArray[Any]:
        scaled = (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)
        return scaled * weights[f"{name}.LayerNorm.weight"] + weights[f"{name}.LayerNorm.bias"]

    x = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm("embeddings", x + weights["embeddings.token_type_embeddings.weight"][0])
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        query, key, value = (dense(f"{layer}.attention.self.{part}", x) for part in ("query", "key", "value"))
        seen = []
        for head in np.split(np.arange(WIDTH), WIDTH // 32):
            shares = softmax(query[:, head] @ key[:, head].T / np.sqrt(32), axis=1)
            seen.append(shares @ value[:, head])
        output = f"{layer}.attention.output"
        x = norm(output, x + dense(f"{output}.dense", np.concatenate(seen, axis=1)))
        inner = dense(f"{layer}.intermediate.dense", x)
        inner = inner * (1 + erf(inner / np.sqrt(2))) / 2
        x = norm(f"{layer}.output", x + dense(f"{layer}.output.dense", inner))
    return x


def test_it_computes_what_was_published_whatever_is_padded(published: Weights) -> None:
    network = minilm.pretrained(outputs=3)
    encoder = Encoder(minilm.tokenizer(), POSITIONS)
    texts = ["A superb film!", "the plot was awful and boring, the story of two people was usual", "me"]
    rows = [encoded.ids for encoded in encoder.encode(texts)]
    assert [(row[0], row[-1]) for row in rows] == [(2, 3)] * 3  # neither cut nor padded
    lengths = np.array([len(row) for row in rows], dtype=np.int32)
    padded = np.full((len(rows), lengths.max()), 7, dtype=np.int32)
    for line, row in zip(padded, rows, strict=True):
        line[: len(row)] = row
    kernel, bias = network.layers[-1].get_weights()
    expected = [bert(published, row).mean(axis=0) @ kernel + bias for row in rows]
    answer = ops.convert_to_numpy(network([padded, lengths]))
    np.testing.assert_allclose(answer, expected, atol=1e-4)


def test_it_reads_no_markup(published: Weights) -> None:
    tokenizer = minilm.tokenizer()
    assert tokenizer.encode("a film<br /><br />was&nbsp;SUPERB").ids == tokenizer.encode("A film was superb").ids


@pytest.mark.slow
def test_a_teacher_labels_what_nobody_labelled_and_what_it_said_is_kept(
    published: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny_data_sets(monkeypatch)
    flags = ["--dataset", "tiny", "--teacher-epochs", "2", "--teacher-tokens", "30", "--teacher-train-tokens", "20"]
    flags += ["--models", str(tmp_path / "models"), "--checkpoints", str(tmp_path / "checkpoints")]
    for _ in range(2):
        assert main(["sentiment", *flags, "--even-if-worse", *QUICK]) == 0
    first, _, second = capsys.readouterr().out.partition("published")
    assert f"Also learned from: 60 texts without a label ({minilm.NAME}, Apache-2.0, fitted on" in first
    assert (first.count("epoch 2 of at most 2"), second.count("epoch 2 of at most 2")) == (1, 0)
    said = np.load(next((tmp_path / "checkpoints").glob("teacher-*.npy")))
    assert said.shape == (12 + 60, 3)  # the validation part, to calibrate on, and the texts without a label
    store = Store(tmp_path / "models")
    card = store.read(store.resolve("sentiment", "tiny", "2")).file("MODEL_CARD.md").decode()
    assert minilm.NAME in card


def test_without_unlabelled_texts_there_is_nothing_to_teach(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own.csv").write_text(
        "text,label\n" + "".join(f"fine {day},good\npoor {day},bad\n" for day in range(3))
    )
    flags = ["--csv", str(tmp_path / "own.csv"), "--teacher-epochs", "1", "--models", str(tmp_path / "models")]
    assert main(["sentiment", *flags]) == 1
    assert "no texts without a label; leave out --unlabelled and --teacher-epochs" in capsys.readouterr().err

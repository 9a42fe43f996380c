"""Scores of n-grams beside a recurrent network: learned, told apart, exported equal."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
from scipy.sparse import csr_array

from seqserve.core.onnx_session import Network
from training.core import fitting
from training.core.batches import Tokens
from training.onnx import export
from training.sentiment import network as sentiment_network
from training.sentiment.baselines import against_the_rest
from training.sentiment.linear import ngram_scores, ngrams
from training.sentiment.linear.ngrams import SIGNATURES, Ngrams
from training.sentiment.train import EXPORTS

pytestmark = pytest.mark.slow

WORDS, BITS = 40, 12


def reader(outputs: int = 2) -> keras.Model:
    return sentiment_network.reader("lstm", [4], WORDS, 4, outputs, bidirectional=True, pooling=["max", "mean"])


def texts(count: int = 600) -> tuple[list[Tokens], np.ndarray]:
    """Texts of which every second has the pair 7 8; the others have both words apart."""
    random = np.random.default_rng(0)
    rows, classes = [], np.arange(count) % 2
    for paired in classes:
        row = random.integers(10, WORDS, random.integers(6, 20))
        place = random.integers(1, len(row) - 2)
        row[place : place + 2] = (7, 8) if paired else (8, 7)
        rows.append(row.astype(np.int32))
    return rows, classes.astype(np.int32)


def widened(rows: list[Tokens], classes: np.ndarray, outputs: int = 2, bits: int = BITS) -> keras.Model:
    return ngram_scores.widened(reader(outputs), ngram_scores.alone(rows, classes, bits, outputs))


def layer(network: keras.Model) -> Ngrams:
    return next(found for found in network.layers if isinstance(found, Ngrams))


def asked(network: keras.Model, row: Tokens) -> np.ndarray:
    return np.asarray(network([row[np.newaxis], np.array([len(row)], dtype=np.int32)]))[0]


def test_it_learns_what_only_a_pair_tells() -> None:
    rows, classes = texts()
    scores = layer(widened(rows[:500], classes[:500]))
    found = [float(scores(row[np.newaxis], np.array([len(row)], dtype=np.int32))[0, 0]) > 0 for row in rows[500:]]
    assert np.mean(found == classes[500:]) > 0.95


def test_the_layer_adds_the_score_of_each_ngram_once() -> None:
    rows, classes = texts()
    table, signatures, _ = ngram_scores.fit(rows, classes, BITS)
    scores = layer(sentiment_network.widened(reader(), BITS))
    scores.set_weights([table, signatures])
    row = np.concatenate([rows[0], rows[0], rows[1]])
    numbers = ngrams.ngrams(row)
    assert len(numbers) < 3 * len(row) - 3
    known = signatures[numbers % 2**BITS] == numbers // 2**BITS % SIGNATURES + 1
    expected = table[numbers[known] % 2**BITS].sum(axis=0)
    padded = np.concatenate([row, row])[np.newaxis]
    found = np.asarray(scores(padded, np.array([len(row)], dtype=np.int32)))[0]
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert 0 < known.sum() < len(numbers)  # the pairs across the seams were never seen


def test_the_scores_of_a_small_table_are_fitted_without_what_it_has_no_room_for() -> None:
    rows, classes = texts()
    table, signatures, _ = ngram_scores.fit(rows, classes, 5)
    places = np.flatnonzero(signatures)
    every = np.unique(np.concatenate([ngrams.ngrams(row) for row in rows]))
    holds = {int(number % 32): number for number in every if signatures[number % 32] == number // 32 % SIGNATURES + 1}
    assert sorted(holds) == places.tolist()
    kept = [holds[place] for place in places]
    seen = csr_array(np.array([np.isin(kept, ngrams.ngrams(row)) for row in rows], dtype=float))
    expected, _ = against_the_rest(seen, classes == 1, trust=1)
    np.testing.assert_allclose(table[places, 0], expected, atol=1e-3)


def test_a_full_table_gives_hardly_a_score_to_ngrams_never_seen() -> None:
    rows, classes = texts()
    _, signatures, _ = ngram_scores.fit(rows, classes, 8)
    assert signatures.all()
    others = np.random.default_rng(1).integers(0, ngrams.BASE**3, 100_000)
    known = signatures[others % 2**8] == others // 2**8 % SIGNATURES + 1
    assert known.mean() < 1e-3


def test_words_never_seen_have_no_score() -> None:
    rows, classes = texts()
    scores = layer(widened(rows, classes, bits=18))
    assert float(np.abs(scores(np.array([[0, 1, 2, 3]], dtype=np.int32), np.array([4], dtype=np.int32))).max()) == 0


@pytest.mark.parametrize("outputs", [2, 3])
def test_each_half_has_its_share(outputs: int) -> None:
    rows, classes = texts()
    classes = np.where(np.arange(len(classes)) % 3 == 0, outputs - 1, classes).astype(np.int32)
    narrow, linear = reader(outputs), ngram_scores.alone(rows, classes, BITS, outputs)
    both = ngram_scores.widened(narrow, linear, (0.5, 2.0))
    np.testing.assert_allclose(asked(both, rows[0]), asked(narrow, rows[0]) / 2 + 2 * asked(linear, rows[0]), atol=1e-4)


@pytest.mark.parametrize("outputs", [2, 3])
def test_a_widened_network_is_exported_and_saved_equal(outputs: int, tmp_path: Path) -> None:
    rows, classes = texts()
    classes = np.where(np.arange(len(classes)) % 3 == 0, outputs - 1, classes).astype(np.int32)
    network = widened(rows, classes, outputs)
    before = asked(network, rows[0])
    export.quantise(network, EXPORTS)
    model = export.to_onnx(network, EXPORTS)
    assert export.prove(network, model) < 1e-5
    np.testing.assert_allclose(asked(network, rows[0]), before, atol=0.02)
    (tmp_path / "weights.keras").write_bytes(fitting.saved(network))
    again = keras.saving.load_model(tmp_path / "weights.keras")
    np.testing.assert_array_equal(asked(again, rows[0]), asked(network, rows[0]))


def test_a_padded_row_answers_as_if_alone() -> None:
    rows, classes = texts()
    network = widened(rows, classes)
    export.quantise(network, EXPORTS)
    run = Network(export.to_onnx(network, EXPORTS))
    lengths = np.array([len(row) for row in rows[:32]], dtype=np.int32)
    padded = np.random.default_rng(1).integers(0, WORDS, (32, 40), dtype=np.int32)
    for line, row in zip(padded, rows[:32], strict=True):
        line[: len(row)] = row
    alone = np.concatenate([run(row[np.newaxis]) for row in rows[:32]])
    np.testing.assert_allclose(run(padded, lengths), alone, atol=1e-5)


def test_a_quantised_embedding_takes_a_byte_a_number() -> None:
    network = sentiment_network.reader("lstm", [4], 5000, 64, 2, bidirectional=False, pooling=["last"])
    whole = len(export.to_onnx(network, EXPORTS))
    export.quantise(network, EXPORTS)
    assert len(export.to_onnx(network, EXPORTS)) < 0.3 * whole


def test_texts_that_share_no_ngram_have_no_scores() -> None:
    rows = [np.array([10 + number], dtype=np.int32) for number in range(6)]
    table, signatures, _ = ngram_scores.fit(rows, np.array([0, 1] * 3, dtype=np.int32), BITS)
    assert not table.any()
    assert not signatures.any()


@pytest.mark.parametrize("outputs", [2, 3])
def test_the_scores_alone_are_a_linear_model_that_is_exported_equal(outputs: int) -> None:
    rows, classes = texts()
    classes = np.where(np.arange(len(classes)) % 3 == 0, outputs - 1, classes).astype(np.int32)
    network = ngram_scores.alone(rows[:500], classes[:500], BITS, outputs)
    export.quantise(network, EXPORTS)
    model = export.to_onnx(network, EXPORTS)
    assert export.prove(network, model) < 1e-5
    unknown = asked(network, np.array([1], dtype=np.int32))
    *_, without = ngram_scores.fit(rows[:500], classes[:500], BITS)
    expected = [-without[0] / 2, without[0] / 2] if outputs == 2 else without
    np.testing.assert_allclose(unknown, expected, atol=1e-5)

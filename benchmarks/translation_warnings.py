"""How often a translator warns of a translation that is badly wrong, and of one that is good.

Badly wrong is a chrF below 30 against the one reference, good is 50 or more. Only single sentences count.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from seqserve import tasks
from seqserve.registry.store import Store
from seqserve.translation.predictor import Translator
from training.translation import least_score
from training.translation.data import datasets


def main() -> None:
    """Print a row of the table for each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="name or name@version")
    parser.add_argument("--csv", type=Path, nargs="+", required=True, help="tables with a column for each language")
    parser.add_argument(
        "--seed", type=int, default=0, help="of the thousand pairs that are drawn (default: %(default)s)"
    )
    options = parser.parse_args()
    store = Store(Path("models"))
    predictor = tasks.load(store.read(store.resolve_stated("translation", options.model)))
    assert isinstance(predictor, Translator)
    least = predictor.config.least_score
    print("| file | sentences | badly wrong | warned | good | warned in vain | threshold | fitted here |")
    print("| --- |" + " ---: |" * 7)
    for path in options.csv:
        pairs, _ = datasets.own(path, predictor.config.source, predictor.config.target)
        found = least_score.rated(predictor, pairs.references(), options.seed)
        warned, in_vain = found.warned(float("-inf") if least is None else least)
        counts = (len(found.scores), found.bad.sum(), f"{warned:.0%}", found.good.sum(), f"{in_vain:.0%}")
        print("|", " | ".join(map(str, (path.name, *counts, least, least_score.threshold(found)))), "|")


if __name__ == "__main__":
    main()

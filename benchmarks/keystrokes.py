"""Suggestions as one types: keystrokes that they save on held-out texts, and milliseconds that one takes.

    python -m benchmarks.keystrokes [--model english] [--version 1] [--texts 300] [--timed 60]

Texts are of the test part of the version's own recipe, drawn as its job drew them; `SEQSERVE_DATA` names the folder of
the data. One keystroke takes a suggestion that is right; the baseline offers the most frequent words of the training
part. Times are of each text typed letter by letter, with the states that are kept as in the service: in process, and
over HTTP on the loopback, with the service on the first core and this process on the last.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import yaml

from benchmarks import serving
from seqserve import tasks
from seqserve.complete.predictor import Completer
from seqserve.complete.query import CompletionQuery
from seqserve.registry.store import Key, Store
from training.complete import keystrokes
from training.complete.config import CompleteJob
from training.complete.documents import Parts
from training.complete.train import CompleteTraining

_MODELS = Path("models")
_OFFERED = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="english", help="of the task complete (%(default)s)")
    parser.add_argument("--version", default="1", help="(%(default)s)")
    parser.add_argument("--texts", type=int, default=300, help="that are typed (%(default)s)")
    parser.add_argument("--timed", type=int, default=60, help="of these, that are timed (%(default)s)")
    options = parser.parse_args()
    artifact = Store(_MODELS).read(Key("complete", options.model, options.version))
    predictor = tasks.load(artifact)
    assert isinstance(predictor, Completer)
    parts = CompleteTraining(CompleteJob.model_validate(yaml.safe_load(artifact.file("recipe.yaml")))).load().data
    texts = parts.test[:: max(1, len(parts.test) // options.texts)][: options.texts]
    _report_saved(texts, parts, predictor)
    core = serving.core()
    timed = texts[: options.timed]
    with serving.serving("service.service", _MODELS, core) as service:

        def over_http(text: str) -> None:
            body = {"model": options.model, "version": options.version, "texts": [text], "count": _OFFERED}
            service.post("/complete", json=body).raise_for_status()

        def in_process(text: str) -> None:
            predictor.predict([CompletionQuery(text, count=_OFFERED)])

        print("\n| a suggestion | median ms | p99 ms | keystrokes |\n| --- | ---: | ---: | ---: |")
        for name, suggest in (("in process", in_process), ("over HTTP", over_http)):
            spent = 1e3 * np.array(_typed(timed, suggest))
            print(f"| {name} | {np.median(spent):.2f} | {np.quantile(spent, 0.99):.2f} | {len(spent):,} |")


def _report_saved(texts: Sequence[str], parts: Parts, predictor: Completer) -> None:
    print(f"{len(texts)} texts of the test part\n\n| offered | keystrokes saved |\n| --- | ---: |")
    for name, suggest in (
        ("one suggestion", keystrokes.of_predictor(predictor, 1)),
        ("three suggestions", keystrokes.of_predictor(predictor, 3)),
        ("the most frequent word", keystrokes.of_frequencies(parts.train, 1)),
        ("the three most frequent words", keystrokes.of_frequencies(parts.train, 3)),
    ):
        print(f"| {name} | {keystrokes.saved(texts, suggest):.1%} |")


def _typed(texts: Sequence[str], suggest: Callable[[str], None]) -> list[float]:
    """Seconds of the suggestion after each letter."""
    seconds = []
    for text in texts:
        for place in range(1, len(text) + 1):
            begin = time.perf_counter()
            suggest(text[:place])
            seconds.append(time.perf_counter() - begin)
    return seconds


if __name__ == "__main__":
    main()

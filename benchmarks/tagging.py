"""How well and how fast the shipped tagger reads messages as people write them.

    python -m benchmarks.tagging [--model NAME[@VERSION]] [--rounds 5]

The texts are the test part of the version's own recipe and the published development part of Emerging Entities 2017; it
learned from neither. They are read as they stand, in lower case and in capitals. Beside it a linear CRF of the same
training part, if `seqserve[tagging]` is installed. Times are of the predictor in this process, with one thread on the
core of `benchmarks.serving`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from benchmarks import serving
from seqserve import tasks
from seqserve.registry.store import Store
from seqserve.tag.predictor import Tagger, TagQuery
from training.tag import baselines, datasets, metrics
from training.tag.augmentation import tagged
from training.tag.config import TagJob
from training.tag.corpora import tweets
from training.tag.documents import Document, split

_WRITTEN: dict[str, Callable[[str], str]] = {
    "as it stands": lambda text: text,
    "in lower case": lambda text: _alike(text, text.lower()),
    "in capitals": lambda text: _alike(text, text.upper()),
}
_BATCH = 64


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=Path("models"), help="(%(default)s)")
    parser.add_argument("--model", default="", help="name or name@version; none means the default")
    parser.add_argument("--rounds", type=int, default=5, help="(%(default)s)")
    options = parser.parse_args()
    store = Store(options.models)
    artifact = store.read(store.resolve_stated("tag", options.model))
    os.sched_setaffinity(0, {serving.core()})
    tagger = tasks.load(artifact)
    assert isinstance(tagger, Tagger)
    job = TagJob.model_validate(yaml.safe_load(artifact.file("recipe.yaml")))
    data = datasets.load(job.data, job.fit.seed)
    crf = baselines.LinearCrf(list(map(tagged, data.parts.train))) if baselines.is_installed() else None
    print(f"{artifact}\n\n| texts | written | entity F1 | precision | recall | linear CRF's F1 |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for part, documents in {"test part": data.parts.test, **data.published}.items():
        for written, change in _WRITTEN.items():
            _measure(f"| {part} | {written} |", tagger, crf, [replace(one, text=change(one.text)) for one in documents])
    if crf:
        _only_emerging(job.fit.seed)
    _time(tagger, [document.text for document in data.parts.test], options.rounds)


def _measure(label: str, tagger: Tagger, crf: baselines.LinearCrf | None, documents: Sequence[Document]) -> None:
    lines = list(map(tagged, documents))
    actual = [line.tags for line in lines]
    found = metrics.found_tags(documents, [entities for entities, _ in metrics.predicted(tagger, documents)])
    scores = metrics.scores(actual, found)
    other = f"{metrics.scores(actual, [crf.tags(line.words) for line in lines])['f1']:.3f}" if crf else "-"
    print(f"{label} {scores['f1']:.3f} | {scores['precision']:.3f} | {scores['recall']:.3f} | {other} |")


def _only_emerging(seed: int) -> None:
    """Whether the labels that only one of the two sets has can be learned."""
    parts = split(tweets.emerging(every=True).documents, 0.01, 0.2, seed)
    crf = baselines.LinearCrf(list(map(tagged, parts.train)))
    lines = list(map(tagged, parts.test))
    rows = metrics.by_label([line.tags for line in lines], [crf.tags(line.words) for line in lines])
    told = ", ".join(f"{label} {row['f1']:.2f} ({row['entities']:.0f} entities)" for label, row in rows.items())
    print(f"\nF1 of a linear CRF on {len(lines)} held-out messages of Emerging Entities, train: {told}")


def _time(tagger: Tagger, texts: Sequence[str], rounds: int) -> None:
    alone, together = [], []
    for _ in range(rounds):
        for text in texts[:_BATCH]:
            begin = time.perf_counter()
            tagger.predict([TagQuery(text)])
            alone.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        tagger.predict([TagQuery(text) for text in texts[:_BATCH]])
        together.append((time.perf_counter() - begin) / _BATCH)
    print(
        f"\nmedian of a text: {1e3 * statistics.median(alone):.2f} ms alone, "
        f"{1e3 * statistics.median(together):.2f} ms among {_BATCH}"
    )


def _alike(text: str, changed: str) -> str:
    """The changed text, but for characters that would become several, so that places stay."""
    if len(changed) == len(text):
        return changed
    upper = changed.isupper()
    letters = ((one.upper() if upper else one.lower()) for one in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, letters, strict=True))


if __name__ == "__main__":
    main()

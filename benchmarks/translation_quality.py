"""Score published translators again, on their recipes' held-out parts, beside the baselines.

    python -m benchmarks.translation_quality [--models FOLDER] [--name NAME] [--version VERSION] [--lowercase]

Split, seed and data are those of a version's `recipe.yaml`; the phrase table is fitted on the same training part.
Without a name, the served version of every model is scored. A version is skipped, with a message, if its data is
missing or differs from that of its training.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import yaml

from seqserve import tasks
from seqserve.registry.artifact import Artifact
from seqserve.registry.store import Store
from seqserve.translation.predictor import Translator
from training.core.download import DataError
from training.translation import baselines, metrics
from training.translation.config import TranslationJob
from training.translation.data import training_data
from training.translation.evaluate import translated
from training.translation.task import TASK

_BEAMS = {"greedy": 1, "beam 5": 5}
_HEADINGS = {"bleu": "BLEU", "chrf": "chrF", "bleu_any": "BLEU, any reference", "chrf_any": "chrF, any reference"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("models"), help="(%(default)s)")
    parser.add_argument("--name", help="by default all")
    parser.add_argument("--version", help="or a label; by default the one that serves")
    parser.add_argument("--lowercase", action="store_true", help="case does not count")
    options = parser.parse_args()
    store = Store(options.models)
    status = 0
    for name in [options.name] if options.name else store.names(TASK.name):
        artifact = store.read(store.resolve(TASK.name, name, options.version))
        try:
            report(artifact, options.lowercase)
        except DataError as error:
            print(f"{artifact}: {error}", file=sys.stderr)
            status = 1
    return status


def report(artifact: Artifact, lowercase: bool) -> None:
    """Print the scores of a version and of the baselines, the signature of the metrics, and ten translations.

    Raises:
        DataError: its data is missing or has changed.
    """
    predictor = tasks.load(artifact, threads=2)
    assert isinstance(predictor, Translator)
    job = TranslationJob.model_validate(yaml.safe_load(artifact.file("recipe.yaml")))
    parts, source, _ = training_data.load(job.data, job.fit.seed)
    if source.sha256 != artifact.manifest.data.sha256:
        raise DataError(f"{source.name} is not what it learned from, so that what it has seen may be in the test part")
    held = {"validation": parts.validation.references(), "test": parts.test.references()}
    every = [sentence for references in held.values() for sentence in references]
    answers = {f"{artifact}, {name}": translated(predictor, every, beam) for name, beam in _BEAMS.items()}
    best = list(answers)[-1]
    answers |= baselines.baselines(parts.train, every)
    print(f"Seed {job.fit.seed}; learned from {len(parts.train.sources)} pairs of {source.name}.\n")
    print(
        f"| part | sentences | | {' | '.join(_HEADINGS.values())} |\n| --- | ---: | --- |{' ---: |' * len(_HEADINGS)}"
    )
    start = 0
    for part, references in held.items():
        rows = slice(start, start + len(references))
        start = rows.stop
        for who, answer in answers.items():
            scores = metrics.held_out(references, answer[rows], lowercase)
            cells = " | ".join(f"{scores[score]:.2f}" for score in _HEADINGS)
            print(f"| {part} | {len(references)} | {who} | {cells} |")
    for score, signature in metrics.signatures(held["test"], lowercase).items():
        print(f"\n{_HEADINGS[score]}: `{signature}`")
    asked = held["validation"]
    for sample in metrics.samples(asked, answers[best][: len(asked)], job.fit.seed):
        print(f"\n- {sample.source}\n  reference: {sample.reference}\n  {best}: {sample.answer}")
    print()


if __name__ == "__main__":
    sys.exit(main())

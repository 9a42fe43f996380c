"""The sentences of a translation job: loaded, split before anything is fitted."""

from __future__ import annotations

from seqserve.registry.artifact import Source
from training.core.datasets import named as lookup
from training.core.download import DataError
from training.translation import datasets
from training.translation.config import DataSection
from training.translation.corpus import augment_dates
from training.translation.corpus.cleaning import Rules
from training.translation.corpus.pairs import Pairs, Parts, split


def load(data: DataSection, seed: int) -> tuple[Parts, Source]:
    """The one source that is named, in its parts.

    Raises:
        DataError: none or several are named, or it cannot be had.
    """
    files = (data.source_file, data.target_file)
    if [data.dataset is None, data.csv is None, files == (None, None)].count(False) != 1 or files.count(None) == 1:
        raise DataError("name one source of data: --dataset, --csv, or --source-file and --target-file")
    languages(data)
    if data.dataset is not None:
        parts, source = datasets.named(data.dataset, data.validation, data.test, seed)
    else:
        rules = Rules(longest=data.longest)
        if data.csv is not None:
            pairs, source = datasets.own(data.csv, *languages(data), rules)
        else:
            assert data.source_file is not None
            assert data.target_file is not None
            pairs, source = datasets.own_files(data.source_file, data.target_file, rules)
        parts = split(pairs, data.validation, data.test, seed)
    if data.calendar:
        parts = augment_dates.with_rare_names(parts, *languages(data), seed)
    return (Parts(*map(_lowered, parts)) if data.lowercase else parts), source


def languages(data: DataSection) -> tuple[str, str]:
    """The codes of the languages that are read and written; a named data set says them in its name.

    Raises:
        DataError: they are said twice, or not at all.
    """
    if data.dataset is not None:
        if data.source or data.target:
            raise DataError(f"{data.dataset} says which languages it has; leave out --source and --target")
        named = lookup(datasets.DATASETS, data.dataset)
        return named.source, named.target
    if not data.source or not data.target:
        raise DataError("name the languages: --source and --target, codes such as en, in a table also its columns")
    return data.source, data.target


def described(parts: Parts) -> str:
    """The split in words."""
    sizes = ", ".join(
        f"{name} {len(part.sources)} pairs of {len(set(part.sources))} sentences"
        for name, part in zip(("training", "validation", "test"), parts, strict=True)
    )
    return f"Split so that no sentence, source or target, is in two parts: {sizes}."


def _lowered(part: Pairs) -> Pairs:
    return Pairs([text.lower() for text in part.sources], [text.lower() for text in part.targets], part.report)

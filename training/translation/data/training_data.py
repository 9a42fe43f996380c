"""The sentences of a translation job: loaded, split before anything is fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from seqserve.registry.artifact import Source
from training.core import text_rows
from training.core.datasets import named as lookup
from training.core.download import DataError
from training.translation.config import DataSection
from training.translation.corpus import augment_dates
from training.translation.corpus.cleaning import Rules, key
from training.translation.corpus.joined import joined
from training.translation.corpus.pairs import Pairs, Parts, joined_up, pairs_of, split
from training.translation.data import datasets

_FEW = 200


@dataclass(frozen=True)
class Places:
    """Folders of a job.

    Args:
        models: the models tree, in which the teacher is.
        lessons: where its translations are kept.
    """

    models: Path = Path("models")
    lessons: Path = Path(".checkpoints")


def load(data: DataSection, seed: int, places: Places = Places()) -> tuple[Parts, Source, dict[str, Parts]]:
    """The source that is named and those that are learned from besides, in parts.

    Returns:
        All of them together, what they are, and each apart by its name, if there are several.

    Raises:
        DataError: none or several are named, or one cannot be had.
    """
    files = (data.source_file, data.target_file)
    given = [data.dataset is None, data.csv is None, files == (None, None)].count(False)
    if given > 1 or files.count(None) == 1 or not (given or data.teacher):
        raise DataError(
            "name one source of data: --dataset, --csv, --source-file and --target-file, or --teacher and --texts"
        )
    if (data.teacher is None) != (not data.texts):
        raise DataError("--teacher translates --texts: give both, or neither")
    found = [_first(data, seed)] if given else []
    found += [_further(path, data, seed) for path in data.also]
    if data.teacher is not None:
        found.append(_taught(data, places, not found, seed))
    parts, sources = [parts for parts, _ in found], [_licensed(source, data.licence) for _, source in found]
    together = _together(parts)
    if data.calendar:
        together = augment_dates.with_rare_names(together, *languages(data), seed)
    if data.joined:
        together = together._replace(train=joined(together.train, data.joined, seed))
    apart = {source.name: part for part, source in found if part.test.sources} if len(found) > 1 else {}
    lowered = Parts(*map(_lowered, together)) if data.lowercase else together
    return lowered, _all_of(sources, together.train), apart


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


def _first(data: DataSection, seed: int) -> tuple[Parts, Source]:
    """The data set, the table or the two files that are named."""
    if data.dataset is not None:
        languages(data)
        return datasets.named(data.dataset, data.validation, data.test, seed)
    rules = Rules(longest=data.longest)
    if data.csv is not None:
        pairs, source = datasets.own(data.csv, *languages(data), rules)
    else:
        assert data.source_file is not None
        assert data.target_file is not None
        languages(data)
        pairs, source = datasets.own_files(data.source_file, data.target_file, rules)
    return split(pairs, data.validation, data.test, seed), source


def _further(path: Path, data: DataSection, seed: int) -> tuple[Parts, Source]:
    """One more data set, or a table, written as the others are."""
    name = str(path)
    if name in datasets.DATASETS:
        found = datasets.DATASETS[name]
        if (found.source, found.target) != languages(data):
            raise DataError(f"{name} is {found.source} to {found.target}, not {' to '.join(languages(data))}")
        return datasets.named(name, data.validation, data.test, seed)
    if not path.is_file():
        raise DataError(f"{name} is no file, and no data set; there are: {', '.join(datasets.DATASETS)}")
    pairs, source = datasets.own(path, *languages(data), Rules(longest=data.longest), even_in=languages(data)[1])
    return split(pairs, data.validation, data.test, seed), source


def _taught(data: DataSection, places: Places, split_here: bool, seed: int) -> tuple[Parts, Source]:
    """What the teacher makes of the texts: to learn from only, unless there is nothing else to be scored on."""
    from training.translation import teaching  # which loads every task

    assert data.teacher is not None
    source, target = languages(data)
    teacher = teaching.Teacher.load(data.teacher, places.models, data.through, data.back)
    teacher.check(source, target)
    texts = [line for path in data.texts for line in text_rows.lines(path)]
    lessons, report = teaching.surest(
        teacher.lessons(texts, target if data.back else source, places.lessons), data.surest
    )
    rows = [(one.translation, one.sentence) if data.back else (one.sentence, one.translation) for one in lessons]
    names = ", ".join(path.name for path in data.texts)
    pairs, origin = datasets.cleaned(rows, f"{names}, translated by {teacher}", Rules(longest=data.longest), target)
    pairs = Pairs(pairs.sources, pairs.targets, [*report, *pairs.report])
    if split_here:
        return split(pairs, data.validation, data.test, seed), origin
    return Parts(pairs, Pairs([], []), Pairs([], [])), origin


def _together(parts: Sequence[Parts]) -> Parts:
    """All parts in one: no sentence of a training part is in a part that another source is scored on."""
    if len(parts) == 1:
        return parts[0]
    train, validation, test = map(joined_up, zip(*parts, strict=True))
    held = {key(text) for part in (validation, test) for side in (part.sources, part.targets) for text in side}
    rows = list(zip(train.sources, train.targets, strict=True))
    kept = [(source, target) for source, target in rows if key(source) not in held and key(target) not in held]
    dropped = len(rows) - len(kept)
    report = [f"{dropped} pairs dropped: sentences that another source is scored on"] if dropped else []
    return Parts(pairs_of(kept, [*train.report, *report]), validation, test)


def _licensed(source: Source, licence: str) -> Source:
    """A source with the licence of one's own data, if it is that."""
    return source.model_copy(update={"licence": licence}) if source.licence == datasets.OWN else source


def _all_of(sources: Sequence[Source], train: Pairs) -> Source:
    """Several sources as one."""
    if len(sources) == 1:
        return sources[0]
    return Source(
        name="; ".join(source.name for source in sources),
        url=next((source.url for source in sources if source.url), None),
        licence="; ".join(dict.fromkeys(source.licence for source in sources)),
        sha256=train.fingerprint(),
    )


def described(parts: Parts) -> str:
    """The split in words."""
    sizes = ", ".join(
        f"{name} {len(part.sources)} pairs of {len(set(part.sources))} sentences"
        for name, part in zip(("training", "validation", "test"), parts, strict=True)
    )
    few = len(set(parts.validation.sources)) < _FEW
    doubt = (
        f" The validation part is small: with fewer than {_FEW} sentences, chance may choose the epoch." if few else ""
    )
    return f"Split so that no sentence, source or target, is in two parts: {sizes}.{doubt}"


def _lowered(part: Pairs) -> Pairs:
    return Pairs([text.lower() for text in part.sources], [text.lower() for text in part.targets], part.report)

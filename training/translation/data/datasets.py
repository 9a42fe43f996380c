"""Sentences with their translations: Tatoeba, Multi30k, and the user's own table or pair of files."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

from seqserve.registry.artifact import Source
from seqserve.translation.subword_tokenizer import tidied
from training.core import text_rows
from training.core.datasets import named as lookup
from training.core.download import DataError, Member, PublicFile
from training.core.public_files import ANKI, TATOEBA_FRENCH
from training.translation.corpus.cleaning import RULES, Rows, Rules, clean
from training.translation.corpus.pairs import Pairs, Parts, pairs_of, split
from training.translation.corpus.sentence_pairs import sentence_pairs

LANGUAGES = {"en": "English", "fr": "French", "de": "German", "es": "Spanish", "pt": "Portuguese"}

OWN = "the owner's"
"""Licence of one's own data, if nothing else is said."""
_TATOEBA = {
    "fr": TATOEBA_FRENCH,
    # The address of these always has the newest selection, so it cannot be pinned.
    "de": Member(PublicFile("translation/tatoeba/deu-eng.zip", hint=ANKI), "deu.txt", "translation/tatoeba/deu.txt"),
    "es": Member(PublicFile("translation/tatoeba/spa-eng.zip", hint=ANKI), "spa.txt", "translation/tatoeba/spa.txt"),
}

_TASK1 = "https://raw.githubusercontent.com/multi30k/dataset/a3d2e0d26b56f3846f66a952536ffed4e401d05a/data/task1/raw"
_MULTI30K = {
    (part, language): PublicFile(
        f"translation/multi30k/{part}.{language}.gz", f"{_TASK1}/{part}.{language}.gz", sha256, hint=_TASK1
    )
    for part, language, sha256 in (
        ("train", "de", "726e39b2fa9eb9ffb6dc763fb35a179f80fae06ffc5d28b6ace5faa883de28a6"),
        ("train", "en", "d79cfa999dd4c51d2cb42499b6796d5a882c3a8a961923c25a898c90f8bbd56f"),
        ("train", "fr", "622e75069e9f4c577425c4f277116ce66e63a2401c0a2312d90073cb12379a3c"),
        ("val", "de", "f0cba2f995189cf5770f29a8a9a537a3ad3f51657ad873405082ff6863a5e75a"),
        ("val", "en", "14f7d25ddd868909a9213e361768460edcacdd6ab9d1e77b92560dc10c10dc28"),
        ("val", "fr", "ca3106f1a72390591d25f6c45cb4cd39dec4cd3f123e099748a3ce5256c160e9"),
        ("test_2016_flickr", "de", "9204244e408ccb38d2a55cfcd344df15005fc42a07a6e55ca6c52b6ababb8cc8"),
        ("test_2016_flickr", "en", "611d361c6334bc7246101d48097c13cf5c4413c5befc793cc629934359d532d9"),
        ("test_2016_flickr", "fr", "6d326e188d259fb1d04ac19eae3af956559b3a0b93d7635e56c90987c40c8b90"),
    )
}


_ACCELERATOR = re.compile(r"~|(?<!\w)_(?=\w)")
"""The mark of the letter that opens a menu."""
_LIBREOFFICE = [
    PublicFile(
        f"translation/parallel/libreoffice-{kind}.en-fr.tsv.gz",
        hint="English, tab, French in a line, from the .po files of LibreOffice's source",
    )
    for kind in ("help", "ui")
]


def tatoeba(source: str, target: str) -> tuple[Pairs, Source]:
    """Everyday sentences that volunteers translated, one of the languages English; a sentence may come many times.

    What is written, the target, is made uniform (see `cleaning.even`); what is read stays as people write it.

    Reference:
        tatoeba.org; selected by manythings.org/anki, which keeps what native speakers wrote or checked.
    """
    english, other = source == "en", target if source == "en" else source
    file = _TATOEBA[other]
    cells = [line.split("\t") for line in _lines(file.loose, file.read())]
    if not any(len(row) > 1 for row in cells):
        raise DataError(f"{file.name} has no English sentence, tab, translation in a line; {file.archive.advice()}")
    # Newer selections have a third column, whose sentence it is; a line without a tab has no translation.
    rows = [(row[0], row[1]) if english else (row[1], row[0]) for row in ([*row, ""] for row in cells)]
    pairs = _cleaned(rows, file.archive.path, even_in=target)
    title = f"Tatoeba through manythings.org/anki, {LANGUAGES[source]} to {LANGUAGES[target]}"
    return pairs, _source(
        pairs, title, file.archive.url or ANKI, "CC BY 2.0 FR; attribute to tatoeba.org and manythings.org/anki"
    )


def multi30k(source: str, target: str) -> tuple[Parts, Source]:
    """Captions of pictures: 29,000 pairs to learn from, 1,014 and 1,000 (test_2016_flickr) left as they were published.

    Reference:
        Elliott et al., Multi30K: Multilingual English-German Image Descriptions, VL 2016; French: WMT 2017.
    """
    train, validation, test = (
        _aligned(*((_MULTI30K[part, language].path, _captions(part, language)) for language in (source, target)))
        for part in ("train", "val", "test_2016_flickr")
    )
    others = ([(tidied(line), tidied(other)) for line, other in part] for part in (validation, test))
    parts = Parts(_cleaned(train, "Multi30k"), *map(pairs_of, others))
    title = f"Multi30k, task 1, {LANGUAGES[source]} to {LANGUAGES[target]}, training part"
    return parts, _source(parts.train, title, "https://github.com/multi30k/dataset", "research use, cite")


def libreoffice(source: str, target: str) -> tuple[Pairs, Source]:
    """The help and the interface of LibreOffice, sentence by sentence where both languages have as many.

    Reference:
        libreoffice.org; the pairs are those of Debian's packages.
    """
    rows = [
        pair
        for file in _LIBREOFFICE
        for line in _lines(file.path, _unpacked(file))
        if line.count("\t") == 1
        for text, translation in [_ACCELERATOR.sub("", line).split("\t")]
        for pair in sentence_pairs(text, translation, source, target)
    ]
    pairs = _cleaned(rows, "LibreOffice", even_in=target)
    title = f"LibreOffice's help and interface, {LANGUAGES[source]} to {LANGUAGES[target]}"
    return pairs, _source(pairs, title, "https://www.libreoffice.org", "MPL-2.0")


def _unpacked(file: PublicFile) -> bytes:
    try:
        return gzip.decompress(file.read())
    except (OSError, EOFError, zlib.error):
        raise DataError(f"{file.path} is damaged; {file.advice()}") from None


def _captions(part: str, language: str) -> list[str]:
    file = _MULTI30K[part, language]
    return _lines(file.path, _unpacked(file))


@dataclass(frozen=True)
class PairData:
    """A data set with a name.

    Args:
        source, target: codes of the languages that are read and written.
        load: gives the pairs of two languages, in their parts where these are published.
    """

    source: str
    target: str
    load: Callable[[str, str], tuple[Pairs | Parts, Source]]


DATASETS = {
    f"tatoeba-{source}-{target}": PairData(source, target, tatoeba)
    for other in _TATOEBA
    for source, target in permutations(("en", other))
} | {
    f"multi30k-{source}-{target}": PairData(source, target, multi30k)
    for source, target in permutations(("de", "en", "fr"), 2)
}
DATASETS["libreoffice-en-fr"] = PairData("en", "fr", libreoffice)


def named(name: str, validation: float, test: float, seed: int) -> tuple[Parts, Source]:
    """A data set of `DATASETS` in its parts, which are `split` where none are published.

    Raises:
        DataError: there is none of this name, or it cannot be had.
    """
    data = lookup(DATASETS, name)
    loaded, source = data.load(data.source, data.target)
    return (loaded if isinstance(loaded, Parts) else split(loaded, validation, test, seed)), source


def own(path: Path, source: str, target: str, rules: Rules = RULES, even_in: str | None = None) -> tuple[Pairs, Source]:
    """The user's own table, see `seqserve.tabular.text_table`.

    Args:
        source, target: names of the columns, or of the keys.
        even_in: see `cleaning.clean`.

    Raises:
        DataError: it cannot be read so, a column is not there, or no pair is left.
    """
    rows = ((line, other) for line, other in text_rows.rows(path, source, target))
    return cleaned(rows, path.name, rules, even_in)


def own_files(source: Path, target: Path, rules: Rules = RULES) -> tuple[Pairs, Source]:
    """The user's own two files, where each line of one is the translation of that line of the other.

    Raises:
        DataError: they are not UTF-8, have not as many lines as each other, or no pair is left.
    """
    sides = ((path.name, _lines(path.name, path.read_bytes())) for path in (source, target))
    name = f"{source.name} and {target.name}"
    return cleaned(_aligned(*sides), name, rules)


def cleaned(
    rows: Iterable[tuple[str, str]], name: str, rules: Rules, even_in: str | None = None
) -> tuple[Pairs, Source]:
    """Rows of one's own, cleaned.

    Raises:
        DataError: no pair is left.
    """
    pairs = _cleaned(rows, name, rules, even_in)
    return pairs, _source(pairs, name, None, OWN)


def _aligned(source: tuple[str, list[str]], target: tuple[str, list[str]]) -> Rows:
    """The lines of two files, given with their names, side by side."""
    if len(source[1]) != len(target[1]):
        raise DataError(
            f"{source[0]} has {len(source[1])} lines and {target[0]} has {len(target[1])}; line for line they must be "
            "translations of each other: look for a line that is missing, or broken in two"
        )
    return list(zip(source[1], target[1], strict=True))


def _cleaned(rows: Iterable[tuple[str, str]], name: str, rules: Rules = RULES, even_in: str | None = None) -> Pairs:
    kept, report = clean(rows, rules, even_in)
    if not kept:
        reasons = "; ".join(report) or "it is empty"
        raise DataError(f"{name} has no pair to learn from ({reasons}); give sentences and their translations")
    return pairs_of(kept, report)


def _lines(name: str, content: bytes) -> list[str]:
    """Lines as an editor counts them: `str.splitlines` takes more for an end."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{name} is not UTF-8; save it as UTF-8") from None
    return text.removesuffix("\n").split("\n") if text else []


def _source(pairs: Pairs, name: str, url: str | None, licence: str) -> Source:
    return Source(name=f"{name} ({len(pairs.sources)} pairs)", url=url, licence=licence, sha256=pairs.fingerprint())

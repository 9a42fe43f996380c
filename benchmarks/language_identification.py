"""How well and how fast languages are identified, by the length of a text, beside other libraries that are installed.

Texts: Tatoeba for English, French, German and Spanish; package descriptions and interface strings
(`translation/parallel`) for Italian and Portuguese. 500 of each length and language are drawn with seed 0. A pair is
left out whose sides are alike. The interface strings hold English words, names and code, so that nobody gets them all
right.

Printed are the share whose likeliest language is the right one, the share that can be named so that 98 of 100 of them
are right, the time of a text, and the memory that the library adds to a process.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psutil

from seqserve.language import identification

LENGTHS = {"1 to 3": range(1, 4), "4 to 8": range(4, 9), "9 and more": range(9, 10_000)}
TATOEBA = {"fr": "fra", "de": "deu", "es": "spa"}
PARALLEL = {"it": ("ddtp.en-it", "debian-ui.en-it"), "pt": ("ddtp.en-pt", "debian-ui.en-pt_BR")}
PRECISION = 0.98
_WORD = re.compile(r"[^\W\d_]+")

Identify = Callable[[str], tuple[str, float]]


class Sample(NamedTuple):
    language: str
    length: str
    text: str


def pairs(data: Path) -> Iterator[tuple[str, str]]:
    """Texts and their languages."""
    for language, name in TATOEBA.items():
        lines = zipfile.ZipFile(data / "tatoeba" / f"{name}-eng.zip").read(f"{name}.txt").decode().splitlines()
        for english, other, *_ in (line.split("\t") for line in lines):
            if not _is_alike(english, other):
                yield "en", english
                yield language, other
    for language, files in PARALLEL.items():
        for file in files:
            lines = gzip.decompress((data / "parallel" / f"{file}.tsv.gz").read_bytes()).decode().splitlines()
            for english, other in (line.split("\t") for line in lines if line.count("\t") == 1):
                if not _is_alike(english, other):
                    yield language, other


def samples(data: Path, count: int) -> list[Sample]:
    """So many texts of each language and length."""
    pools: dict[tuple[str, str], set[str]] = {}
    for language, text in pairs(data):
        words = len(_WORD.findall(text))
        for name, lengths in LENGTHS.items():
            if words in lengths:
                pools.setdefault((language, name), set()).add(text)
    chance = random.Random(0)
    return [
        Sample(language, length, text)
        for (language, length), pool in sorted(pools.items())
        for text in chance.sample(sorted(pool), min(count, len(pool)))
    ]


def named(rated: list[tuple[float, bool]]) -> float:
    """The largest share with a probability above some bound, so that `PRECISION` of it is right."""
    right, best = 0, 0.0
    rated = sorted(rated, reverse=True)
    for place, (_, is_right) in enumerate(rated, 1):
        right += is_right
        if right >= PRECISION * place:
            best = place / len(rated)
    return best


def ours() -> Identify:
    return lambda text: next(iter(identification.candidates(text, 1)), ("", 0.0))


def py3langid() -> Identify:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return lambda text: tuple(found.classify(text))


def eld() -> Identify:
    from eld import LanguageDetector

    detector = LanguageDetector()

    def identify(text: str) -> tuple[str, float]:
        found = detector.detect(text)
        return found.language or "", (found.scores() or {}).get(found.language, 0.0)

    return identify


def pycld2() -> Identify:
    import pycld2

    def identify(text: str) -> tuple[str, float]:
        _, _, (first, *_) = pycld2.detect(text, bestEffort=True)
        return first[1], first[2] / 100

    return identify


def lingua() -> Identify:
    from lingua import LanguageDetectorBuilder

    detector = LanguageDetectorBuilder.from_all_languages().build()

    def identify(text: str) -> tuple[str, float]:
        first = detector.compute_language_confidence_values(text)[0]
        return first.language.iso_code_639_1.name.lower(), first.value

    return identify


CONTENDERS = {function.__name__: function for function in (ours, py3langid, eld, pycld2, lingua)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("SEQSERVE_DATA", "data")), metavar="DIR")
    parser.add_argument("--count", type=int, default=500, help="texts of a length and language (default: %(default)s)")
    parser.add_argument("--only", choices=CONTENDERS, default="ours", help="what identifies (default: %(default)s)")
    options = parser.parse_args()
    drawn = samples(options.data / "translation", options.count)
    process = psutil.Process()
    memory, begin = process.memory_info().rss, time.process_time()
    identify = CONTENDERS[options.only]()
    identify("A first text, for which the model is loaded.")
    loading, begin = time.process_time() - begin, time.process_time()
    found = [identify(sample.text) for sample in drawn]
    each = (time.process_time() - begin) / len(drawn)
    grown = (process.memory_info().rss - memory) / 2**20
    print(f"{options.only}: {loading:.2f} s to load, {grown:.0f} MB, {1e6 * each:.0f} microseconds a text")
    for length in LENGTHS:
        rows = [
            (sample, probability, language == sample.language)
            for sample, (language, probability) in zip(drawn, found, strict=True)
            if sample.length == length
        ]
        rates = []
        for language in sorted({sample.language for sample, *_ in rows}):
            own = [is_right for sample, _, is_right in rows if sample.language == language]
            rates.append(f"{language} {100 * sum(own) / len(own):.1f}%")
        right = sum(is_right for *_, is_right in rows) / len(rows)
        share = named([(probability, is_right) for _, probability, is_right in rows])
        print(f"{length} words: {100 * right:.1f}% right ({', '.join(rates)}), {100 * share:.0f}% named", end="")
        if options.only == "ours":
            answers = [(sample.language, identification.identify(sample.text)) for sample, *_ in rows]
            spoken = [language == answer.language for language, answer in answers if answer]
            rate = 100 * sum(spoken) / max(1, len(spoken))
            print(f"; identify() names {100 * len(spoken) / len(rows):.0f}%, {rate:.1f}% of them right", end="")
        print()


def _is_alike(english: str, other: str) -> bool:
    """Whether a third of the words of the other language are English ones: names, code, or nothing translated."""
    words = {word.lower() for word in _WORD.findall(english)}
    others = [word.lower() for word in _WORD.findall(other)]
    return 3 * sum(word in words for word in others) > len(others)


if __name__ == "__main__":
    main()

"""Texts written for this project: frames with alternatives, and emoji. Licence: that of the project.

A line of a file is the sign of a label (`+`, `0` or `-`) and a frame. `{a|b}` stands for one of its alternatives,
`<name>`, `<group>` and `[n]` for a name, a group of people and a number.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

from seqserve.registry.artifact import Source
from training.sentiment.corpora import people
from training.sentiment.corpora.labelled import LEARNED, NEUTRAL, SIGNS, Labelled, deduplicated, source

_FOLDER = Path(__file__).parent / "frames"
_EMOJI, _PEOPLE = "emoji", "people"
LANGUAGES = ("fr", "es", "pt", "de", "it")
_COPIES, _COPIES_OF_PEOPLE = 40, 80
"""Texts of a frame, at most; more where people are in it, so that names and groups come under every label."""
_CHOICE = re.compile(r"\{([^{}]*)\}")
_ARTICLE = re.compile(r"\b([Aa])n? (?=<group>)")


def written() -> tuple[Labelled, Source]:
    """Messages to support desks, opinions on products and places, everyday sentences, facts, news, irony, slang, emoji.

    The same texts every time. Frames whose alternatives are about people have the same sentence for many names and
    groups (counterfactual copies), so that these do not move a label. The texts of a frame are a group, so that what
    is measured was learned from no frame; those about people, and those with emoji, are only learned from.
    """
    chance = random.Random(0)
    frames = [
        (path.stem, label, frame)
        for path in sorted(_FOLDER.glob("*.txt"))
        if path.stem != _EMOJI
        for label, frame in _lines(path)
    ]
    found = [
        (text, label, LEARNED if topic == _PEOPLE else number)
        for number, (topic, label, frame) in enumerate(frames)
        for text in _filled(frame, chance)
    ]
    neutral = [text for text, label, _ in found if label == NEUTRAL and len(text) > 12]
    found += [(text, label, LEARNED) for text, label in _with_emoji(neutral, chance)]
    texts, labels, groups = map(list, zip(*found, strict=True))
    labelled = deduplicated(Labelled(texts, labels, groups=groups))
    return labelled, source(labelled, "Texts written for this project", None, "Apache-2.0")


def written_in(language: str) -> tuple[Labelled, Source]:
    """Texts of the same kinds in one of `LANGUAGES`: short posts, everyday life, support, products, places, news."""
    chance = random.Random(0)
    found = [
        (text, label, number)
        for number, (label, frame) in enumerate(_lines(_FOLDER / "languages" / f"{language}.txt"))
        for text in _filled(frame, chance)
    ]
    texts, labels, groups = map(list, zip(*found, strict=True))
    labelled = deduplicated(Labelled(texts, labels, groups=groups))
    return labelled, source(labelled, f"Texts written for this project, {language}", None, "Apache-2.0")


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """The labels and what follows their signs."""
    for line in path.read_text().splitlines():
        if line and not line.startswith("# "):
            yield SIGNS[line[0]], line[2:]


def _filled(frame: str, chance: random.Random) -> list[str]:
    copies = _COPIES_OF_PEOPLE if "<name>" in frame or "<group>" in frame else _COPIES
    return sorted({_fill(frame, chance) for _ in range(2 * copies)})[:copies]


def _fill(frame: str, chance: random.Random) -> str:
    text = _CHOICE.sub(lambda choice: chance.choice(choice[1].split("|")), frame)
    group = chance.choice(people.GROUPS)
    text = _ARTICLE.sub(rf"\1{'n' if group[0] in 'AEIOUaeiou' else ''} ", text).replace("<group>", group)
    text = text.replace("<name>", chance.choice(people.NAMES))
    while "[n]" in text:
        text = text.replace("[n]", str(chance.randint(1, 10 ** chance.randint(1, 4))), 1)
    return " ".join(text.split())


def _with_emoji(neutral: list[str], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Emoji and emoticons in pairs, and at either end of sentences that have no sentiment of their own."""
    for label, line in _lines(_FOLDER / f"{_EMOJI}.txt"):
        signs = line.split()
        for sign in signs:
            yield from ((f"{sign} {chance.choice(signs)}", label) for _ in range(3))
            yield from ((f"{chance.choice(neutral)} {sign * chance.randint(1, 3)}", label) for _ in range(6))
            yield from ((f"{sign} {chance.choice(neutral)}", label) for _ in range(2))

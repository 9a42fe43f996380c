"""Subtitles, read and written by pysubs2: sentences that go on in the next subtitle are translated whole."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

import pysubs2

from seqserve.translation.documents.document import Document, DocumentError, Text, decoded

_TIMES = re.compile(r"^(?P<times>[ \t]*\d+:\d\d:\d\d[,.]\d+ *--> *\d+:\d\d:\d\d[,.]\d+)(?P<place>.*)$", re.MULTILINE)
"""When a subtitle is shown, and where on the screen, which pysubs2 does not keep."""
_ENDED = re.compile(r"[.!?\u2026:\"\u201d\u00bb\u266a)\]]\s*(?:</\w>)?\s*\Z")
_MOST = 4
"""Subtitles that one sentence may go through."""
_SPEAKERS = re.compile(
    r"\n(?=[^\S\n]*(?:<\w>)?(?:[-\u2013\u2014\u266a#\[(]|>>|[A-Z][A-Z .'-]{1,30}:\s))"
    r"|(?<=[\])\u266a])\n|(?<=</i>)\n(?=<i>)"
)
"""Where another one speaks or sings, or a sound is told."""
_BLANK = re.compile(r"\s+")
_TAG = re.compile(r"<[^<>\n]{1,200}>|\{\\[^{}\n]{1,100}\}")
_NO_BREAK = "\ue000"
"""A blank within a tag, where no line ends."""
_LONGEST = 42
"""Characters of a line, as subtitles have them."""


class Subtitles(Document):
    """An `.srt` file; times and numbers stay."""

    def __init__(self, name: str, content: bytes) -> None:
        text, self._encoding = decoded(name, content)
        try:
            self._file = pysubs2.SSAFile.from_string(
                text, format_="srt", keep_html_tags=True, keep_unknown_html_tags=True
            )
        except (pysubs2.Pysubs2Error, ValueError, IndexError) as error:
            raise DocumentError(f"{name} cannot be read as subtitles: {error}; save it as SubRip (.srt)") from None
        if text.strip() and not self._file.events:
            raise DocumentError(f"{name} has no subtitle with times such as 00:00:01,000 --> 00:00:03,500")
        self._places = [match["place"].rstrip() for match in _TIMES.finditer(text)]
        self._groups: list[list[int]] = []
        for number, event in enumerate(self._file.events):
            words = event.text.replace("\\N", "\n")
            if self._groups and _goes_on(self._said(self._groups[-1]), words) and len(self._groups[-1]) < _MOST:
                self._groups[-1].append(number)
            else:
                self._groups.append([number])
        self._groups = [group for group in self._groups if any(map(str.isalpha, self._said(group)))]
        self.texts = [Text(f"subtitle {group[0] + 1}", _flowing(self._said(group))) for group in self._groups]

    def written(self, translations: Sequence[str], doubtful: Sequence[bool], target: str) -> bytes:
        for group, translation in zip(self._groups, translations, strict=True):
            sources = [self._file.events[number].text.replace("\\N", "\n") for number in group]
            for number, source, part in zip(group, sources, _shared(translation, sources), strict=True):
                self._file.events[number].text = "\\N".join(_lines(part, source))
        text = str(self._file.to_string("srt", keep_ssa_tags=True))
        if any(self._places) and len(self._places) == len(_TIMES.findall(text)):
            places = iter(self._places)
            text = _TIMES.sub(lambda match: match["times"] + next(places), text)
        return text.encode(self._encoding)

    def _said(self, group: Sequence[int]) -> str:
        return " ".join(self._file.events[number].text.replace("\\N", "\n") for number in group)


def _goes_on(before: str, words: str) -> bool:
    return bool(before.strip()) and not _ENDED.search(before) and words.lstrip()[:1].islower()


def _flowing(said: str) -> str:
    """Without the line breaks within what one speaker says."""
    return "\n".join(_BLANK.sub(" ", part).strip() for part in _SPEAKERS.split(said))


def _shared(translation: str, sources: Sequence[str]) -> list[str]:
    """A translation divided between words, each part about as long, of the whole, as its source."""
    words = translation.split(" ")
    whole, total = sum(map(len, sources)), len(translation)
    parts, start, wanted = [], 0, 0.0
    for source in sources[:-1]:
        wanted += total * len(source) / whole
        end = start
        while end < len(words) - 1 and len(" ".join(words[:end])) < wanted:
            end += 1
        parts.append(" ".join(words[start:end]))
        start = end
    return [*parts, " ".join(words[start:])]


def _lines(part: str, source: str) -> list[str]:
    """In lines of about equal length, as many as it needs or its source has."""
    found = []
    speakers = part.split("\n")
    for said in speakers:
        length = len(_TAG.sub("", said))
        count = 1 if len(speakers) > 1 else max(1, source.count("\n") + 1, -(-length // _LONGEST))
        if length <= _LONGEST and count > 1 and "\n" not in source:
            count = 1
        width = max(-(-len(said) // count) + 4, 1)
        whole = _TAG.sub(lambda tag: tag[0].replace(" ", _NO_BREAK), said)
        lines = textwrap.wrap(whole, width, break_long_words=False, break_on_hyphens=False) or [said]
        found += [line.replace(_NO_BREAK, " ") for line in lines]
    return found

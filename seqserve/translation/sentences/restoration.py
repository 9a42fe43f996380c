"""Sets what was copied, and the tags around words, in the translation of a sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

from seqserve.translation.markup import html_tags, icu_messages, placeholders, tag_placement
from seqserve.translation.markup.html_tags import Wrapping
from seqserve.translation.markup.placeholders import MARK
from seqserve.translation.markup.tag_placement import Wrapped
from seqserve.translation.sentences.sentence import Candidate, Sentence

_FINAL = re.compile(r"\s*[.!?\u2026:;]+[\s\"\u00bb\u201d)]*\Z")

_SEVERAL = 2
"""Links that cannot all be set around a sentence."""
_PLURAL = re.compile(r"(?<=\w) (?=\(e?s\))")
"""The blank in front of the plural of `file(s)`."""


def shown(written: str, sentence: Sentence, spans: Sequence[str], wanted: Counter[str]) -> str:
    """A translation with its spans in place: those too many go, those lost stand about where the sentence has them."""
    left = wanted.copy()

    def kept(mark: re.Match[str]) -> str:
        left[mark[0]] -= 1
        return mark[0] if left[mark[0]] >= 0 else " "

    marked = " ".join(_glued(MARK.sub(kept, written), sentence.marked).split())
    for mark in (+left).elements():
        read = _FINAL.sub("", sentence.marked)
        marked = _inserted(marked, mark, read.rindex(mark) / max(1, len(read) - 1))
    for touching, apart in sentence.apart:
        marked = marked.replace(apart, touching)
    text = placeholders.show(marked.upper() if sentence.uppercase else marked, spans)
    return _PLURAL.sub("", text) if _PLURAL.search(text) and not _PLURAL.search(sentence.plain) else text


def tagged(candidate: Candidate, sentence: Sentence, parts: Sequence[str]) -> Candidate:
    """A translation with the tags of its sentence."""
    wrapped = list(map(Wrapped, sentence.tags, parts))
    in_message = bool(sentence.tags) and any(icu_messages.messages(candidate.text))
    placed = len(parts) == len(sentence.tags) and not in_message
    text = tag_placement.placed(candidate.text, sentence.plain, wrapped, sentence.spans) if placed else None
    if text is not None:
        return candidate._replace(text=text)
    return candidate._replace(text=_around(candidate.text, wrapped if placed else [], sentence.tags), around=True)


def _around(text: str, wrapped: Sequence[Wrapped], tags: Sequence[Wrapping]) -> str:
    """A translation with all tags around it; several links, none of which may be in another, stand behind it."""
    links = [one for one in wrapped if one.wrapping.opening.startswith(("[", "<a ", "<A "))]
    if len(links) < _SEVERAL:
        return html_tags.around(text, tags)
    others = [tag for tag in tags if tag not in [link.wrapping for link in links]]
    behind = (f" {link.wrapping.opening}{link.translation}{link.wrapping.closing}" for link in links)
    return html_tags.around(text + "".join(behind), others)


def _inserted(written: str, mark: str, share: float) -> str:
    """A translation with one mark more between two words, after about this share of it, and before its final stop."""
    final = _FINAL.search(written)
    end = final.start() if final else len(written)
    words = written[:end].split(" ")
    lengths = list(accumulate((len(word) + 1 for word in words), initial=0))
    place = min(range(len(lengths)), key=lambda number: abs(min(lengths[number], end) - share * end))
    return " ".join([*words[:place], mark, *words[place:]]) + written[end:]


def _glued(written: str, read: str) -> str:
    """A translation whose placeholders do not touch words, unless those of the sentence do."""
    for mark in set(MARK.findall(written)):
        if not re.search(rf"\w{mark}", read):
            written = re.sub(rf"(?<=\w){mark}", f" {mark}", written)
        if not re.search(rf"{mark}\w", read):
            written = re.sub(rf"{mark}(?=\w)", f"{mark} ", written)
    return written

"""A paragraph of a Word document as a text with numbered tags.

The runs of a paragraph, its parts with one formatting, are tags around words for the translator; the formatting that
most of its words have needs none. Pictures, notes, fields and line breaks keep their place among the words.

Reference:
    ECMA-376, Office Open XML, part 1, section 17.3
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from seqserve.translation.documents.skeleton import Skeleton

PARAGRAPH = qn("w:p")
_RUN, _TEXT, _FORMAT, _FIELD, _CODE = (qn(f"w:{name}") for name in ("r", "t", "rPr", "fldChar", "instrText"))
_PARTING = {qn(f"w:{name}") for name in ("br", "cr", "tab")}
_RANGES = ("bookmark", "commentRange", "perm", "moveFromRange", "moveToRange")
_STAYING = {
    qn(f"w:{name}") for name in ("pPr", "proofErr", *(f"{kind}{end}" for kind in _RANGES for end in ("Start", "End")))
}
"""Children of a paragraph that stand before its words, or around them, and are not moved."""


class _Part(NamedTuple):
    """What a number stands for: words begin or end that are formatted, or in an element, or something is kept."""

    kind: Literal["format", "unformat", "enter", "leave", "keep"]
    elements: Sequence[Any] = ()


class WordParagraph:
    """A paragraph.

    Args:
        element: its `w:p`.

    Attributes:
        words: all of its words, without formatting.
        text: what the translator takes.
    """

    def __init__(self, element: Any) -> None:
        self._element = element
        self._children = [child for child in element if child.tag not in _STAYING]
        own = [run for run in element.iter(_RUN) if next(run.iterancestors(PARAGRAPH)) is element]
        lengths: Counter[bytes] = Counter()
        for run in own:
            lengths[_key(run)] += sum(len(text.text or "") for text in run.iterchildren(_TEXT))
        self._usual = max(lengths, key=lambda key: lengths[key], default=b"")
        self._usual_run = next((run for run in own if _key(run) == self._usual), None)
        self.words = "".join(text.text or "" for run in own for text in run.iterchildren(_TEXT))
        self._skeleton = Skeleton(self.words)
        self._parts: list[_Part] = []
        self._current = self._usual
        self._read(self._children)
        self._set_format(None)
        self.text = self._skeleton.text

    def replace(self, translation: str) -> None:
        """Set the words of a translation in runs with the formats of its source."""
        place = self._element.index(self._children[0])
        for child in self._children:
            self._element.remove(child)
        new: list[Any] = []
        inside: list[Any] = [new]
        formats = [self._usual_run]
        for piece in self._skeleton.pieces(translation):
            if isinstance(piece, str):
                inside[-1].append(_run(piece, formats[-1]))
                continue
            kind, elements = self._parts[piece]
            if kind == "format":
                formats.append(elements[0])
            elif kind == "unformat":
                del formats[max(1, len(formats) - 1) :]
            elif kind == "enter":
                inside[-1].append(elements[0])
                inside.append(elements[0])
            elif kind == "leave":
                del inside[max(1, len(inside) - 1) :]
            else:
                inside[-1].extend(elements)
        for number, element in enumerate(new):
            self._element.insert(place + number, element)

    def _read(self, children: Iterable[Any]) -> None:
        field: list[Any] = []
        depth = 0
        for child in children:
            ends = [found.get(qn("w:fldCharType")) for found in child.iter(_FIELD)]
            if depth or ends:
                field.append(child)
                depth += ends.count("begin") - ends.count("end")
                if depth <= 0:
                    self._read_field(field)
                    field, depth = [], 0
            else:
                self._read_child(child)
        for child in field:  # of a field that ends in another paragraph
            if any(True for _ in child.iter(_FIELD, _CODE)):
                self._keep([child])
            else:
                self._read_child(child)

    def _read_child(self, child: Any) -> None:
        if child.tag == _RUN:
            self._read_run(child)
        elif any(True for _ in child.iter(_TEXT)):  # a link, or what was inserted
            inner = list(child)
            self._set_format(None)
            self._number(self._skeleton.open(), _Part("enter", [child]))
            self._read(inner)
            self._set_format(None)
            self._number(self._skeleton.close(), _Part("leave"))
            for element in inner:
                child.remove(element)
        else:
            self._keep([child])

    def _read_field(self, field: Sequence[Any]) -> None:
        """The words of a link are translated; what other fields show is made by the program."""
        code = "".join(found.text or "" for child in field for found in child.iter(_CODE))
        between = [number for number, child in enumerate(field) if _separates(child)]
        if code.strip().upper().startswith("HYPERLINK") and len(between) == 1:
            self._keep(field[: between[0] + 1])
            self._read(field[between[0] + 1 : -1])
            self._set_format(None)
            self._keep(field[-1:])
        else:
            self._keep(field)

    def _read_run(self, run: Any) -> None:
        for child in list(run):
            if child.tag == _TEXT:
                self._set_format(run)
                self._skeleton.add(child.text or "")
            elif child.tag in _PARTING:
                self._number(self._skeleton.part(), _Part("keep", [_run_of(child, run)]))
            elif child.tag == qn("w:noBreakHyphen"):
                self._skeleton.add("\u2011")
            elif child.tag not in {_FORMAT, qn("w:lastRenderedPageBreak")}:
                self._keep([_run_of(child, run)])

    def _keep(self, elements: Sequence[Any]) -> None:
        self._number(self._skeleton.stand(), _Part("keep", elements))

    def _set_format(self, run: Any) -> None:
        """Go on in the format of a run; none means the usual one."""
        wanted = self._usual if run is None else _key(run)
        if wanted == self._current:
            return
        if self._current != self._usual:
            self._number(self._skeleton.close(), _Part("unformat"))
        if wanted != self._usual:
            self._number(self._skeleton.open(), _Part("format", [run]))
        self._current = wanted

    def _number(self, number: int, part: _Part) -> None:
        assert number == len(self._parts)
        self._parts.append(part)


def _key(run: Any) -> bytes:
    """The format of a run, to compare; without the language, and what spelling marks."""
    found = run.find(_FORMAT)
    if found is None:
        return b""
    return b"".join(
        sorted(etree.tostring(child) for child in found if child.tag not in {qn("w:lang"), qn("w:noProof")})
    )


def _run(text: str, like: Any) -> Any:
    """A new run of words in the format of another."""
    run = OxmlElement("w:r")
    _add_format(run, like)
    words = OxmlElement("w:t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(words)
    return run


def _run_of(child: Any, like: Any) -> Any:
    """A new run that has one child of another."""
    run = OxmlElement("w:r")
    _add_format(run, like)
    run.append(child)
    return run


def _add_format(run: Any, like: Any) -> None:
    found = like.find(_FORMAT) if like is not None else None
    if found is not None:
        run.append(copy.deepcopy(found))


def _separates(child: Any) -> bool:
    return any(found.get(qn("w:fldCharType")) == "separate" for found in child.iter(_FIELD))

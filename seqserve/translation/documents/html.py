"""HTML as a text that the translator takes: each tag is a short numbered one, and each comes back as it was written.

Tags of paragraphs, cells and the like part sentences (`<br 3>`), others stay within them (`<b 4>milk</b 5>`). What
is not translated (code, `translate="no"`) is a word with a number, `X_0x`, which is copied. What attributes say follows
the text. So sentences, copied spans and tags within sentences are treated as in any text.

Reference:
    https://html.spec.whatwg.org/multipage/dom.html#the-translate-attribute
"""

from __future__ import annotations

import html
import re
from collections.abc import Container
from html.parser import HTMLParser
from itertools import pairwise
from typing import NamedTuple

from seqserve.translation.markup.copied_patterns import CODE_ELEMENTS

_PARTING = (
    "address article aside audio base blockquote body br button canvas caption center col colgroup dd "
    "details dialog dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 "
    "head header hgroup hr html iframe legend li link main map math menu meta nav noscript object ol "
    "optgroup option p param picture pre script search section select source style summary svg table "
    "tbody td template textarea tfoot th thead title tr track ul video "
)
_BLOCKS = frozenset(_PARTING.split())
_VOID = frozenset("area base br col embed frame hr img input link meta param source track wbr".split())  # noqa: SIM905
_KEPT = frozenset({*CODE_ELEMENTS, "math", "pre", "script", "style", "svg"})
"""Elements whose content is not translated."""
_SPOKEN = frozenset({"alt", "title", "placeholder", "aria-label"})
_SUMMARY = re.compile(r"(?:(?:og|twitter):)?(?:title|description)|og:site_name", re.IGNORECASE)
"""What a `meta` says of a page, as its name or property, that people read in a search or a preview."""
_BUTTONS = frozenset({"button", "reset", "submit"})
"""Kinds of `input` whose value people read."""
_ATTRIBUTE = re.compile(r"(?P<name>[^\s=>/\"']+)(?:\s*=\s*(?P<value>\"[^\"]*\"|'[^']*'|[^\s>\"']+))?")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_ENTITY = re.compile(r"&(?=(?:[A-Za-z]{2,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});)")
_NO_ENTITY = re.compile(r"&(?!(?:[A-Za-z]{2,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});)")
_NAME = re.compile(r"[A-Za-z][\w:-]{0,30}")


class _Event(NamedTuple):
    """Where a part of the source begins, and what it is: `text`, `open`, `close`, `comment` or `other`."""

    start: int
    kind: str
    name: str = ""
    attributes: tuple[tuple[str, str | None], ...] = ()


class Restored(NamedTuple):
    """HTML, and how many of its tags had no place in a translation."""

    text: str
    lost: int


class Markup:
    """HTML, read for the translator.

    Attributes:
        text: what the translator takes.
    """

    def __init__(self, source: str) -> None:
        self._raws: list[list[str | int]] = []  # of each numbered tag; a number stands for what an attribute says
        self._spoken: list[str] = []
        self._letter = next(letter for letter in _letters() if f"{letter}_" not in source)
        self._parts: list[str] = []
        self._space = ""  # behind the last text, as it was written
        self._read(source)
        attributes = (f"<hr {number}>{text}" for number, text in enumerate(self._spoken))
        self.text = "".join([*self._parts, *attributes])
        self._token = re.compile(rf"</?[A-Za-z][\w:-]* (\d+)>|{self._letter}_(\d+)x")

    def restored(self, translation: str) -> Restored:
        """The HTML of a translation of `text`."""
        main, *rest = re.split(r"<hr \d+>", translation)
        spoken = [f'"{html.escape(html.unescape(text))}"' for text in rest]
        left = set(range(len(self._raws)))

        def raw(number: int) -> str:
            left.discard(number)
            return "".join(spoken[part] if isinstance(part, int) else part for part in self._raws[number])

        found, done = "", 0
        for token in self._token.finditer(main):
            found += escaped(main[done : token.start()]) + raw(int(token[1] or token[2]))
            done = token.end()
        found += escaped(main[done:])
        lost = len(left)
        return Restored(found + "".join(map(raw, sorted(left))), lost)

    def _read(self, source: str) -> None:
        events = [*_Events(source).found, _Event(len(source), "end")]
        kept: tuple[str, int, int] | None = None  # the element that is kept as it is, how deep, and since where
        for event, behind in pairwise(events):
            raw = source[event.start : behind.start]
            if kept:
                name, depth, start = kept
                if event.name == name:
                    depth += (event.kind == "open") - (event.kind == "close")
                kept = (name, depth, start)
                if depth == 0 or behind.kind == "end":
                    self._keep(name, source[start : behind.start])
                    kept = None
            elif event.kind == "text":
                self._add_text(raw)
            elif event.kind == "open" and event.name not in _VOID and _is_kept(event):
                kept = (event.name, 1, event.start)
                if behind.kind == "end":
                    self._keep(event.name, raw)
            else:
                self._add_tag(event, raw)
        if self._space:
            self._parting([""])

    def _add_text(self, raw: str) -> None:
        inner = raw.strip(" \t\n\r\f")
        if not inner:
            self._space += raw
            return
        start = raw.index(inner)
        self._space += raw[:start]
        self._spaced()
        self._parts.append(_plain(inner))
        self._space = raw[start + len(inner) :]

    def _add_tag(self, event: _Event, raw: str) -> None:
        pieces: list[str | int] = self._with_attributes(raw, _spoken(event)) if event.attributes else [raw]
        if event.kind == "other" or event.name in _BLOCKS:
            self._parting(pieces)
            return
        self._spaced()
        name = event.name if _NAME.fullmatch(event.name) else "x"
        self._parts.append(f"<{'/' if event.kind == 'close' else ''}{name} {self._numbered(pieces)}>")

    def _keep(self, name: str, raw: str) -> None:
        if name in _BLOCKS:
            self._parting([raw])
        else:
            self._spaced()
            self._parts.append(f"{self._letter}_{self._numbered([raw])}x")

    def _parting(self, pieces: list[str | int]) -> None:
        self._parts.append(f"<br {self._numbered([self._space, *pieces])}>")
        self._space = ""

    def _spaced(self) -> None:
        """The white space before a text or a tag: within a sentence one space, at the begin of one as it was."""
        if self._space and (not self._parts or self._parts[-1].startswith("<br ")):
            self._parting([""])
        elif self._space:
            self._parts.append(" ")
            self._space = ""

    def _numbered(self, pieces: list[str | int]) -> int:
        self._raws.append(pieces)
        return len(self._raws) - 1

    def _with_attributes(self, raw: str, names: Container[str]) -> list[str | int]:
        pieces: list[str | int] = []
        done = 0
        for found in _ATTRIBUTE.finditer(raw, 1):
            value = found["value"]
            if found["name"].lower() not in names or not value:
                continue
            text = _plain(value[1:-1] if value[0] in "\"'" else value)
            if any(map(str.isalpha, text)):
                pieces += [raw[done : found.start("value")], len(self._spoken)]
                self._spoken.append(text)
                done = found.end()
        return [*pieces, raw[done:]]


class _Events(HTMLParser):
    """The parts of HTML, however malformed it is."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[_Event] = []
        self._lines = [0, *(match.end() for match in re.finditer("\n", source))]
        self.feed(source)
        self.close()

    def _add(self, kind: str, name: str = "", attributes: list[tuple[str, str | None]] | None = None) -> None:
        line, column = self.getpos()
        if kind != "text" or not self.found or self.found[-1].kind != "text":
            self.found.append(_Event(self._lines[line - 1] + column, kind, name, tuple(attributes or ())))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add("open", tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add("empty" if tag not in _KEPT else "other", tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._add("close", tag)

    def handle_data(self, data: str) -> None:
        self._add("text")

    def handle_entityref(self, name: str) -> None:
        self._add("text")

    def handle_charref(self, name: str) -> None:
        self._add("text")

    def handle_comment(self, data: str) -> None:
        self._add("comment")

    def handle_decl(self, decl: str) -> None:
        self._add("other")

    def handle_pi(self, data: str) -> None:
        self._add("other")

    def unknown_decl(self, data: str) -> None:
        self._add("other")


def escaped(text: str) -> str:
    """A text in which `<`, `>` and what looks like an entity are entities, as HTML."""
    return _NO_ENTITY.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def hidden(text: str) -> str:
    """A plain text as it stands in `Markup.text`."""
    return _ENTITY.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def _plain(raw: str) -> str:
    return hidden(_SPACE.sub(" ", html.unescape(raw)))


def _spoken(event: _Event) -> Container[str]:
    """The attributes of a tag that people read."""
    attributes = dict(event.attributes)
    if event.name == "meta":
        about = attributes.get("name") or attributes.get("property") or ""
        return {"content"} if _SUMMARY.fullmatch(about) else ()
    is_button = event.name == "input" and (attributes.get("type") or "").lower() in _BUTTONS
    return {*_SPOKEN, "value"} if is_button else _SPOKEN


def _is_kept(event: _Event) -> bool:
    attributes = dict(event.attributes)
    said = (attributes.get("translate") or "").lower()
    classes = (attributes.get("class") or "").split()
    return event.name in _KEPT or said == "no" or "notranslate" in classes


def _letters() -> list[str]:
    """Words to hide behind, of which one is in no text."""
    return ["X", "Z", "Q", *(f"X{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")]

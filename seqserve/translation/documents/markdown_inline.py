"""The words of a paragraph of Markdown, with its marks as numbered tags."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.helpers import parseLinkDestination, parseLinkTitle
from markdown_it.token import Token

from seqserve.translation.documents.skeleton import Skeleton
from seqserve.translation.markup.copied_patterns import CODE_ELEMENTS

_CODE = re.compile(rf"<({'|'.join(CODE_ELEMENTS)})\b[^<>]*(?<!/)>\Z", re.IGNORECASE)
_OPENED = re.compile(r"\[!\w{1,30}\][+-]?|\[\^[^\]\s]{1,60}\]: ")
"""What an alert of GitHub's and the text of a footnote begin with; a line break ends an alert, or the title of it."""
_TEMPLATE = re.compile(r"\s*(?:\{%.*%\}|\{\{.*\}\})\s*")
"""A line that a program reads; the lines beside it are none of its paragraph."""
_NO_FORMULA = re.compile(r"\A[,.;]|[^\W\d_]{3,}\s+[^\W\d_]{2,}")
"""What stands between two signs of dollars that are amounts."""
_ALONE = ("<br", "<img", "<!", "<wbr", "<input")


class Inline:
    """The content of a paragraph, heading or cell.

    markdown-it does not say where its marks stand, so the content is read again beside them, in their order.

    Attributes:
        text: what the translator takes.
        has_words: there is something to translate.
    """

    def __init__(self, token: Token) -> None:
        self._source = token.content
        self._done = 0
        self._raws: list[str] = []
        # By the end of a link whose words are its label: its begin, and the label.
        self._labels: dict[int, tuple[int, str]] = {}
        self._is_alert = False
        self._skeleton = Skeleton(token.content)
        children = token.children or []
        try:
            self._add_all(children)
        except ValueError:  # written in a way that its marks do not tell: words and marks are taken as they are
            self._raws, self._skeleton = [], Skeleton(token.content)
            self._skeleton.add(" ".join(token.content.split()))
        self.text, self.has_words = self._skeleton.text, self._skeleton.has_words

    def restored(self, translation: str) -> str:
        """The Markdown of a translation of `text`."""
        found, starts = "", dict[int, int]()
        for piece in self._skeleton.pieces(translation):
            if isinstance(piece, str):
                found += piece
                continue
            opening, label = self._labels.get(piece, (piece, ""))
            translated = label and found[starts.get(opening, 0) :] != label
            found += f"][{label}]" if translated else self._raws[piece]
            starts[piece] = len(found)
        return found

    def _add_all(self, children: Sequence[Token]) -> None:
        is_picture = [child.type for child in children] == ["image"]
        skipped = False
        code = ""
        for child in children:
            element = _CODE.match(child.content) if child.type == "html_inline" else None
            if code:
                if child.content.lower().startswith(code):
                    self._mark(self._skeleton.keep(), self._take(child.content))
                    code = ""
            elif element:
                code = f"</{element[1].lower()}"
            elif child.markup == "autolink":
                skipped = child.type == "link_open"
                if skipped:
                    self._mark(self._skeleton.keep(), self._take("<", ">"))
            elif child.type == "image" and is_picture:
                self._mark(self._skeleton.open(), self._take("!["))
                self._skeleton.add(self._take(child.content))
                self._mark(self._skeleton.close(), self._link_end(child))
            elif not skipped:
                self._add(child)
        if code:
            raise ValueError(code)

    def _add(self, token: Token) -> None:
        skeleton = self._skeleton
        match token.type:
            case "text" if not self._raws and (opened := _OPENED.match(token.content)):
                self._is_alert = "!" in opened[0]
                self._mark(skeleton.part(), self._take(opened[0]))
                skeleton.add(self._take(token.content[opened.end() :]))
            case "text":
                skeleton.add(self._take(token.content))
            case "softbreak" if self._is_alert or self._is_beside_template():
                self._is_alert = False
                self._mark(skeleton.part(), self._take("\n"))
            case "softbreak":
                self._take("\n")
                skeleton.add(" ")
            case "hardbreak":
                self._mark(skeleton.part(), self._take("\n"))
            case "text_special" if token.info == "entity":
                skeleton.add(self._take(token.markup))
            case "text_special":
                self._mark(skeleton.keep(), self._take(token.markup))
            case "math_inline" if _NO_FORMULA.search(token.content):
                skeleton.add(self._take(token.markup, token.content, token.markup))
            case "code_inline" | "math_inline" | "math_inline_double":
                self._mark(skeleton.keep(), self._take(token.markup, token.content.strip(), token.markup))
            case "image":
                self._mark(skeleton.stand(), self._take("![", token.content) + self._link_end(token))
            case "html_inline":
                raw = self._take(token.content)
                is_alone = raw.endswith("/>") or raw.lower().startswith(_ALONE)
                kind = skeleton.stand if is_alone else skeleton.close if raw.startswith("</") else skeleton.open
                self._mark(kind(), raw)
            case "link_open":
                self._opened = token, len(self._raws), self._done
                self._mark(skeleton.open(), self._take("["))
            case "link_close":
                self._close_link(*self._opened)
            case kind if kind.endswith("_open"):
                self._mark(skeleton.open(), self._take(token.markup))
            case kind if kind.endswith("_close"):
                self._mark(skeleton.close(), self._take(token.markup))
            case kind:
                raise ValueError(kind)

    def _is_beside_template(self) -> bool:
        """Whether the line that ends here, or the next one, is one that a program reads."""
        before = self._source[: self._done].rpartition("\n")[2]
        ending, _, behind = self._source[self._done :].partition("\n")
        return bool(_TEMPLATE.fullmatch(before + ending) or _TEMPLATE.fullmatch(behind.partition("\n")[0]))

    def _mark(self, number: int, raw: str) -> None:
        assert number == len(self._raws)
        self._raws.append(raw)

    def _take(self, *parts: str) -> str:
        """The source up to the end of the last of these parts, which follow each other.

        Raises:
            ValueError: it has not all of them.
        """
        start = self._done
        for part in parts:
            self._done = self._source.index(part, self._done) + len(part)
        return self._source[start : self._done]

    def _close_link(self, token: Token, opening: int, start: int) -> None:
        """The end of a link; where its words are the label, they are translated, and the label is not."""
        end = self._link_end(token)
        if "label" in token.meta and end in {"]", "][]"}:
            words = self._source[: self._done - len(end)]
            self._labels[len(self._raws)] = opening, words[words.index("[", start) + 1 :]
        self._mark(self._skeleton.close(), end)

    def _link_end(self, token: Token) -> str:
        """The end of a link or picture: `](address "title")`, `][label]` or `]`.

        Raises:
            ValueError: it is none of these.
        """
        start, source, most = self._done, self._source, len(self._source)
        raw = self._take("]")
        following = source[self._done : self._done + 1]
        if "label" in token.meta:
            closed = source.find("]", self._done) if following == "[" else -1
            self._done = max(closed + 1, self._done)
            return source[start : self._done]
        if following != "(":
            raise ValueError(raw)
        place = _behind_space(source, self._done + 1)
        address = parseLinkDestination(source, place, most)
        place = _behind_space(source, address.pos if address.ok else place)
        title = parseLinkTitle(source, place, most)
        self._done = _behind_space(source, title.pos if title.ok else place)
        return self._take(")") and source[start : self._done]


def _behind_space(source: str, place: int) -> int:
    return place + len(source[place:]) - len(source[place:].lstrip())

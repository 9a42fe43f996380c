"""A text that is more than plain text: with markup, terms of a glossary, or words of another language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from seqserve.core.messages import counted
from seqserve.language.identification import identify
from seqserve.translation.documents import html as markup_language
from seqserve.translation.documents.html import Markup
from seqserve.translation.formality import Register
from seqserve.translation.glossary import Glossary, Hidden
from seqserve.translation.predictor import Translation, TranslationQuery


@dataclass(frozen=True)
class ShapedQuery(TranslationQuery):
    """A query whose text is what the translator takes of another one.

    Args:
        markup: what the text was, if it was HTML.
        hidden: the text before it was read, and its terms, if there is a glossary.
        noticed: warnings that the text deserves whatever its translation is.
    """

    markup: Markup | None = None
    hidden: Hidden | None = None
    noticed: tuple[str, ...] = ()

    def restored(self, translation: Translation) -> Translation:
        """The translation of the text as it was sent, of that of the query's."""
        text, said = self._restored(translation.text)
        others = [self._restored(other)[0] for other in translation.alternatives]
        return replace(
            translation, text=text, alternatives=others, warnings=[*self.noticed, *translation.warnings, *said]
        )

    def _restored(self, text: str) -> tuple[str, list[str]]:
        said: list[str] = []
        if self.hidden:
            text, said = self.hidden.restored(text)
        if self.markup:
            text, lost = self.markup.restored(text)
            said += [f"{counted(lost, 'tag')} set at the end, for want of a place"] if lost else []
        return text, said


class Shaping:
    """How the texts of a request are read.

    Args:
        source: the language that they are translated from.
        html: they are HTML.
        terms: a glossary; empty for none.
        target: the language that they are translated to.
    """

    def __init__(
        self, source: str, *, html: bool = False, terms: Mapping[str, str] | None = None, target: str = ""
    ) -> None:
        self._source, self._html = source, html
        shown = {term: markup_language.hidden(wanted) if html else wanted for term, wanted in (terms or {}).items()}
        self._glossary = Glossary(shown, target) if shown else None

    def query(
        self, text: str, alternatives: int = 0, beam: int | None = None, formality: Register | None = None
    ) -> ShapedQuery:
        """What the translator is asked for a text."""
        noticed = foreign(text, self._source)
        markup = Markup(text) if self._html else None
        read = markup.text if markup else text
        hidden = self._glossary.hide(read) if self._glossary else None
        read = hidden.text if hidden else read
        return ShapedQuery(read, alternatives, beam, formality, markup, hidden, (noticed,) if noticed else ())


def foreign(text: str, source: str) -> str | None:
    """A warning that a text is in another language than the one that it is translated from, if it surely is."""
    found = identify(text)
    if found is None or found.language == primary(source):
        return None
    return f"the text looks like {found.language} ({found.probability:.2f}), and is read as {source}"


def primary(code: str) -> str:
    """The language of a code such as `pt-BR` or `pt_BR`, without the region."""
    return code.replace("_", "-").partition("-")[0].lower()

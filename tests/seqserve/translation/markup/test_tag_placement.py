from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqserve.translation.markup import html_tags, tag_placement
from seqserve.translation.markup.tag_placement import Wrapped


def placed(source: str, text: str, *translations: str) -> str | None:
    plain, tags = html_tags.unwrapped(source)
    return tag_placement.placed(text, plain, list(map(Wrapped, tags, translations)))


def test_tags_do_not_stand_within_what_is_copied() -> None:
    plain, tags = html_tags.unwrapped("Hello <b>%s</b>, welcome!")
    wrapped = [Wrapped(tags[0], "%s")]
    assert tag_placement.placed("Bonjour %s, bienvenue !", plain, wrapped, ["%s"]) == "Bonjour <b>%s</b>, bienvenue !"


@pytest.mark.parametrize(
    ("source", "text", "translations", "expected"),
    [
        ("I like <b>milk</b>.", "J'aime le lait.", ["Lait"], "J'aime le <b>lait</b>."),
        ("<b>Tom</b> likes milk.", "Tom aime le lait.", ["Tom"], "<b>Tom</b> aime le lait."),
        ("I like <b>milk</b>.", "J'aime le lait.", ["du lait"], "J'aime le <b>lait</b>."),
        ("I like <b>cold milk</b>.", "J'aime le lait froid.", ["lait froid"], "J'aime le <b>lait froid</b>."),
        ("She is <b>tired</b>.", "Elle est fatiguée.", ["fatigué"], "Elle est <b>fatiguée</b>."),
        ("<b>Important:</b> read this.", "Important : lisez ceci.", ["Important :"], "<b>Important :</b> lisez ceci."),
        ("<b>A <i>red</i> car</b> came.", "Une auto rouge vint.", ["une auto rouge", "rouge"],
         "<b>Une auto <i>rouge</i></b> vint."),
        ("No milk, <b>milk</b>!", "Pas de lait, lait !", ["lait"], "Pas de lait, <b>lait</b> !"),
        ("<b>milk</b>, no milk!", "Lait, pas de lait !", ["lait"], "<b>Lait</b>, pas de lait !"),
        ("<b>milk</b>, <i>milk</i>!", "Lait, lait !", ["lait", "lait"], "<b>Lait</b>, <i>lait</i> !"),
        ("I like <b>milk</b>.", "J'aime ça.", ["Lait"], None),
        ("<b>One</b> and <i>two</i>.", "Un.", ["un", "un"], None),
        ("I like <b>milk</b>.", "J'aime le lait.", ["!"], None),
        ("Press <b>C</b>.", "Appuyez sur C.", ["Ce"], "Appuyez sur <b>C</b>."),
        ("no tags", "aucune balise", [], "aucune balise"),
    ],
)  # fmt: skip
def test_tags_go_where_the_translation_of_their_words_is(
    source: str, text: str, translations: list[str], expected: str | None
) -> None:
    assert placed(source, text, *translations) == expected


words = st.lists(st.sampled_from(["a", "b", "ab", "abc", ",", "l'a"]), max_size=8).map(" ".join)
sources = st.lists(st.sampled_from(["<b>", "</b>", "<i>", "</i>", "a", "ab", " "]), max_size=14).map("".join)


@given(source=sources, text=words, found=st.lists(words, min_size=7, max_size=7))
def test_nothing_of_a_translation_is_changed_and_tags_nest_as_they_did(
    source: str, text: str, found: list[str]
) -> None:
    _, tags = html_tags.unwrapped(source)
    answer = placed(source, text, *found[: len(tags)])
    if answer is not None:
        assert re.sub(r"</?[bi]>", "", answer) == text
        assert len(html_tags.pairs(answer)) == len(tags)


def test_in_a_long_sentence_only_the_very_words_are_looked_for() -> None:
    text = "mot " * 200 + "lait fin"
    assert placed("word " * 200 + "<b>milk</b> end", text, "lait") == "mot " * 200 + "<b>lait</b> fin"
    assert placed("word " * 200 + "<b>milk</b> end", text, "laits") is None

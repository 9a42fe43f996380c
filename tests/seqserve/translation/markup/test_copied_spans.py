"""Numbers, addresses, tags and marks of markup are copied to where they belong in a translation."""

from __future__ import annotations

import pytest

from seqserve.translation.markup.placeholders import PLACEHOLDERS
from testing.tiny import translation as tiny
from testing.tiny.translation import Echo, saying, translate


def test_a_hypothesis_with_every_span_goes_first() -> None:
    answer = translate(
        "I pay 20 for 30.", saying("Je {0}.", "Je {0} ou {0} et {1}.", "Je paie {1} {0}."), alternatives=2
    )
    assert answer.text == "Je paie 30 20."
    assert answer.alternatives == ["Je 20 30.", "Je 20 ou et 30."]
    assert answer.warnings == []


@pytest.mark.parametrize(
    ("said", "shown", "lost"),
    [
        ("{0} et {0} ou {0} !", "20 et 30 ou 40 !", 0),
        ("{0} et {1} ou {1} !", "20 et 30 ou 40 !", 0),
        ("{0} et {0} !", "20 et 30 40 !", 1),
        ("{0} et {0}, {0}, {0} !", "20 et 30, 40, !", 0),
    ],
)
def test_more_than_two_things_are_alike_for_the_network_and_come_back_in_order(
    said: str, shown: str, lost: int
) -> None:
    coder = tiny.subword_coder()
    network = Echo(lambda row, beam: coder.encode([said.format(*PLACEHOLDERS)]))
    answer = translate("I pay 20, 30 or 40.", tiny.translator(network))
    (((row,), _),) = network.searched
    assert coder.decode(row) == "I pay {0}, {0} or {0}.".format(*PLACEHOLDERS)
    assert answer.text == shown
    assert len(answer.warnings) == lost


def test_a_span_that_all_hypotheses_lost_is_set_before_the_full_stop_and_said() -> None:
    answer = translate("I pay 20. You pay 5 and 5. 7 is much.", saying("Je paie {7}."))
    assert answer.text == "Je paie 20 . Je paie 5 5 . 7 Je paie ."
    (warning,) = answer.warnings
    assert warning.startswith("4 copied spans set about where")


def test_marks_of_markdown_go_around_the_same_words() -> None:
    rows = tiny.subword_coder().encode(["Lait."])
    model = tiny.translator(Echo(lambda row, beam: rows))
    assert translate("I like [milk](http://x.org/a).", model).text == "[Lait](http://x.org/a)."
    assert translate("**I like milk.**", model).text == "**Lait.**"


def test_links_that_have_no_place_stand_behind_the_sentence_and_in_no_other() -> None:
    answer = translate("**See** [milk](a) or [tea](b).", saying("Du vin."))
    assert answer.text == "**Du vin. [Du vin.](a) [Du vin.](b)**"
    assert len(answer.warnings) == 1


def test_a_span_that_comes_twice_is_set_twice() -> None:
    answer = translate("I pay 20 and 20.", saying("Je {0} : {0} !", "{0}."))
    assert (answer.text, answer.warnings) == ("Je 20 : 20 !", [])


@pytest.mark.parametrize(
    ("text", "read", "shown"),
    [
        ("I like <b>milk</b>.", "I like milk.", "<b>Lait</b>."),
        ("<b>Tom</b> is here.", "Tom is here.", "<b>Lait</b>."),
        ('Go <a href="x">to <B>him</B></a>.', "Go to him.", '<a href="x"><B>Lait</B></a>.'),
        ("Go <b>to him</b>, <i>you</i>!", "Go to him, you!", "<b><i>Lait.</i></b>"),
        (
            "<b>You</b>" + "<i>" * 16 + "go." + "</i>" * 16,
            "Yougo.",
            "<b>" + "<i>" * 16 + "Lait." + "</i>" * 16 + "</b>",
        ),
        ("I <b></b> like <img/> it.", "I {0}{0} like {0} it.", "<b> </b> Lait <img/>."),
        ("&quot;I like milk.&quot;", '"I like milk."', "Lait."),
        ("It&apos;s &quot;&eacute;&quot; &amp; I.", 'It\'s "é" {0} I.', "Lait &amp;."),
    ],
)
def test_tags_around_words_are_set_around_them_or_the_sentence_and_entities_are_spelled(
    text: str, read: str, shown: str
) -> None:
    rows = tiny.subword_coder().encode(["Lait."])
    network = Echo(lambda row, beam: rows)
    answer = translate(text, tiny.translator(network))
    (((row, *_), _),) = network.searched
    assert tiny.subword_coder().decode(row).replace(" ", "") == read.format(*PLACEHOLDERS).replace(" ", "")
    assert answer.text == shown
    wrapped = "tags within 1 sentence set around the whole of it"
    assert (wrapped in answer.warnings) == ("Lait.</i>" in shown)


@pytest.mark.parametrize("text", ["{name}", "{{name}}", "{0}"])
def test_what_a_program_fills_in_comes_back_alone(text: str) -> None:
    network = Echo()
    assert translate(text, tiny.translator(network)).text == text
    assert network.searched == []

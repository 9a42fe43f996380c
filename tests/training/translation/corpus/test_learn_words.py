from __future__ import annotations

import pytest

from training.translation.corpus import learn_words
from training.translation.corpus.pairs import Pairs

TRAIN = Pairs(["I like Ljubljana."] * 2, ["J'aime Ljubljana."] * 2)


def test_words_are_those_of_a_list_and_of_the_sentences() -> None:
    lexicon = learn_words.learned(TRAIN, Pairs(["We like milk."], ["Nous aimons le lait."]), "fr")
    assert lexicon is not None
    assert lexicon.unknown("Nous aimons le pantalon à Ljubljana, et les pantaleurs.") == ["pantaleurs"]


@pytest.mark.parametrize("language", ["fr", "sl"])
def test_there_is_no_lexicon_where_people_use_other_words(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    held_out = Pairs(["We like milk."] * 60, ["Nous aimons le lait."] * 58 + ["Nous aimons le mlekko."] * 2)
    assert learn_words.learned(TRAIN, held_out, language) is None
    assert "too many, words are not checked" in capsys.readouterr().out

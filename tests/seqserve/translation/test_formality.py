from __future__ import annotations

import pytest

from seqserve.errors import InputError
from seqserve.translation import formality
from seqserve.translation.beam_search import Hypothesis
from seqserve.translation.sentences.sentence import Candidate


@pytest.mark.parametrize(
    ("text", "registers"),
    [
        ("Comment allez-vous ?", {"formal"}),
        ("Fermez la porte !", {"formal"}),
        ("TU ES EN RETARD.", {"informal"}),
        ("Donne-moi la main.", {"informal"}),
        ("Je t'aime.", {"informal"}),
        ("Laisse-moi savoir si vous avez des questions.", {"formal", "informal"}),
        ("Il est chez Mme Lopez, au rez-de-chauss\u00e9e.", set()),
        ("Parlons-lui, est-ce assez ?", set()),
        ("Peut-\u00eatre celui-l\u00e0.", set()),
    ],
)
def test_registers_that_french_shows(text: str, registers: set[str]) -> None:
    assert formality.registers(text, "fr") == registers
    assert formality.registers(text, "pt") == set()


def candidates(*texts: tuple[str, float]) -> list[Candidate]:
    return [Candidate(text, Hypothesis([], score), 0) for text, score in texts]


LETTER = [
    candidates(("Avez-vous faim ?", -0.1), ("As-tu faim ?", -0.2)),
    candidates(("Il pleut.", -0.1)),
    candidates(
        ("Ta chambre est pr\u00eate.", -0.1),
        ("La chambre est pr\u00eate.", -0.2),
        ("Votre chambre est pr\u00eate.", -0.25),
    ),
]


def test_sentences_agree_in_what_costs_least() -> None:
    found = formality.agreed(LETTER, None, "fr")
    assert [one[0].text for one in found.candidates] == ["As-tu faim ?", "Il pleut.", "Ta chambre est pr\u00eate."]
    assert found.others == []
    assert [len(one) for one in found.candidates] == [2, 1, 3]


def test_a_register_that_is_asked_for_is_taken_or_named() -> None:
    found = formality.agreed([*LETTER, candidates(("Tu dors.", -0.1))], "formal", "fr")
    assert [one[0].text for one in found.candidates][:3] == [
        "Avez-vous faim ?",
        "Il pleut.",
        "Votre chambre est pr\u00eate.",
    ]
    assert found.others == [4]


def test_nothing_unlikely_is_taken_for_the_sake_of_agreement() -> None:
    mixed = [candidates(("Avez-vous faim ?", -0.1)), candidates(("Tu dors.", -0.1), ("Vous dormez.", -2.0))]
    found = formality.agreed(mixed, None, "fr")
    assert [one[0].text for one in found.candidates] == ["Avez-vous faim ?", "Tu dors."]
    assert len(found.others) == 1


def test_a_language_without_a_choice_is_refused() -> None:
    formality.check("formal", "fr")
    formality.check(None, "pt")
    with pytest.raises(InputError, match="does not choose between formal and informal pt; those that write fr do"):
        formality.check("formal", "pt")
    with pytest.raises(InputError, match="formality is formal or informal, not 'more'"):
        formality.check("more", "fr")

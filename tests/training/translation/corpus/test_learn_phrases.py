from __future__ import annotations

from training.translation.corpus import learn_phrases
from training.translation.corpus.pairs import Pairs


def test_labels_are_learned_as_most_people_translated_them() -> None:
    rows = [
        ("Cancel", "Annuler"),
        ("Cancel", "Annuler"),
        ("cancel", "R\u00e9silier"),
        ("Name:", "Nom :"),
        ("Run", "Cours"),
        ("Run", "Ex\u00e9cuter"),
        ("Run", "Lancer"),
        ("SIGN", "SIGNE"),
        ("I like milk.", "J'aime le lait."),
        ("one two three four", "un deux trois quatre"),
    ]
    found = learn_phrases.learned(Pairs(*map(list, zip(*rows, strict=True))))
    assert [found.find(text) for text in ("Cancel", "name", "Run", "Sign", "I like milk")] == [
        "Annuler",
        "nom",
        None,
        None,
        None,
    ]
    assert len(found) == 2

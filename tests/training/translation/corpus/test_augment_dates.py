from __future__ import annotations

import pytest

from training.translation.corpus import augment_dates
from training.translation.corpus.augment_dates import with_rare_names
from training.translation.corpus.pairs import Pairs, Parts


def learned(*pairs: tuple[str, str], held: tuple[str, str] = ("Yes.", "Oui."), target: str = "fr") -> Pairs:
    """What there is to learn from, given such pairs."""
    sources, targets = map(list, zip(*pairs, strict=True))
    other = Pairs([held[0]], [held[1]])
    return with_rare_names(Parts(Pairs(sources, targets), other, other), "en", target, seed=0).train


def made(*pairs: tuple[str, str], held: tuple[str, str] = ("Yes.", "Oui."), target: str = "fr") -> set[tuple[str, str]]:
    """The pairs that were made of them."""
    found = learned(*pairs, held=held, target=target)
    return set(zip(found.sources[len(pairs) :], found.targets[len(pairs) :], strict=True))


def test_a_day_teaches_the_others() -> None:
    found = learned(("See you on Monday.", "À lundi."), ("Mondays are bad.", "Les lundis sont durs."))
    assert found.sources[:2] == ["See you on Monday.", "Mondays are bad."]
    days = ["Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    assert sorted(found.sources[2:]) == sorted(f"See you on {day}." for day in days)
    assert found.targets[2 + found.sources[2:].index("See you on Tuesday.")] == "À mardi."
    assert "6 pairs made of others: they name other days or months" in found.report


def test_a_name_has_a_capital_where_the_other_had_one() -> None:
    assert ("Tuesday is fine.", "Mardi me va.") in made(("Monday is fine.", "Lundi me va."))
    assert ("Am Dienstag.", "On Tuesday.") in {(b, a) for a, b in made(("On Monday.", "Am Montag."), target="de")}


def test_names_that_begin_with_a_vowel_take_the_place_of_such_only() -> None:
    found = made(("At the end of October.", "À la fin d'octobre."))
    assert found == {("At the end of April.", "À la fin d'avril."), ("At the end of August.", "À la fin d'août.")}


@pytest.mark.parametrize(
    "pair",
    [
        ("See you on Monday.", "À mardi."),
        ("From Monday to Friday.", "Du lundi au vendredi."),
        ("May I go?", "Je peux y aller ?"),
        ("Mondayish.", "Lundiste."),
    ],
)
def test_a_pair_that_does_not_name_one_alike_teaches_nothing(pair: tuple[str, str]) -> None:
    assert made(pair) == set()


@pytest.mark.parametrize("held", [("see you on Tuesday", "Non."), ("No.", "à mardi !")])
def test_no_pair_is_made_that_is_held_out(held: tuple[str, str]) -> None:
    found = made(("See you on Monday.", "À lundi."), held=held)
    assert len(found) == 5
    assert ("See you on Tuesday.", "À mardi.") not in found


def test_no_more_are_made_than_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(augment_dates, "_ENOUGH", 2)
    pairs = [(f"{number} on Monday.", f"{number} lundi.") for number in "abcde"]
    pairs += [("x on Tuesday.", "x mardi."), ("y on Friday.", "y vendredi."), ("z on Friday.", "z vendredi.")]
    found = [word for source, _ in made(*pairs) for word in source.rstrip(".").split() if word.endswith("day")]
    assert sorted(found) == sorted([*["Saturday", "Sunday", "Thursday", "Wednesday"] * 2, "Tuesday"])


def test_without_names_in_a_language_nothing_is_made() -> None:
    assert made(("See you on Monday.", "Gis lundo."), target="xx") == set()
    assert made(("See you on Monday.", "Gis lundo."), target="no such language") == set()

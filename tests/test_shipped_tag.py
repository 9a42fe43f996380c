"""The shipped tagger: small, better than its baselines, alike for names of all origins, and sensible with odd texts."""

from __future__ import annotations

import pytest

from seqserve import tasks
from seqserve.registry.artifact import Artifact
from seqserve.registry.store import Store
from seqserve.tag.predictor import Tagger, Tagging, TagQuery
from testing.service_process import CHECKOUT

STORE = Store(CHECKOUT / "models")
MEGABYTE = 1024**2


@pytest.fixture(scope="module")
def artifact() -> Artifact:
    return STORE.read(STORE.resolve("tag", "english", None))


@pytest.fixture(scope="module")
def tagger(artifact: Artifact) -> Tagger:
    found = tasks.load(artifact)
    assert isinstance(found, Tagger)
    return found


def answer(tagger: Tagger, text: str, *mask: str) -> Tagging:
    (found,) = tagger.predict([TagQuery(text, mask)])
    assert isinstance(found, Tagging)
    return found


def entities(tagger: Tagger, text: str) -> list[tuple[str, str]]:
    return [(one["text"], one["label"]) for one in answer(tagger, text).entities]


def test_it_is_the_default_and_small(artifact: Artifact) -> None:
    assert STORE.default("tag") == "english"
    folder = STORE.root / "tag" / "english"
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 3 * MEGABYTE


def test_it_is_better_than_both_baselines_on_both_sets(artifact: Artifact) -> None:
    metrics = artifact.json("metrics.json")
    assert metrics["baselines"].keys() == {"gazetteer", "linear CRF"}
    for part in (metrics, *metrics["published"].values()):
        assert part["test"]["f1"] > max(row["f1"] for row in part["baselines"].values())


def test_names_of_all_origins_are_found(artifact: Artifact) -> None:
    recall = artifact.json("metrics.json")["origins"]
    assert len(recall) == 29
    assert min(recall.values()) > 0.5
    assert sum(recall.values()) / len(recall) > 0.9


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Just met Ngozi Okafor in Toronto! 😊", [("Ngozi Okafor", "person"), ("Toronto", "place")]),
        ("flying to london with rihanna", [("london", "place"), ("rihanna", "person")]),
        ("PRESIDENT OBAMA IS IN UKRAINE", [("OBAMA", "person"), ("UKRAINE", "place")]),
        ("Off to #Berlin tomorrow, @ann", [("Berlin", "place")]),
        ("I love this so much!!!", []),
    ],
)
def test_texts_as_people_write_them(tagger: Tagger, text: str, expected: list[tuple[str, str]]) -> None:
    assert entities(tagger, text) == expected


def test_a_letter_is_masked(tagger: Tagger) -> None:
    text = "This is Hannah Schulz. Call +44 20 7946 0958 or write to h.schulz@example.org."
    masked = answer(tagger, text, "person", "phone", "email").masked
    assert masked == "This is [person]. Call [phone] or write to [email]."


def test_a_long_text_has_the_entities_of_its_sentences(tagger: Tagger) -> None:
    text = "I met Ngozi Okafor in Toronto. It was raining. "
    found = entities(tagger, text * 100)
    assert found.count(("Ngozi Okafor", "person")) == found.count(("Toronto", "place")) == 100


def test_other_scripts_are_answered_and_warned_of(tagger: Tagger) -> None:
    assert answer(tagger, "Вчера я встретил Ивана Петрова в Москве.").warnings

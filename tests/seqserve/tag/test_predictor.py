from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqserve import tasks
from seqserve.errors import InputError
from seqserve.registry import artifact
from seqserve.tag.predictor import Tagger, Tagging, TagQuery
from testing.tiny import SENTENCES
from testing.tiny import tag as tiny_tag


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    predictor = tasks.load(artifact.publish(tmp_path_factory.mktemp("models"), tiny_tag.release(languages=["en"])))
    assert isinstance(predictor, Tagger)
    return predictor


def answer(tagger: Tagger, text: str, mask: tuple[str, ...] = (), *, utf16: bool = False) -> Tagging:
    (found,) = tagger.predict([TagQuery(text, mask, utf16)])
    assert isinstance(found, Tagging)
    return found


def test_entities_stand_where_they_say(tagger: Tagger) -> None:
    text = " ".join(SENTENCES) * 3  # several pieces
    found = answer(tagger, text)
    assert found.entities
    assert found.masked is None
    done = 0
    for entity in found.entities:
        assert text[entity["start"] : entity["end"]] == entity["text"]
        assert done <= entity["start"] < entity["end"]
        assert entity["label"] in tiny_tag.LABELS
        assert 0 < entity["score"] <= 1
        done = entity["end"]


@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=4))
def test_a_text_is_answered_the_same_in_any_batch(tagger: Tagger, texts: list[str]) -> None:
    together = tagger.predict([TagQuery(text, ("person", "email")) for text in texts])
    for text, found in zip(texts, together, strict=True):
        (alone,) = tagger.predict([TagQuery(text, ("person", "email"))])
        if isinstance(alone, InputError):
            assert isinstance(found, InputError)
            continue
        assert isinstance(found, Tagging)
        assert isinstance(alone, Tagging)
        assert found.masked == alone.masked
        assert [one["text"] for one in found.entities] == [one["text"] for one in alone.entities]
        assert [one["score"] for one in found.entities] == pytest.approx(
            [one["score"] for one in alone.entities], rel=1e-4
        )


def test_places_count_utf16_units_if_asked(tagger: Tagger) -> None:
    text = "😂 " + SENTENCES[0] + " ann@example.org"
    points, units = answer(tagger, text, ("email",)), answer(tagger, text, ("email",), utf16=True)
    encoded = text.encode("utf-16-le")
    for one, other in zip(
        [*points.entities, *(points.replaced or [])], [*units.entities, *(units.replaced or [])], strict=True
    ):
        assert encoded[2 * other["start"] : 2 * other["end"]].decode("utf-16-le") == text[one["start"] : one["end"]]
        assert other["end"] == one["end"] + 1


def test_what_is_masked_is_gone_and_said(tagger: Tagger) -> None:
    text = f"{SENTENCES[2]} Write to ann@example.org!"
    found = answer(tagger, text, (*tiny_tag.LABELS, "email"))
    assert found.masked is not None
    assert "ann@example.org" not in found.masked
    assert "[email]" in found.masked
    assert {one["label"] for one in found.replaced or []} <= {*tiny_tag.LABELS, "email"}
    assert answer(tagger, text, ("email",)).masked == text.replace("ann@example.org", "[email]")


def test_a_text_in_another_language_is_warned_of(tagger: Tagger) -> None:
    assert "another language (fr)" in answer(tagger, "Je ne sais pas ce que tu veux dire, mon ami.").warnings[0]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (TagQuery(" "), "empty"),
        (TagQuery("a" * 200_001), "too_long"),
        (TagQuery("\ud800 a"), "not_unicode"),
        (TagQuery("Ann", ("people",)), "unknown_mask"),
    ],
)
def test_a_bad_query_has_its_error(tagger: Tagger, query: TagQuery, code: str) -> None:
    found, good = tagger.predict([query, TagQuery("Ann")])
    assert isinstance(found, InputError)
    assert found.code == code
    assert isinstance(good, Tagging)


def test_what_cannot_be_masked_is_told_with_what_can(tagger: Tagger) -> None:
    with pytest.raises(InputError, match="there are: organisation, person, place, email, url"):
        tagger.check_mask(["people"])


def test_a_damaged_vocabulary_is_refused(tmp_path: Path) -> None:
    release: Any = tiny_tag.release()
    broken = artifact.publish(
        tmp_path, type(release)(**{**vars(release), "files": {**release.files, "vocabulary.json": b"{}"}})
    )
    with pytest.raises(Exception, match=r"vocabulary\.json is damaged"):
        tasks.load(broken)

from __future__ import annotations

import pytest

from training.tag.documents import Document, Entity, split, tags


def test_a_word_of_an_entity_has_its_tag() -> None:
    document = Document("Ann O'Neill met Bob", (Entity(0, 11, "person"), Entity(16, 19, "person")))
    assert tags(document) == ["B-person", "I-person", "I-person", "I-person", "O", "B-person"]


def test_entities_side_by_side_are_two() -> None:
    assert tags(Document("Rome Oslo", (Entity(0, 4, "place"), Entity(5, 9, "place")))) == ["B-place", "B-place"]


def test_a_document_is_never_in_two_parts() -> None:
    documents = [Document(f"text {number % 40}", ()) for number in range(80)]
    documents += [Document(f"message {number}", (), f"talk {number % 5}") for number in range(50)]
    parts = split(documents, 0.2, 0.2, seed=0)
    known = [{one.group or one.text for one in part} for part in (parts.train, parts.validation, parts.test)]
    assert sum(map(len, known)) == len(set.union(*known)) == 45
    assert len(parts.train) + len(parts.validation) + len(parts.test) == 130


def test_too_few_documents_are_refused() -> None:
    with pytest.raises(ValueError, match="too few to split"):
        split([Document("a", ())] * 50, 0.1, 0.1, seed=0)

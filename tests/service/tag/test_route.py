from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from seqserve.errors import InputError
from service.http.problems import Problem
from service.model_registry.loaded_models import Loaded
from service.model_registry.reloader import LiveRegistry
from service.settings import Settings
from service.tag.route import TagCodec
from service.tag.schemas import TagRequest, TagResult
from testing import tiny
from testing.tiny import tag as tiny_tag


@pytest.fixture
def version(tmp_path: Path) -> Loaded:
    tiny.publish(tmp_path, tiny_tag.release())
    (found,) = LiveRegistry(tmp_path, 1).current.loaded.values()
    return found


def answer(version: Loaded, text: str, **asked: Any) -> dict[str, Any]:
    codec = TagCodec(TagRequest(texts=[text], **asked), version, Settings())
    prepared = codec.decode(text)
    (raw,) = version.predictor.infer([prepared])
    return codec.encode(prepared, version.predictor.finish(prepared, raw))


def test_a_text_has_entities(version: Loaded) -> None:
    result = answer(version, "A great film!")
    assert result.keys() == {"entities", "warnings"}
    TagResult(**result)


def test_a_masked_text_comes_with_what_was_replaced(version: Loaded) -> None:
    result = answer(version, "😂 a@example.org", mask=["email", "email"], offsets="utf16")
    assert result["masked"].endswith("[email]")
    assert result["replaced"] == [{"start": 3, "end": 16, "label": "email"}]
    TagResult(**result)


def test_an_unknown_mask_fails_the_request(version: Loaded) -> None:
    with pytest.raises(Problem) as raised:
        TagCodec(TagRequest(texts=["a"], mask=["people"]), version, Settings())
    assert raised.value.status == 422
    ((pointer, detail),) = raised.value.errors
    assert pointer == "/mask"
    assert "there are: organisation" in detail


def test_what_is_no_text_has_its_error(version: Loaded) -> None:
    codec = TagCodec(TagRequest(texts=[1]), version, Settings())
    with pytest.raises(InputError, match="must be a string"):
        codec.decode(1)


def test_only_long_texts_are_long(version: Loaded) -> None:
    codec = TagCodec(TagRequest(texts=["a"]), version, Settings())
    assert not codec.is_long("a")
    assert codec.is_long("a" * 5_000)

from __future__ import annotations

from pathlib import Path

import pytest

from seqserve.errors import InputError
from service.model_registry.loaded_models import Loaded
from service.model_registry.reloader import LiveRegistry
from service.sentiment.route import SentimentCodec
from service.sentiment.schemas import SentimentRequest
from service.settings import Settings
from testing import tiny
from testing.tiny import sentiment as tiny_sentiment


def loaded(root: Path, **options: int) -> Loaded:
    tiny.publish(root, tiny_sentiment.release(**options))
    (found,) = LiveRegistry(root, 1).current.loaded.values()
    return found


def codec(loaded: Loaded, settings: Settings | None = None, *, explain: bool = False) -> SentimentCodec:
    return SentimentCodec(SentimentRequest(texts=[""], explain=explain), loaded, settings or Settings())


def test_a_text_is_labelled(tmp_path: Path) -> None:
    version = loaded(tmp_path)
    wanted = codec(version, explain=True)
    prepared = wanted.decode("A great film!")
    (raw,) = version.predictor.infer([prepared])
    result = wanted.encode(prepared, version.predictor.finish(prepared, raw))
    assert result.keys() == {"label", "score", "scores", "base_value", "explanation", "warnings"}
    assert sum(result["scores"].values()) == pytest.approx(1)


def test_an_operator_can_raise_the_default_limit_of_a_version(tmp_path: Path) -> None:
    version = loaded(tmp_path)
    long = "great " * 40_000
    with pytest.raises(InputError, match="at most 200000 are taken"):
        codec(version).decode(long)
    assert codec(version, Settings(max_characters=300_000)).decode(long).warnings


def test_nobody_can_raise_a_limit_that_a_version_sets_itself(tmp_path: Path) -> None:
    version = loaded(tmp_path, max_characters=100)
    with pytest.raises(InputError, match="at most 100 are taken"):
        codec(version, Settings(max_characters=300_000)).decode("great " * 20)


def test_only_explanations_are_long(tmp_path: Path) -> None:
    version = loaded(tmp_path)
    assert codec(version, explain=True).is_long("a")
    assert not codec(version).is_long("a")

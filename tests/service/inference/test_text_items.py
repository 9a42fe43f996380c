from __future__ import annotations

import pytest

from seqserve.errors import InputError
from seqserve.sentiment.predictor import ClassifierConfig
from service.inference import text_items
from service.settings import Settings

DEFAULT = 200_000


def config(limit: int = DEFAULT) -> ClassifierConfig:
    return ClassifierConfig(labels=["bad", "good"], max_tokens=10, max_characters=limit, temperature=1)


@pytest.mark.parametrize("item", [None, 1, ["a"], {"text": "a"}])
def test_only_a_string_is_a_text(item: object) -> None:
    with pytest.raises(InputError) as caught:
        text_items.text(item)
    assert (caught.value.code, caught.value.field) == ("wrong_shape", "text")


@pytest.mark.parametrize(
    ("setting", "own", "limit"),
    [
        (None, DEFAULT, DEFAULT),
        (None, 1_000, 1_000),
        (20, DEFAULT, 20),
        (20, 1_000, 20),
        (500_000, DEFAULT, 500_000),  # the version states the default only
        (500_000, 1_000, 1_000),  # the version has a limit of its own
    ],
)
def test_the_longest_text(setting: int | None, own: int, limit: int) -> None:
    settings = Settings() if setting is None else Settings(max_characters=setting)
    assert text_items.max_characters(settings, config(own)) == limit

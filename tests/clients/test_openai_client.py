"""OpenAI's client for Python, as it is published."""

from __future__ import annotations

import pytest

openai = pytest.importorskip("openai", reason="needs the extra 'clients'")

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


def test_continues_texts(base: str) -> None:
    with openai.OpenAI(api_key="any", base_url=f"{base}/v1", max_retries=0) as client:
        assert [model.id for model in client.models.list()] == ["english"]
        asked = {"model": "english", "prompt": ["I would like to", "The camera"], "max_tokens": 8, "seed": 1}
        answer = client.completions.create(**asked, n=2)
        assert [choice.index for choice in answer.choices] == [0, 1, 2, 3]
        assert all(choice.finish_reason in ("stop", "length") for choice in answer.choices)
        assert answer.usage.completion_tokens <= 32
        assert client.completions.create(**asked, n=2).choices == answer.choices


def test_what_is_refused_says_why(base: str) -> None:
    with openai.OpenAI(api_key="any", base_url=f"{base}/v1", max_retries=0) as client:
        with pytest.raises(openai.BadRequestError):
            client.completions.create(model="english", prompt="I", stream=True)
        with pytest.raises(openai.BadRequestError) as refused:
            client.completions.create(model="english", prompt="I", suffix="end")
        assert "suffix" in refused.value.response.json()["detail"]
        with pytest.raises(openai.NotFoundError) as missing:
            client.completions.create(model="nosuch", prompt="I")
        assert "nosuch" in missing.value.response.json()["detail"]

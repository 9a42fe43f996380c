from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from seqserve.registry.store import Key, Store
from service.app import create_app
from service.model_registry.reloader import LiveRegistry
from service.settings import Settings
from testing import tiny

TOKEN = "a token that is long enough"
ADMIN = {"Authorization": f"Bearer {TOKEN}"}
LABELS = "/models/forecast/tiny/labels"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two versions, of which the first is stable."""
    tiny.publish(tmp_path)
    tiny.publish(tmp_path, tiny.release(seed=1), label=None)
    return tmp_path


def ask(root: Path, work: Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]) -> httpx.Response:
    async def main() -> httpx.Response:
        with ThreadPoolExecutor(1) as executor:
            settings = Settings(admin_token=SecretStr(TOKEN))
            app = create_app(settings, LiveRegistry(root, 1), executor, executor)
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://service", headers=ADMIN) as client:
                return await work(client)

    return asyncio.run(main())


def move(root: Path, label: str = "stable", **body: object) -> httpx.Response:
    return ask(root, lambda client: client.put(f"{LABELS}/{label}", json=body))


def kind(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def test_a_label_is_moved_and_the_model_shown(root: Path) -> None:
    answer = move(root, version="2")
    assert answer.status_code == 200
    assert answer.json()["labels"] == {"stable": "2"}
    assert Store(root).labels("forecast", "tiny") == {"stable": "2"}


def test_a_label_is_moved_to_where_another_is_with_a_share(root: Path) -> None:
    answer = move(root, "canary", version="stable", share=0.25)
    assert (answer.json()["labels"]["canary"], answer.json()["shares"]) == ("1", {"canary": 0.25})


def test_nothing_moves_to_a_version_that_is_not_there(root: Path) -> None:
    assert kind(move(root, version="9")) == (404, "no-such-model")


def test_nothing_moves_to_a_version_that_fails_its_test(root: Path) -> None:
    key = tiny.publish(root, tiny.failing(tiny.release(seed=2)), label=None)
    assert kind(move(root, version=key.version)) == (409, "model-refused")
    assert Store(root).labels("forecast", "tiny") == {"stable": "1"}


def test_a_label_that_cannot_be_is_refused(root: Path) -> None:
    assert kind(move(root, "7", version="2")) == (409, "label-not-moved")


@pytest.mark.parametrize("body", [{}, {"version": 2}, {"version": "2", "share": 2}, {"version": "2", "other": 1}])
def test_a_wrong_body_is_refused(root: Path, body: dict[str, object]) -> None:
    assert kind(move(root, **body)) == (422, "wrong-shape")


def test_without_the_token_nothing_moves(root: Path) -> None:
    wrong = {"Authorization": "Bearer another"}
    for found in (
        ask(root, lambda client: client.put(f"{LABELS}/stable", json={"version": "2"}, headers=wrong)),
        ask(root, lambda client: client.post("/models/refresh", headers=wrong)),
    ):
        assert found.status_code == 401


def test_a_refresh_finds_new_versions_at_once(root: Path) -> None:
    async def work(client: httpx.AsyncClient) -> httpx.Response:
        tiny.publish(root, tiny.release("new"))
        return await client.post("/models/refresh")

    names = [model["name"] for model in ask(root, work).json()["models"]]
    assert names == ["new", "tiny"]
    assert Store(root).resolve("forecast", "new") == Key("forecast", "new", "1")

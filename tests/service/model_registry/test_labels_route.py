from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from seqserve.registry import audit
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


def test_a_label_is_removed_also_the_last_one(root: Path) -> None:
    tiny.publish(root, tiny.release("other"))
    Store(root).set_default("forecast", "other")
    move(root, "canary", version="2", share=0.5)
    for label, left in (("canary", {"stable": "1"}), ("stable", {})):
        answer = ask(root, lambda client, label=label: client.delete(f"{LABELS}/{label}"))
        assert (answer.status_code, answer.json()["labels"], answer.json()["shares"]) == (200, left, {})
    assert answer.json()["version"] is None


def test_stable_of_the_default_and_what_is_not_there_are_not_removed(root: Path) -> None:
    assert kind(ask(root, lambda client: client.delete(f"{LABELS}/stable"))) == (409, "label-not-moved")
    assert kind(ask(root, lambda client: client.delete(f"{LABELS}/canary"))) == (404, "no-such-model")
    assert Store(root).labels("forecast", "tiny") == {"stable": "1"}


def set_default(root: Path, **body: object) -> httpx.Response:
    return ask(root, lambda client: client.put("/models/forecast/default", json=body))


def test_a_model_becomes_the_default_if_it_serves(root: Path) -> None:
    Store(root).set_default("forecast", "tiny")
    tiny.publish(root, tiny.release("other"))
    tiny.publish(root, tiny.release("unlabelled"), label=None)
    tiny.publish(root, tiny.failing(tiny.release("bad")))
    assert kind(set_default(root, model="bad")) == (409, "model-refused")
    for name in ("unlabelled", "none"):
        assert kind(set_default(root, model=name)) == (404, "no-such-model")
    assert kind(set_default(root, model=1)) == (422, "wrong-shape")
    assert Store(root).default("forecast") == "tiny"
    answer = set_default(root, model="other")
    assert (answer.status_code, answer.json()["name"], answer.json()["default"]) == (200, "other", True)
    assert Store(root).default("forecast") == "other"


def test_each_change_is_told_once_with_who_asked_for_it(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def work(client: httpx.AsyncClient) -> httpx.Response:
        client.headers["X-Request-ID"] = "request-7"
        await client.put(f"{LABELS}/canary", json={"version": "2", "share": 0.1})
        await client.delete(f"{LABELS}/canary")
        await client.put("/models/forecast/default", json={"model": "tiny"})
        await client.put(f"{LABELS}/canary", json={"version": "9"})
        return await client.post("/models/refresh")

    ask(root, work)
    told = [record for record in caplog.records if record.name == "audit"]
    events = ["label moved", "label removed", "default changed", "models refreshed"]
    assert [record.getMessage() for record in told] == events
    by = {"caller": "admin", "via": "http", "request_id": "request-7"}
    fields = [vars(record)["fields"] for record in told]
    assert all(by.items() <= found.items() for found in fields)
    assert {"from": None, "to": "2", "from_share": 0, "share": 0.1}.items() <= fields[0].items()
    recorded = [json.loads(line) for line in (root / audit.FILE).read_text().splitlines()[-3:]]
    assert [{name: line[name] for name in found} for line, found in zip(recorded, fields, strict=False)] == fields[:3]

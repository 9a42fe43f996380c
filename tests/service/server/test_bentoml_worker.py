from __future__ import annotations

import asyncio
import warnings
from types import SimpleNamespace
from typing import Any

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # those of what BentoML imports
    from service.server import bentoml_worker
    from service.server.bentoml_worker import App, Mount


def app(name: str, asked: list[str]) -> App:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        asked.append(f"{name}: {scope['type']}")

    return answer


def test_the_app_gets_every_request_and_bentoml_the_rest() -> None:
    layers: list[Any] = []
    asked: list[str] = []
    mount = Mount()
    bentoml_worker.answer_everything(SimpleNamespace(add_asgi_middleware=layers.append), mount)
    (layer,) = layers
    front = layer(app("BentoML", asked))
    mount.app = app("ours", asked)  # built only after BentoML has asked for it
    for kind in ("lifespan", "http"):
        asyncio.run(front({"type": kind}, None, None))
    assert asked == ["BentoML: lifespan", "ours: http"]


@pytest.mark.parametrize("number", [2, None])
def test_a_worker_knows_its_place(monkeypatch: pytest.MonkeyPatch, number: int | None) -> None:
    monkeypatch.setattr(bentoml_worker, "server_context", SimpleNamespace(worker_index=number))
    assert bentoml_worker.worker_number() == number

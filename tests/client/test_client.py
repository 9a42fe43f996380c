"""The client of our own, against the app in this process."""

from __future__ import annotations

import ast
import asyncio
import hashlib
import inspect
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest
from seqserve_client import (
    AsyncClient,
    Client,
    ItemError,
    ItemsFailedError,
    RefusedError,
    UnreachableError,
    asynchronous,
    synchronous,
)

from testing import tiny
from testing.in_process import Factory, InProcess

ROOT = Path(__file__).parents[2] / "client"
VALUES: Any = tiny.values(20)
MILK = "I like milk."


class Wire:
    """Carries requests to the app, and keeps what it carried.

    Args:
        before: answers a request in place of the app, if it returns something.
    """

    def __init__(self, app: InProcess, before: Callable[[int], httpx.Response | None] = lambda number: None) -> None:
        self.app = app
        self.before = before
        self.sent: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        answer = self.before(len(self.sent))
        if answer is not None:
            return answer
        found = self.app.request(request.method, request.url.path, content=request.content, headers=request.headers)
        return httpx.Response(found.status_code, headers=found.headers, content=found.content)


@pytest.fixture
def wire(apps: Factory) -> Wire:
    return Wire(apps())


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that clients would have slept."""
    found: list[float] = []

    async def sleep(seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr(synchronous.time, "sleep", found.append)
    monkeypatch.setattr(asynchronous.asyncio, "sleep", sleep)
    return found


def client(wire: Wire, **options: Any) -> Client:
    return Client("http://seqserve", transport=httpx.MockTransport(wire), **options)


def own(wire: Wire, path: str, **body: Any) -> Any:
    (found,) = (value for value in wire.app.post(path, body).json().values() if isinstance(value, list))
    return found


def test_forecasts_of_lists_and_of_mappings(wire: Wire) -> None:
    dated = {"id": "shop", "values": [*VALUES[:-1], None], "start": "2024-01-01", "frequency": "D"}
    plain, other = client(wire).forecast([VALUES, dated], 2, levels=[80], quantiles=[0.5], model="tiny", version="1")
    (wanted,) = own(wire, "/forecast", series=[{"values": VALUES}], horizon=2, levels=[80], model="tiny", version="1")
    assert plain.mean == pytest.approx(wanted["mean"])
    assert plain.intervals[80].lower == pytest.approx(wanted["intervals"]["80"]["lower"])
    assert (plain.model, plain.version, plain.timestamps) == ("tiny", "1", None)
    assert (other.id, other.timestamps, other.warnings) == ("shop", ["2024-01-21", "2024-01-22"], ["1 gap filled"])
    assert list(other.quantiles) == [0.5]


def test_a_frame_in_and_a_frame_out(wire: Wire) -> None:
    days = pd.date_range("2024-01-01", periods=20)
    shops = {"b": VALUES, "a": tiny.values(20, seed=1)}
    parts = [pd.DataFrame({"unique_id": name, "ds": days, "y": values}) for name, values in shops.items()]
    frame = pd.concat(parts).sample(frac=1, random_state=0)  # rows in any order
    found = client(wire).forecast(frame, 3, levels=[80], model="tiny", version="1")
    assert list(found.columns) == ["unique_id", "ds", "mean", "lower_80", "upper_80"]
    assert len(found) == 6
    mine = found[found.unique_id == "b"]
    assert list(mine.ds.dt.day) == [21, 22, 23]
    (wanted,) = own(wire, "/forecast", series=[{"values": VALUES}], horizon=3, model="tiny", version="1")
    assert list(mine["mean"]) == pytest.approx(wanted["mean"])


def test_a_frame_needs_no_ids_and_no_times(wire: Wire) -> None:
    frame = pd.DataFrame({"sales": [*VALUES[:-1], float("nan")]})
    found = client(wire).forecast(frame, 2, target="sales", model="tiny", quantiles=[0.9])
    assert (list(found.columns), list(found.step)) == (["step", "mean", "quantile_0.9"], [1, 2])
    with pytest.raises(ValueError, match="name it in target"):
        client(wire).forecast(frame)


def test_sentiment_and_translations(wire: Wire) -> None:
    (label,) = client(wire).sentiment([MILK], explain=True)
    (wanted,) = own(wire, "/sentiment", texts=[MILK], explain=True)
    assert (label.label, label.scores, label.explanation) == (wanted["label"], wanted["scores"], wanted["explanation"])
    one, other = client(wire).translate([MILK, "Il pleuvait, alors nous sommes restés."], source="auto", alternatives=1)
    assert (one.language, other.language, other.model, len(one.alternatives)) == ("en", "fr", "french", 1)
    (html,) = client(wire).translate([f"<p>{MILK}</p>"], target="fr", html=True, glossary={"milk": "LAIT"})
    assert html.text.startswith("<p>")
    assert {model["name"] for model in client(wire).models()} >= {"tiny", "french"}


def test_sequences_entities_and_completions(wire: Wire) -> None:
    ours, steps = client(wire), [[100, 99], [None, 98], [101, 97]]
    plain, named = ours.classify([np.array([[100, 99], [np.nan, 98], [101, 97]]), {"id": 7, "values": steps}], top=1)
    (wanted,) = own(wire, "/classify", sequences=[{"values": steps}], top=1)
    assert (plain.label, plain.probabilities, plain.steps) == (wanted["label"], wanted["probabilities"], None)
    assert (named.id, named.label, plain.warnings) == (7, plain.label, wanted["warnings"])
    (phases,) = ours.classify([steps], model="phases")
    assert (phases.label, len(phases.steps or [])) == (None, 3)
    (explained,) = ours.classify([steps], explain=True)
    assert explained.explanation
    texts = ["Ada lives in Rome, a@b.org"]
    (tagged,) = ours.tag(texts, mask=["email"])
    (wanted,) = own(wire, "/tag", texts=texts, mask=["email"])
    assert [vars(entity) for entity in tagged.entities] == wanted["entities"]
    assert tagged.masked == wanted["masked"] == "Ada lives in Rome, [email]"
    assert ours.tag(texts)[0].masked is None
    (offered,) = ours.complete(["The cat s"], count=2)
    (wanted,) = own(wire, "/complete", texts=["The cat s"], count=2)
    assert [vars(word) for word in offered.suggestions] == wanted["suggestions"]
    drawn: dict[str, Any] = {"count": 2, "temperature": 1.0, "seed": 3, "most_tokens": 5}
    (written,) = ours.continue_texts(["The cat s"], **drawn)
    (wanted,) = own(wire, "/complete", texts=["The cat s"], mode="continue", **drawn)
    assert [vars(text) for text in written.continuations] == wanted["continuations"]
    assert (written.suggestions, written.model) == ([], offered.model)


def test_items_that_failed_are_told_beside_the_others(wire: Wire) -> None:
    with pytest.raises(ItemsFailedError, match="item 1: 2 values, this model needs at least 8") as caught:
        client(wire).forecast([VALUES, [1, 2], VALUES], 1)
    assert caught.value.errors.keys() == {1}
    assert isinstance(caught.value.results[1], ItemError)
    assert caught.value.results[2].mean
    with pytest.raises(ItemsFailedError, match="empty"):
        client(wire).sentiment([""])


def test_a_request_that_is_refused_says_why(wire: Wire) -> None:
    with pytest.raises(RefusedError, match="nosuch") as caught:
        client(wire).sentiment([MILK], model="nosuch")
    assert (caught.value.status, caught.value.kind) == (404, "no-such-model")
    with pytest.raises(RefusedError) as caught:
        client(wire).forecast([VALUES], 0)
    assert caught.value.errors[0][0] == "/horizon"
    with pytest.raises(TypeError, match="list of texts"):
        client(wire).sentiment(MILK)
    with pytest.raises(ValueError, match="Out of range float"):
        client(wire).forecast([[float("inf")]])


def test_a_key_is_sent(apps: Factory) -> None:
    guarded = Wire(apps(api_keys={hashlib.sha256(b"secret").hexdigest(): "anna"}))
    assert client(guarded, key="secret").sentiment([MILK])
    with pytest.raises(RefusedError, match="401"):
        client(guarded).sentiment([MILK])


def test_many_items_take_several_requests(apps: Factory) -> None:
    wire = Wire(apps(max_items=40))
    texts = [f"{MILK} {number}" for number in range(100)]
    found = client(wire).sentiment(texts)
    sizes = [request.content.count(MILK.encode()) for request in wire.sent]
    assert sizes == [100, 50, 25, 25, 50, 25, 25]  # halved until the service takes them
    wanted = own(Wire(apps()), "/sentiment", texts=texts)
    assert [one.label for one in found] == [one["label"] for one in wanted]


def test_parts_are_as_large_as_a_service_takes_by_default() -> None:
    from seqserve_client import methods

    sizes = [len(part.items) for part in methods.sentiment(["a"] * 2500).parts()]
    assert sizes == [1024, 1024, 452]
    parts = methods.sentiment(["a" * 2**20] * 20).parts()
    assert [len(part.items) for part in parts] == [7, 7, 6]
    assert all(len(part.body()) < 16 * 2**20 for part in parts)


def test_a_busy_service_is_asked_again_when_it_says(apps: Factory, pauses: list[float]) -> None:
    busy = httpx.Response(503, headers={"Retry-After": "3"}, json={"type": "x:queue-full", "detail": "come again"})
    wire = Wire(apps(), lambda number: busy if number < 3 else None)
    assert client(wire).sentiment([MILK])
    assert pauses == [3, 3]
    broken = httpx.Response(503, json={"type": "x:model-refused", "detail": "damaged"})
    wire = Wire(apps(), lambda number: broken)
    with pytest.raises(RefusedError, match="model-refused"):
        client(wire).sentiment([MILK])
    assert len(wire.sent) == 1
    wire = Wire(apps(), lambda number: busy)
    with pytest.raises(RefusedError, match="queue-full"):
        client(wire, retries=2).sentiment([MILK])
    assert len(wire.sent) == 3


def test_a_service_that_cannot_be_reached_is_tried_again(apps: Factory, pauses: list[float]) -> None:
    def lost(number: int) -> httpx.Response | None:
        if number < 3:
            raise httpx.ConnectError("refused")
        return None

    assert client(Wire(apps(), lost)).sentiment([MILK])
    assert len(pauses) == 2
    assert 0 < pauses[0] < pauses[1] * 2 < 2
    with pytest.raises(UnreachableError, match="no answer from http://seqserve"):
        client(Wire(apps(), lost), retries=1).sentiment([MILK])


def test_the_asynchronous_client_does_the_same(wire: Wire, pauses: list[float]) -> None:
    busy = httpx.Response(429, headers={"Retry-After": "1"})
    number = iter(range(100))

    async def carried(request: httpx.Request) -> httpx.Response:
        return busy if next(number) == 0 else await asyncio.to_thread(wire, request)

    async def ask() -> Any:
        async with AsyncClient("http://seqserve", transport=httpx.MockTransport(carried)) as asynchronous:
            return (
                await asynchronous.forecast([VALUES], 2, levels=[80], model="tiny", version="1"),
                await asynchronous.sentiment([MILK]),
                await asynchronous.translate([MILK], target="de"),
                await asynchronous.models(),
                await asynchronous.forecast(pd.DataFrame({"y": VALUES}), 1),
                await asynchronous.classify([[[1, 2], [3, 4]]]),
                await asynchronous.tag([MILK], mask=["email"]),
                await asynchronous.complete([MILK]),
                await asynchronous.continue_texts([MILK], most_tokens=3),
            )

    forecasts, labels, translations, models, frame, *others = asyncio.run(ask())
    same = client(wire)
    assert forecasts == same.forecast([VALUES], 2, levels=[80], model="tiny", version="1")
    assert (labels, translations) == (same.sentiment([MILK]), same.translate([MILK], target="de"))
    assert (models, len(frame), pauses) == (same.models(), 1, [1])
    assert others == [
        same.classify([[[1, 2], [3, 4]]]),
        same.tag([MILK], mask=["email"]),
        same.complete([MILK]),
        same.continue_texts([MILK], most_tokens=3),
    ]


@pytest.mark.parametrize("cls", [Client, AsyncClient])
def test_a_method_has_the_parameters_and_the_description_of_its_call(cls: type) -> None:
    parameters = inspect.signature(cls.classify).parameters
    assert list(parameters) == ["self", "sequences", "top", "explain", "model", "version"]
    assert "how many probabilities; none means all" in inspect.getdoc(cls.classify)


def test_the_package_needs_httpx_only() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert [requirement.partition(">")[0] for requirement in project["dependencies"]] == ["httpx"]
    imported = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.parse(path.read_text()).body:  # what is imported as soon as the package is
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(str(node.module).partition(".")[0])
    assert imported - set(sys.stdlib_module_names) == {"httpx", "seqserve_client"}

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path

import pytest

from seqserve.registry.store import Key, Store
from seqserve.registry.version_patterns import VersionPatterns
from service.errors import ColdError, RefusedError
from service.model_registry.loaded_models import Loaded, Registry
from service.model_registry.on_demand import chosen
from service.model_registry.reloader import LiveRegistry
from service.model_registry.residency import Policy
from testing import tiny

DEFAULT = Key("forecast", "tiny", "1")
ONLY_DEFAULTS = VersionPatterns.parse("defaults")


def other(number: int) -> Key:
    return Key("forecast", f"other-{number}", "1")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    tiny.publish(tmp_path)
    for number in range(3):
        tiny.publish(tmp_path, tiny.release(f"other-{number}", seed=number))
    Store(tmp_path).set_default("forecast", "tiny")
    return tmp_path


async def ask(live: LiveRegistry, key: Key, seconds: float = 60) -> Loaded:
    return await chosen(live, lambda registry: registry.resolve(key.task, key.name, None), seconds)


def loaded(live: LiveRegistry) -> set[Key]:
    return set(live.current.loaded)


def test_a_version_is_loaded_once_for_all_who_ask_at_the_same_time(root: Path) -> None:
    swaps: list[Registry] = []
    live = LiveRegistry(root, 1, Policy(load=ONLY_DEFAULTS), lambda after, before: swaps.append(after))
    assert loaded(live) == {DEFAULT}
    before = len(swaps)

    async def many() -> list[Loaded]:
        return await asyncio.gather(*(ask(live, other(0)) for _ in range(20)))

    found = asyncio.run(many())
    assert len({id(held.predictor) for held in found}) == 1
    assert len(swaps) == before + 1
    assert loaded(live) == {DEFAULT, other(0)}


def test_who_waits_too_long_is_told_and_the_version_is_still_loaded(root: Path) -> None:
    live = LiveRegistry(root, 1, Policy(load=ONLY_DEFAULTS))
    go = threading.Event()
    live._thread.submit(go.wait)
    with pytest.raises(ColdError, match="is being loaded; come again later"):
        asyncio.run(ask(live, other(0), seconds=0.01))
    go.set()
    assert asyncio.run(ask(live, other(0))).key == other(0)


def test_a_bad_version_is_refused_on_demand_and_its_neighbours_are_not(root: Path) -> None:
    (root / "forecast" / "other-0" / "1" / "model.onnx").write_bytes(b"damaged")
    live = LiveRegistry(root, 1, Policy(load=ONLY_DEFAULTS))
    with pytest.raises(RefusedError):
        asyncio.run(ask(live, other(0)))
    assert live.current.refused.keys() == {other(0)}
    assert asyncio.run(ask(live, other(1))).key == other(1)


def test_the_least_recently_used_versions_give_way_but_never_a_default(root: Path) -> None:
    size = next(iter(LiveRegistry(root, 1).current.loaded.values())).size
    live = LiveRegistry(root, 1, Policy(load=ONLY_DEFAULTS, max_bytes=int(3.5 * size)))
    for number in (0, 1, 0, 2):
        asyncio.run(ask(live, other(number)))
    assert loaded(live) == {DEFAULT, other(0), other(2)}
    assert asyncio.run(ask(live, other(1))).key == other(1)
    assert loaded(live) == {DEFAULT, other(1), other(2)}
    tiny.publish(root, tiny.release("new"))
    live.refresh()
    assert loaded(live) == {DEFAULT, other(1), other(2)}, "a change of the tree loads nothing again"


def test_what_needs_no_request_is_loaded_up_to_the_limit(root: Path) -> None:
    size = next(iter(LiveRegistry(root, 1).current.loaded.values())).size
    assert len(loaded(LiveRegistry(root, 1, Policy(max_bytes=int(2.5 * size))))) == 2
    assert loaded(LiveRegistry(root, 1, Policy(max_bytes=1))) == {DEFAULT}
    some = VersionPatterns.parse("forecast/other-[x],".replace("[x]", "1") + "forecast/other-2@canary")
    assert loaded(LiveRegistry(root, 1, Policy(load=some))) == {DEFAULT, other(1)}


def test_a_label_moves_only_once_its_version_is_in_memory(root: Path) -> None:
    live = LiveRegistry(root, 1, Policy(load=ONLY_DEFAULTS))
    asyncio.run(ask(live, other(0)))
    tiny.publish(root, tiny.release("other-0", seed=7))
    live.refresh()
    assert live.current.resolve("forecast", "other-0", None).key.version == "2"
    tiny.publish(root, tiny.failing(tiny.release("other-0", seed=8)))
    live.refresh()
    assert live.current.resolve("forecast", "other-0", None).key.version == "2"


def test_unreadable_neighbours_hold_up_no_release_and_no_start(root: Path) -> None:
    live = LiveRegistry(root, 1)
    (root / "forecast" / "loop").symlink_to("loop")
    (root / "sentiment").symlink_to("nowhere")
    labels = root / "forecast" / "other-1" / "labels.json"
    labels.unlink()
    os.mkfifo(labels)
    for number in range(50):
        tiny.publish(root, tiny.release(seed=number))
        live.refresh()
        assert live.current.resolve("forecast", None, None).key.version == str(number + 2)
    assert live.current.resolve("forecast", "other-1", None).key == other(1), "its labels stay as they were"
    named = {("forecast", "loop"), ("sentiment",), ("forecast", "other-1", "labels.json")}
    assert live.current.tree.unreadable.keys() == named
    again = LiveRegistry(root, 1)
    assert again.current.resolve("forecast", None, None).key.version == "51"
    assert again.current.tree.unreadable.keys() == named
    assert not again.current.is_ready(), "the default model of sentiment cannot be known"
    (root / "sentiment").unlink()
    assert LiveRegistry(root, 1).current.is_ready()

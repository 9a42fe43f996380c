from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest

from seqserve.registry.store import Key
from service.model_registry.loaded_models import Registry
from service.model_registry.reloader import LiveRegistry
from service.model_registry.residency import Policy
from testing import tiny

FIRST, SECOND = Key("forecast", "tiny", "1"), Key("forecast", "tiny", "2")


def test_it_serves_what_the_tree_holds_and_follows_it(tmp_path: Path) -> None:
    tiny.publish(tmp_path)
    live = LiveRegistry(tmp_path, 1)
    before = live.current
    assert before.loaded.keys() == {FIRST}
    assert live.refresh() is before, "nothing has changed"
    tiny.publish(tmp_path, tiny.release(seed=1))
    assert live.refresh().loaded.keys() == {FIRST, SECOND}
    assert before.loaded.keys() == {FIRST}, "a request keeps the state that it has"


def test_who_is_told_of_a_swap_hears_it_before_it_is_served(tmp_path: Path) -> None:
    tiny.publish(tmp_path)
    swaps: list[tuple[set[Key], bool]] = []
    holder: list[LiveRegistry] = []

    def on_swap(after: Registry, before: Registry) -> None:
        is_served = bool(holder) and holder[0].current is after
        swaps.append((set(after.loaded), is_served))

    live = LiveRegistry(tmp_path, 1, on_swap=on_swap)
    holder.append(live)
    live.refresh()
    tiny.publish(tmp_path, tiny.release(seed=1))
    live.refresh()
    assert not any(is_served for _, is_served in swaps)
    assert [swaps[0][0], {FIRST} in [keys for keys, _ in swaps], swaps[-1][0]] == [set(), True, {FIRST, SECOND}]


def test_a_tree_that_is_gone_does_not_stop_what_is_loaded(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    root = tmp_path / "models"
    tiny.publish(root)
    live = LiveRegistry(root, 1)
    shutil.rmtree(root)
    root.mkdir()
    for _ in range(2):
        assert live.refresh(retry=True).loaded.keys() == {FIRST}
    assert caplog.text.count("the models tree cannot be read") == 1, "said once"


def test_a_version_without_a_label_is_loaded_on_request(tmp_path: Path) -> None:
    for seed in range(3):
        tiny.publish(tmp_path, tiny.release(seed=seed))
    live = LiveRegistry(tmp_path, 1, Policy(keep=1))
    assert SECOND not in live.current.loaded
    assert SECOND in live.refresh(also=SECOND).loaded


def test_loading_and_unloading_are_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "service")
    tiny.publish(tmp_path)
    live = LiveRegistry(tmp_path, 1, Policy(keep=1))
    tiny.publish(tmp_path, tiny.release(seed=1))
    live.refresh()
    assert f"loaded: {SECOND}" in caplog.messages
    assert f"unloaded: {FIRST}" in caplog.messages


def test_an_empty_tree_is_an_error_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert not LiveRegistry(tmp_path, 1).current.loaded
    assert "no model to serve" in caplog.text


def test_a_task_without_a_default_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("tiny", "other"):
        tiny.publish(tmp_path, tiny.release(name))
    (tmp_path / "forecast" / "labels.json").unlink()  # as of two models that were copied here
    live = LiveRegistry(tmp_path, 1)
    live.refresh(retry=True)
    assert not live.current.is_ready()
    assert caplog.text.count("forecast has no default model; make it one of other, tiny") == 1


def test_what_goes_wrong_between_two_looks_stops_no_later_load(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for seed in range(3):
        tiny.publish(tmp_path, tiny.release(seed=seed))
    (tmp_path / "forecast" / "tiny" / "3" / "model.onnx").write_bytes(b"damaged")  # so an older one takes its place
    broken = {"metrics"}

    def on_swap(after: Registry, before: Registry) -> None:
        if broken and after.refused and after.served != before.served:
            raise RuntimeError("no metrics")

    live = LiveRegistry(tmp_path, 1, Policy(keep=1), on_swap)
    assert "could not be arranged anew" in caplog.text
    assert live.current.refused.keys() == {Key("forecast", "tiny", "3")}
    broken.clear()
    assert live.refresh().loaded.keys() == {SECOND}

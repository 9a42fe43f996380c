"""Versions come and go while the service runs."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from testing import tiny
from testing.live_models import ADMIN, NEVER, OFTEN, TOKEN, Site, eventually, flip, flip_network
from testing.service_process import running

pytestmark = pytest.mark.slow


def test_a_release_needs_no_restart(site: Site) -> None:
    before = site.ask().json()
    assert before["version"] == "1"
    site.publish(seed=1)
    eventually(lambda: site.served() == "2")
    assert site.ask().json()["forecasts"][0]["mean"] != before["forecasts"][0]["mean"]
    assert site.ask(version="1").json() == before
    assert site.service.metric("seqserve_model_info", model=site.name, version="2", label="stable") == 1


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (flip_network, "model.onnx has SHA-256"),
        (lambda version: (version / "scaler.json").unlink(), "it has no scaler.json"),
        (lambda version: (version / "manifest.json").unlink(), "it has no manifest.json"),
        (None, "answers its example 1 otherwise"),
    ],
)
def test_a_bad_version_leaves_what_is_served(site: Site, harm: Callable[[Path], object] | None, reason: str) -> None:
    expected = site.ask().json()
    if harm is None:
        site.publish_harmed(lambda version: None, tiny.failing(site.release()))
    else:
        site.publish_harmed(harm)
    site.write_label("stable", "2")
    eventually(lambda: "refused_labels" in site.model())
    found = site.model()
    assert (found["labels"], found["refused_labels"], found["version"]) == ({"stable": "1"}, {"stable": "2"}, "1")
    assert reason in found["versions"][1]["refused"]
    assert site.ask().json() == expected
    assert site.ask(version="2").status_code == 503
    assert site.service.client.get("/readyz").status_code == 200
    site.publish()
    eventually(lambda: site.served() == "3")
    assert site.logged(f"refused: forecast/{site.name} version 2") == 1


def test_a_version_that_is_mended_is_taken(site: Site) -> None:
    harmed = site.publish_harmed(flip_network)
    eventually(lambda: "refused" in site.model()["versions"][-1])
    flip_network(harmed)
    eventually(lambda: site.loaded() == ["1", "2"])


def test_what_is_labelled_outlives_its_files(site: Site) -> None:
    expected = site.ask().json()
    flip_network(site.versions / "1")
    eventually(lambda: site.logged(f"forecast/{site.name} version 1 is served from memory"))
    site.publish(seed=1, label=None)
    shutil.rmtree(site.versions / "1")
    eventually(lambda: "2" in site.loaded())
    assert site.ask().json() == expected
    assert site.loaded() == ["1", "2"]


def test_a_version_published_again_under_its_number_replaces_what_was_there(site: Site) -> None:
    site.publish(label=None)
    eventually(lambda: site.loaded() == ["1", "2"])
    before = site.ask(version="2").json()
    elsewhere = replace(site, models=site.models.with_name("again"))
    elsewhere.publish()
    elsewhere.publish(seed=5)
    shutil.rmtree(site.versions / "2")
    (elsewhere.versions / "2").rename(site.versions / "2")
    eventually(lambda: site.ask(version="2").is_success and site.ask(version="2").json() != before)
    eventually(lambda: site.logged(f"INFO loaded: forecast/{site.name} version 2") == 2)


def test_what_is_being_published_is_not_touched(site: Site) -> None:
    staging = site.versions / ".publishing-abc"
    staging.mkdir()
    (staging / "manifest.json").write_text("{")
    site.publish()
    eventually(lambda: site.served() == "2")
    assert not site.logged("publishing")


@pytest.mark.parametrize("content", ["{", "[]", '{"stable": 2}', None])
def test_labels_that_cannot_be_read_stay(site: Site, content: str | None) -> None:
    if content is None:
        site.labels.unlink()
    else:
        site.labels.write_text(content)
    site.publish(label=None)
    eventually(lambda: site.loaded() == ["1", "2"])
    assert site.served() == "1"
    site.labels.write_text('{"stable": "2"}')
    eventually(lambda: site.served() == "2")


def test_shares_that_cannot_be_read_stay(site: Site) -> None:
    site.publish(label=None)
    assert site.move("canary", "2", share=1).status_code == 200
    (site.versions / "shares.json").write_text("{")
    site.publish(label=None)
    eventually(lambda: "3" in site.loaded())
    assert site.served() == "2"


def test_a_tree_that_is_gone_for_a_while_stays_served(models: Path, tmp_path: Path) -> None:
    with running(models, tmp_path, **OFTEN) as service:
        site = Site(service, models)
        models.rename(models.with_name("gone"))
        eventually(lambda: site.logged("cannot be read"))
        models.mkdir()
        eventually(lambda: site.logged("there is no version in it"))
        assert site.served() == "1"
        assert service.client.get("/readyz").status_code == 200
        models.rmdir()
        models.with_name("gone").rename(models)
        site.publish()
        eventually(lambda: site.served() == "2")
        assert site.logged("there is no version in it") == 1


def test_removed_and_old_versions_are_unloaded(site: Site) -> None:
    for _ in range(4):
        site.publish(label=None)
    eventually(lambda: site.loaded() == ["1", "3", "4", "5"])
    old = site.ask(version="2")
    assert old.status_code == 404
    assert old.json()["type"].endswith("version-not-loaded")
    shutil.rmtree(site.versions / "5")
    eventually(lambda: site.loaded() == ["1", "2", "3", "4"])
    assert site.ask(version="5").status_code == 404
    site.write_label("stable", "4")
    eventually(lambda: site.loaded() == ["2", "3", "4"])
    gauges = [line for line in site.service.client.get("/metrics").text.splitlines() if f'"{site.name}"' in line]
    model = f'model="{site.name}",task="forecast"'
    assert sorted(line.split()[0] for line in gauges if line.startswith("seqserve_model_")) == [
        *(f'seqserve_model_created_timestamp_seconds{{{model},version="{version}"}}' for version in "234"),
        f'seqserve_model_info{{label="",{model},version="2"}}',
        f'seqserve_model_info{{label="",{model},version="3"}}',
        f'seqserve_model_info{{label="stable",{model},version="4"}}',
        *(f'seqserve_model_loaded_timestamp_seconds{{{model},version="{version}"}}' for version in "234"),
    ]


def test_a_removed_model_is_unloaded(site: Site) -> None:
    shutil.rmtree(site.versions)
    eventually(lambda: site.ask().status_code == 404)
    assert site.logged(f"unloaded: forecast/{site.name} version 1") == 1


def test_every_worker_sees_a_change_at_once(models: Path, tmp_path: Path) -> None:
    with running(models, tmp_path, WORKERS="2", SEQSERVE_ADMIN_TOKEN=TOKEN, **NEVER) as service:
        site = Site(service, models)
        eventually(lambda: site.logged("loaded: forecast/tiny version 1") == 2)
        workers = {worker.pid for worker in service.workers()}

        def both_serve(version: str) -> bool:
            return {site.served() for _ in range(20)} == {version}

        site.publish()
        assert both_serve("1")  # nobody looks until told
        answer = service.client.post("/models/refresh", headers=ADMIN)
        assert answer.json()["models"][0]["labels"] == {"stable": "2"}
        eventually(lambda: both_serve("2"))
        site.publish(label=None)
        assert site.move("stable", "3").status_code == 200
        eventually(lambda: both_serve("3"))
        site.publish()
        service.process.send_signal(signal.SIGHUP)
        eventually(lambda: both_serve("4"))
        loaded = [f"INFO loaded: forecast/tiny version {version}" for version in "234"]
        eventually(lambda: [site.logged(line) for line in loaded] == [2, 2, 2])
        assert {worker.pid for worker in service.workers()} == workers
        assert {service.metric("seqserve_model_info", version="4", label="stable") for _ in range(5)} == {1}
        assert service.metric("seqserve_model_info", label="stable") == 1


def test_two_workers_poll(models: Path, tmp_path: Path) -> None:
    with running(models, tmp_path, WORKERS="2", **OFTEN) as service:
        site = Site(service, models)
        site.publish()
        eventually(lambda: {site.served() for _ in range(20)} == {"2"})


def test_refresh_gives_what_was_refused_another_chance(site: Site) -> None:
    network = site.publish_harmed(flip_network) / "model.onnx"
    eventually(lambda: "refused" in site.model()["versions"][-1])
    assert site.service.client.post("/models/refresh", headers=ADMIN).status_code == 200
    assert site.loaded() == ["1"]
    assert site.logged(f"refused: forecast/{site.name} version 2") == 1
    changed = network.stat().st_mtime_ns
    flip(network)
    os.utime(network, ns=(changed, changed))  # as if it had only been unreadable for a moment
    assert site.service.client.post("/models/refresh", headers=ADMIN).status_code == 200
    assert site.loaded() == ["1", "2"]

"""Labels move, take shares of the traffic, and are the admin's while the service runs."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from seqserve.registry.store import Key, Store
from testing import tiny
from testing.live_models import ADMIN, OFTEN, TOKEN, Site, eventually, flip_network
from testing.service_process import CHECKOUT, running
from testing.tiny import translation as tiny_translation

pytestmark = pytest.mark.slow


def test_labels_moved_by_the_command_line_are_seen(site: Site) -> None:
    site.publish(label=None)
    label = [sys.executable, "-m", "seqserve", "--models", str(site.models), "models", "label", f"forecast/{site.name}"]
    subprocess.run([*label, "stable", "2"], cwd=CHECKOUT, check=True)
    eventually(lambda: site.served() == "2")
    subprocess.run([*label, "stable", "1"], cwd=CHECKOUT, check=True)
    eventually(lambda: site.served() == "1")


def test_a_label_is_moved_over_http(site: Site) -> None:
    site.publish(seed=1, label=None)
    moved = site.move("stable", "2")
    assert moved.status_code == 200
    assert moved.json() == site.model()
    assert (moved.json()["labels"], site.served()) == ({"stable": "2"}, "2")
    assert Store(site.models).labels("forecast", site.name) == {"stable": "2"}
    assert site.move("stable", "1").status_code == 200
    assert site.served() == "1"


def test_an_old_version_is_loaded_for_its_label(site: Site) -> None:
    for _ in range(5):
        site.publish()
    eventually(lambda: site.loaded() == ["4", "5", "6"])
    assert site.move("stable", "1").status_code == 200
    assert site.served() == "1"


def test_what_is_no_label_or_version_is_not_moved(site: Site) -> None:
    for label, body, status in [
        ("stable", {"version": "9"}, 404),
        ("default", {"version": "1"}, 409),
        ("7", {"version": "1"}, 409),
        ("stable", {"version": 1}, 422),
        ("stable", {}, 422),
        ("stable", [], 422),
        ("stable", {"version": "1", "share": 0.5}, 409),
        ("canary", {"version": "1", "share": 1.5}, 422),
        ("canary", {"version": "1", "share": True}, 422),
    ]:
        answer = site.put(label, body)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), body
    for path in ("/models/forecast/none/labels/stable", "/models/none/tiny/labels/stable"):
        assert site.service.client.put(path, json={"version": "1"}, headers=ADMIN).status_code == 404
    assert Store(site.models).labels("forecast", site.name) == {"stable": "1"}


def test_a_label_is_not_moved_to_what_should_not_serve(site: Site) -> None:
    site.publish(worse_than=["last value"], label=None)
    site.publish_harmed(flip_network)
    tiny.publish(site.models, tiny.failing(site.release()), label=None)
    worse, damaged, failing = (site.move("stable", version) for version in "234")
    assert [answer.status_code for answer in (worse, damaged, failing)] == [409] * 3
    assert '"even_if_worse": true' in worse.json()["detail"]
    assert "damaged" in damaged.json()["detail"]
    assert "example 1" in failing.json()["detail"]
    assert str(site.models) not in worse.text + damaged.text + failing.text
    assert site.served() == "1"
    assert site.move("stable", "2", even_if_worse=True).status_code == 200
    assert site.served() == "2"


def test_a_tree_that_cannot_be_written_is_said(site: Site) -> None:
    site.labels.with_name(".labels.json").mkdir()
    answer = site.move("canary", "1")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:seqserve:problem:tree-not-writable")
    assert str(site.models) not in answer.text


@pytest.mark.parametrize("authorization", [None, "Bearer guess", f"Basic {TOKEN}"])
def test_only_the_admin_changes_what_is_served(site: Site, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    refresh = site.service.client.post("/models/refresh", headers=headers)
    for answer in (site.put("stable", {"version": "1"}, headers), refresh):
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert not site.logged(TOKEN)


def test_without_a_token_nobody_does(models: Path, tmp_path: Path) -> None:
    with running(models, tmp_path) as service:
        assert Site(service, models).move("stable", "1").status_code == 403
        assert service.client.post("/models/refresh", headers=ADMIN).status_code == 403


def test_a_canary_takes_its_share(site: Site) -> None:
    site.publish(seed=1, label=None)
    moved = site.move("canary", "2", share=0.25).json()
    assert (moved["labels"], moved["shares"]) == ({"stable": "1", "canary": "2"}, {"canary": 0.25})
    counts = Counter(site.served() for _ in range(400))
    assert 50 < counts["2"] < 150  # 100, give or take six standard deviations
    assert {site.served(version="stable") for _ in range(20)} == {"1"}
    for version, asked in (("1", counts["1"] + 21), ("2", counts["2"])):  # one more was the fixture's
        labels = {"task": "forecast", "model": site.name, "version": version}
        assert site.service.metric("seqserve_items_total", outcome="ok", **labels) == asked
        assert site.service.metric("seqserve_prediction_duration_seconds_count", **labels) == asked
    assert site.move("canary", "2").json()["shares"] == {}
    assert {site.served() for _ in range(40)} == {"1"}


def test_a_canary_that_is_refused_takes_nothing(site: Site) -> None:
    site.publish(seed=1, label=None)
    assert site.move("canary", "2", share=1).status_code == 200
    assert {site.served() for _ in range(20)} == {"2"}
    site.publish_harmed(flip_network)
    site.write_label("canary", "3")
    eventually(lambda: "refused_labels" in site.model())
    assert {site.served() for _ in range(20)} == {"1"}
    assert site.served(version="canary") == "2"


def test_translations_are_shared_too_but_for_other_languages(tmp_path: Path) -> None:
    models = tmp_path / "models"
    tiny.publish(models, tiny_translation.release())
    tiny.publish(models, tiny_translation.release(seed=1), label=None)
    tiny.publish(models, tiny_translation.release(target="de"), label=None)
    with running(models, tmp_path, **OFTEN) as service:

        def versions(**asked: str) -> set[str]:
            return {service.translate(["I like milk."], **asked).json()["version"] for _ in range(30)}

        def canary(version: str) -> None:
            Store(models).label(Key("translation", "en-fr", version), "canary", share=0.5)
            wanted = {"stable": "1", "canary": version}
            eventually(lambda: service.client.get("/models/translation/en-fr").json()["labels"] == wanted)

        canary("2")
        assert versions(source="en", target="fr") == versions(model="en-fr") == {"1", "2"}
        canary("3")
        assert versions(source="en", target="fr") == {"1"}
        assert versions() == {"1", "3"}

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from testing.raw_http import answer, connected, post
from testing.service_process import CHECKOUT, Running, running
from testing.tree import tree

TOKEN = "the-admin-token-of-this-test"
ASKED = {
    "/forecast": {"series": [{"values": [1.0] * 8}]},
    "/forecast/tables": {"tables": [{"text": "body-hunter2\n1\n2\n"}]},
    "/forecast/actuals": {"items": [{"mean": [1.0], "actual": [1.0]}]},
    "/sentiment": {"texts": ["body-hunter2"]},
    "/translate": {"texts": ["body-hunter2"]},
}


def new_key(name: str) -> tuple[str, str]:
    """A key and its entry, as the command prints them."""
    found = subprocess.run(
        [sys.executable, "-m", "service", "new-key", name], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    key, entry = (line.split()[-1] for line in found.stdout.splitlines())
    assert entry.startswith(f"{name}:")
    assert key not in entry
    return key, entry


@pytest.fixture(scope="module")
def keys() -> dict[str, tuple[str, str]]:
    return {name: new_key(name) for name in ("shop", "lab")}


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory, keys: dict[str, tuple[str, str]]) -> Iterator[Running]:
    directory = tmp_path_factory.mktemp("locked")
    settings = {
        "SEQSERVE_API_KEYS": ", ".join(entry for _, entry in keys.values()),
        "SEQSERVE_ADMIN_TOKEN": TOKEN,
        "SEQSERVE_LOG_FORMAT": "json",
        "SEQSERVE_LOG_LEVEL": "debug",
    }
    with running(tree(directory / "models"), directory, **settings) as found:
        yield found


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize("name", ["shop", "lab"])
def test_each_key_opens_every_prediction_and_is_named_in_the_log(
    locked: Running, keys: dict[str, tuple[str, str]], path: str, name: str
) -> None:
    key, _ = keys[name]
    for headers in ({"Authorization": f"Bearer {key}"}, {"X-API-Key": key}):
        found = locked.client.post(path, json=ASKED[path], headers=headers)
        assert found.status_code == 200
        assert locked.logged(found.headers["x-request-id"])["caller"] == name


@pytest.mark.parametrize("path", ASKED)
def test_without_a_key_or_with_another_nothing_is_predicted(
    locked: Running, keys: dict[str, tuple[str, str]], path: str
) -> None:
    (key, entry), _ = keys.values()
    digest = entry.partition(":")[2]
    wrong = [{}, {"Authorization": f"Bearer {key}x"}, {"Authorization": f"Basic {key}"}, {"X-API-Key": digest}]
    wrong += [{"Authorization": f"Bearer {TOKEN}"}, {"Authorization": "Bearer"}, {"X-API-Key": "\u00e9"}]
    for headers in wrong:
        sent = {name: value.encode("latin-1") for name, value in headers.items()}
        found = locked.client.post(path, json=ASKED[path], headers=sent)
        assert found.status_code == 401
        assert found.json()["type"] == "urn:seqserve:problem:unauthorized"
        assert found.headers["www-authenticate"] == "Bearer"
        assert "caller" not in locked.logged(found.headers["x-request-id"])


def test_examples_which_are_taken_from_a_training_file_need_a_key(
    locked: Running, keys: dict[str, tuple[str, str]]
) -> None:
    path = "/models/forecast/tiny/examples/1"
    assert locked.client.get(path).status_code == 401
    assert locked.client.get(path, headers={"X-API-Key": keys["shop"][0]}).status_code == 200


def test_the_rest_needs_no_key(locked: Running) -> None:
    for path in ("/livez", "/readyz", "/metrics", "/models", "/docs", "/openapi.json"):
        assert locked.client.get(path).status_code == 200


def test_who_has_no_key_is_refused_before_the_body_is_sent(locked: Running) -> None:
    with connected(locked) as connection:
        head = post(body=b"x" * 1000)[:-1000]
        connection.sendall(head)
        assert answer(connection)[0] == 401


def test_nothing_secret_is_logged_even_at_debug_level(locked: Running, keys: dict[str, tuple[str, str]]) -> None:
    (key, _), _ = keys.values()
    locked.client.post("/sentiment", json={"texts": ["body-hunter2", 7]}, headers={"X-API-Key": key})
    locked.client.post("/sentiment", content=b'{"texts": "body-hunter2', headers={"X-API-Key": key})
    locked.client.post("/sentiment?text=query-hunter2", json={}, headers={"Authorization": "Bearer wrong-hunter2"})
    locked.client.post("/models/refresh", headers={"Authorization": f"Bearer {TOKEN}", "Cookie": "cookie-hunter2"})
    last = locked.client.get("/hunter2").headers["x-request-id"]
    assert locked.logged(last)["route"] == "none"
    log = locked.log.read_text()
    secrets = ["hunter2", TOKEN, *(key for key, _ in keys.values())]
    secrets += [entry.partition(":")[2] for _, entry in keys.values()]
    assert not [secret for secret in secrets if secret in log]


def test_the_description_has_the_keys(locked: Running) -> None:
    description = locked.client.get("/openapi.json").json()
    for path in ASKED:
        operation = description["paths"][path]["post"]
        assert "401" in operation["responses"]
        assert {"apiKeyHeader": []} in operation["security"]


@pytest.mark.parametrize(
    "wrong", ["sesame", "shop:sesame", "shop:", f"sesame!:{'0' * 64}", f"a:{'0' * 64},a:{'1' * 64}", f"a:{'0' * 64},"]
)
def test_a_malformed_entry_stops_the_start_and_is_not_told(wrong: str) -> None:
    for command in (["service"], ["bentoml", "serve", "service.service:SeqServe"]):
        found = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=CHECKOUT,
            env={**os.environ, "SEQSERVE_API_KEYS": wrong, "PORT": "1", "BENTOML_DO_NOT_TRACK": "True"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert found.returncode != 0
        assert "entry" in found.stderr
        assert "sesame" not in found.stdout + found.stderr
        if command == ["service"]:
            assert "api_keys" in found.stderr
            assert "Traceback" not in found.stderr


def test_a_name_that_cannot_be_configured_gets_no_key() -> None:
    found = subprocess.run(
        [sys.executable, "-m", "service", "new-key", "a,b"], cwd=CHECKOUT, capture_output=True, text=True
    )
    assert found.returncode == 2
    assert found.stdout == ""


def test_without_keys_none_is_needed(service: Running) -> None:
    found = service.client.post("/sentiment", json=ASKED["/sentiment"], headers={"X-API-Key": "any"})
    assert found.status_code == 200
    assert json.dumps(service.logged(found.headers["x-request-id"])).count("caller") == 0

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import make_url

from seqserve.prediction_log.address import parse
from service.settings import PREFIX, Settings

CHECKOUT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {"seqserve", "training"}

service = pytest.mark.parametrize("name", SERVICES)


def test_the_file_fits_the_schema_of_compose() -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]

    checked = subprocess.run(check, cwd=CHECKOUT, capture_output=True, text=True)

    assert checked.returncode == 0, checked.stdout + checked.stderr


@service
def test_every_image_is_pinned(name: str) -> None:
    image = SERVICES[name]["image"]

    assert re.fullmatch(r"[a-z/-]+:v?\d+(\.\d+){1,2}(@sha256:[0-9a-f]{64})?", image)


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_images_have_the_version_of_the_project(name: str) -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]

    assert SERVICES[name]["image"].endswith(f":{project['version']}")


@service
def test_every_service_is_limited_and_hardened(name: str) -> None:
    service = SERVICES[name]

    assert {"cpus", "memory", "pids"} <= service["deploy"]["resources"]["limits"].keys()
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"max-size", "max-file"} <= service["logging"]["options"].keys()


@service
def test_what_serves_is_started_again_and_a_job_is_not(name: str) -> None:
    assert SERVICES[name]["restart"] == ("no" if name == "training" else "unless-stopped")


@service
def test_what_serves_has_a_health_check(name: str) -> None:
    if name == "training":
        assert SERVICES[name]["healthcheck"] == {"disable": True}
    elif name in OURS:
        assert "HEALTHCHECK" in (CHECKOUT / SERVICES[name]["build"]["dockerfile"]).read_text()
    else:
        assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


@service
def test_nothing_but_the_service_can_be_published_beyond_loopback(name: str) -> None:
    published = SERVICES[name].get("ports", [])

    if name == "seqserve":
        assert published == ["${PUBLISH:-127.0.0.1}:${PORT:-3000}:3000"]
    else:
        assert all(port.startswith("127.0.0.1:") for port in published)


@service
def test_what_is_mounted_or_built_is_there(name: str) -> None:
    sources = [volume.split(":")[0] for volume in SERVICES[name]["volumes"] if isinstance(volume, str)]

    for source in sources:
        assert (CHECKOUT / source).is_dir() if source.startswith(".") else source in COMPOSE["volumes"]
    if name in OURS:
        assert (CHECKOUT / SERVICES[name]["build"]["dockerfile"]).is_file()


def test_the_database_of_the_log_is_where_the_example_says_and_only_asked_for() -> None:
    database = SERVICES["postgres"]
    given = database["environment"]
    example = (CHECKOUT / ".env.example").read_text()
    [address] = re.findall(r"^#SEQSERVE_PREDICTION_LOG=(.+)$", example, re.M)
    asked = make_url(parse(address).url)

    assert (asked.host, asked.username, asked.database) == ("postgres", given["POSTGRES_USER"], given["POSTGRES_DB"])
    assert asked.password == "PASSWORD"
    assert given["POSTGRES_PASSWORD"] == "${PREDICTION_LOG_PASSWORD:-}"
    assert database["profiles"] == ["log"]
    assert "ports" not in database


def test_what_the_image_is_built_with_is_there() -> None:
    [default] = re.findall(r"^ARG REQUIREMENTS=(\w+)$", _dockerfile("seqserve"), re.M)
    copied = re.findall(r"requirements/(\w+)\.txt", _dockerfile("seqserve"))

    assert SERVICES["seqserve"]["build"]["args"]["REQUIREMENTS"] == f"${{REQUIREMENTS:-{default}}}"
    assert {default, "objects", "predictions", "batch"} == set(copied)
    locked = (CHECKOUT / "requirements/predictions.txt").read_text()
    assert all(
        re.search(rf"^{name}(\[.*\])?==", locked, re.M) for name in ("sqlalchemy", "alembic", "psycopg", "sacrebleu")
    )


def test_training_writes_where_the_service_reads_and_as_the_same_user() -> None:
    users = {re.findall(r"^USER (\S+)$", _dockerfile(name), re.M)[-1] for name in OURS}

    assert all("models:/models" in SERVICES[name]["volumes"] for name in OURS)
    assert all("SEQSERVE_MODELS=/models" in _dockerfile(name) for name in OURS)
    assert users == {"10001:10001"}


def test_every_setting_reaches_the_service() -> None:
    own = {"host", "port", "models"}  # the image says these
    settings = {PREFIX + name.upper() for name in Settings.model_fields if name not in own | {"workers"}}

    passed_on = SERVICES["seqserve"]["environment"]

    assert passed_on.keys() == {"WORKERS", *settings}
    assert all(value is None or value.startswith(f"${{{name}:-") for name, value in passed_on.items())


def test_what_the_image_sets_is_not_taken_from_it() -> None:
    in_image = set(re.findall(r"(SEQSERVE_\w+)=", _dockerfile("seqserve")))
    without_a_value = {name for name, value in SERVICES["seqserve"]["environment"].items() if value is None}

    assert not in_image & without_a_value  # which Docker would unset


def test_no_secret_has_a_default_and_grafana_does_not_start_without_its_password() -> None:
    grafana = SERVICES["grafana"]["environment"]

    assert grafana["GF_SECURITY_ADMIN_PASSWORD"].startswith("${GRAFANA_ADMIN_PASSWORD:?")
    assert SERVICES["seqserve"]["environment"]["SEQSERVE_ADMIN_TOKEN"] is None
    assert SERVICES["seqserve"]["environment"]["SEQSERVE_API_KEYS"] is None


def test_the_example_of_an_environment_names_what_can_be_set_and_holds_no_secret() -> None:
    example = (CHECKOUT / ".env.example").read_text()
    compose = (CHECKOUT / "docker-compose.yml").read_text()
    named = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", example, re.M))
    defaults = dict(re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", compose))

    assert {name: named[name] for name in defaults} == defaults
    assert named["GRAFANA_ADMIN_PASSWORD"] == named["SEQSERVE_ADMIN_TOKEN"] == named["SEQSERVE_API_KEYS"] == ""
    assert ".env" in (CHECKOUT / ".gitignore").read_text().split()


def test_grafana_finds_its_dashboards_where_they_are_mounted() -> None:
    mounted = {volume.split(":")[1] for volume in SERVICES["grafana"]["volumes"]}
    provisioned = [
        provider["options"]["path"]
        for path in (CHECKOUT / "deploy/grafana/provisioning/dashboards").glob("*.y*ml")
        for provider in yaml.safe_load(path.read_text())["providers"]
    ]

    assert provisioned
    assert set(provisioned) <= mounted


def _dockerfile(name: str) -> str:
    return (CHECKOUT / SERVICES[name]["build"]["dockerfile"]).read_text()

from __future__ import annotations

import tomllib
from pathlib import Path

import yaml

from service.settings import PREFIX, Settings

CHECKOUT = Path(__file__).parents[2]
DEPLOYMENT, SERVICE = yaml.safe_load_all((CHECKOUT / "deploy/kubernetes/seqserve.yaml").read_text())
POD = DEPLOYMENT["spec"]["template"]["spec"]
[CONTAINER] = POD["containers"]


def test_the_deployment_and_the_service_mean_the_same_pods() -> None:
    labels = DEPLOYMENT["spec"]["template"]["metadata"]["labels"]

    assert (DEPLOYMENT["apiVersion"], DEPLOYMENT["kind"]) == ("apps/v1", "Deployment")
    assert (SERVICE["apiVersion"], SERVICE["kind"]) == ("v1", "Service")
    assert DEPLOYMENT["spec"]["selector"]["matchLabels"] == SERVICE["spec"]["selector"] == labels
    assert {port["targetPort"] for port in SERVICE["spec"]["ports"]} == {port["name"] for port in CONTAINER["ports"]}


def test_probes_ask_what_they_are_for() -> None:
    asked = {name: CONTAINER[name]["httpGet"]["path"] for name in CONTAINER if name.endswith("Probe")}

    assert asked == {"startupProbe": "/readyz", "readinessProbe": "/readyz", "livenessProbe": "/livez"}


def test_a_pod_has_no_more_rights_than_it_needs() -> None:
    assert POD["automountServiceAccountToken"] is False
    assert POD["securityContext"]["runAsNonRoot"] is True
    assert POD["securityContext"]["runAsUser"] == 10001
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {mount["name"] for mount in CONTAINER["volumeMounts"]} <= {volume["name"] for volume in POD["volumes"]}


def test_the_image_is_pinned_and_the_settings_are_ours() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    settings = {PREFIX + name.upper() for name in Settings.model_fields}

    assert CONTAINER["image"] == f"seqserve:{project['version']}"
    assert {variable["name"] for variable in CONTAINER["env"]} <= settings


def test_a_pod_is_given_the_time_that_stopping_takes() -> None:
    given = {variable["name"]: variable["value"] for variable in CONTAINER["env"]}
    told = Settings(drain_seconds=given["SEQSERVE_DRAIN_SECONDS"])

    assert POD["terminationGracePeriodSeconds"] > told.stop_seconds + 10

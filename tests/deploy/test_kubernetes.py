from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from seqserve.object_storage.address import Address, parse
from seqserve.registry.store import Store
from service.settings import PREFIX, Settings
from testing import tiny
from testing.manifests import COMPONENTS, KUBERNETES, Object, check, composed, kustomized, pods
from testing.service_process import CHECKOUT
from testing.tree import tree
from training.core import flags
from training.tasks import JOBS

FILES = sorted(path for path in KUBERNETES.rglob("*.yaml") if path.name != "kustomization.yaml")
WHOLE = [path for path in FILES if "labels" in yaml.safe_load(path.read_text())["metadata"]]
"""Those that are no patch."""
DEPLOYMENT, SERVICE, BUDGET, POLICY = (
    yaml.safe_load((KUBERNETES / "base" / f"{name}.yaml").read_text())
    for name in ("deployment", "service", "pod-disruption-budget", "network-policy")
)
POD = DEPLOYMENT["spec"]["template"]["spec"]
[CONTAINER] = POD["containers"]
[FILL] = yaml.safe_load((KUBERNETES / "components/shared-models/deployment.yaml").read_text())["spec"]["template"][
    "spec"
]["initContainers"]
CRON_JOB, RAY_JOB = (
    yaml.safe_load((KUBERNETES / f"components/{name}.yaml").read_text())
    for name in ("retraining/cron-job", "batch-scoring/ray-job")
)
JOB_PODS = [template["spec"] for job in (CRON_JOB, RAY_JOB) for template in pods(job)]
STEPS = {step["name"]: step for pod in JOB_PODS[:1] for step in [*pod["initContainers"], *pod["containers"]]}
"""Of retraining, by name and in their order."""
OVERLAYS = sorted((KUBERNETES / "overlays").iterdir())
LABELS = {"app.kubernetes.io/name": "seqserve", "app.kubernetes.io/instance": "seqserve"}


def test_every_file_is_part_of_something() -> None:
    listed = set()
    for path in KUBERNETES.rglob("kustomization.yaml"):
        content = yaml.safe_load(path.read_text())
        named = [*content.get("resources", []), *(patch["path"] for patch in content.get("patches", []))]
        listed |= {(path.parent / name).resolve() for name in named}
    assert set(FILES) == {path for path in listed if path.is_file()}


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_object_fits_its_schema(path: Path) -> None:
    check(yaml.safe_load(path.read_text()))


@pytest.mark.parametrize("folder", [KUBERNETES / "base", *OVERLAYS], ids=lambda path: path.name)
def test_what_kustomize_makes_fits_its_schemas(folder: Path) -> None:
    made = kustomized(folder)
    assert [found["kind"] for found in made if found["kind"] == "Deployment"]
    for found in made:
        check(found)


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_component_is_one_by_itself(component: str, tmp_path: Path) -> None:
    for found in composed([component], tmp_path):
        check(found)


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("base/deployment", {"spec": {"replica": 2}}),
        ("base/deployment", {"spec": {"replicas": "two"}}),
        ("base/network-policy", {"spec": {"policyTypes": "Egress"}}),
        ("components/keda/scaled-object", {"spec": {"maxReplicas": 3}}),
        ("components/retraining/cron-job", {"spec": {"shedule": "@daily"}}),
        ("components/batch-scoring/ray-job", {"spec": {"entryPoint": "true"}}),
        ("components/batch-scoring/ray-job", {"spec": {"submitterPodTemplate": {"spec": {"container": []}}}}),
        ("components/pod-monitor/pod-monitor", {"spec": {"podMetricsEndpoints": [{"prot": "http"}]}}),
    ],
)
def test_the_schemas_refuse_what_is_wrong(path: str, wrong: Object) -> None:
    content = deepcopy(yaml.safe_load((KUBERNETES / f"{path}.yaml").read_text()))
    content["spec"].update(wrong["spec"])
    with pytest.raises(ValueError, match="schema"):
        check(content)


def test_all_objects_mean_the_same_pods() -> None:
    selectors: list[Object] = [
        DEPLOYMENT["spec"]["selector"]["matchLabels"],
        DEPLOYMENT["spec"]["template"]["metadata"]["labels"],
        SERVICE["spec"]["selector"],
        SERVICE["metadata"]["labels"],
        BUDGET["spec"]["selector"]["matchLabels"],
        POLICY["spec"]["podSelector"]["matchLabels"],
        *(spread["labelSelector"]["matchLabels"] for spread in POD["topologySpreadConstraints"]),
    ]
    for kind in ("pod", "service"):
        monitor = yaml.safe_load((KUBERNETES / f"components/{kind}-monitor/{kind}-monitor.yaml").read_text())
        selectors.append(monitor["spec"]["selector"]["matchLabels"])
    assert all(selector == LABELS for selector in selectors)


def test_what_is_scraped_and_served_is_the_port_of_the_container() -> None:
    [port] = CONTAINER["ports"]
    monitors = [
        yaml.safe_load((KUBERNETES / f"components/{kind}-monitor/{kind}-monitor.yaml").read_text())["spec"]
        for kind in ("pod", "service")
    ]
    assert {port["targetPort"] for port in SERVICE["spec"]["ports"]} == {port["name"]}
    assert {port["name"] for port in SERVICE["spec"]["ports"]} == {monitors[1]["endpoints"][0]["port"]}
    assert monitors[0]["podMetricsEndpoints"][0]["port"] == port["name"]
    assert DEPLOYMENT["spec"]["template"]["metadata"]["annotations"]["prometheus.io/port"] == str(port["containerPort"])
    assert POLICY["spec"]["ingress"][0]["ports"] == [{"port": port["name"], "protocol": "TCP"}]


def test_probes_ask_what_they_are_for() -> None:
    asked = {name: CONTAINER[name]["httpGet"]["path"] for name in CONTAINER if name.endswith("Probe")}

    assert asked == {"startupProbe": "/readyz", "readinessProbe": "/readyz", "livenessProbe": "/livez"}


CONTAINERS = [
    CONTAINER,
    FILL,
    *(each for pod in JOB_PODS for each in [*pod.get("initContainers", []), *pod["containers"]]),
]


@pytest.mark.parametrize("container", CONTAINERS, ids=lambda container: container["name"])
def test_a_container_has_no_more_rights_than_it_needs(container: Object) -> None:
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["limits"]["memory"]


def test_a_pod_has_no_more_rights_than_it_needs() -> None:
    assert POD["automountServiceAccountToken"] is False
    assert POD["securityContext"]["runAsNonRoot"] is True
    assert POD["securityContext"]["runAsUser"] == POD["securityContext"]["fsGroup"] == 10001
    assert POD["securityContext"]["fsGroupChangePolicy"] == "OnRootMismatch"
    assert POLICY["spec"]["egress"] == []
    assert {mount["name"] for mount in CONTAINER["volumeMounts"]} <= {volume["name"] for volume in POD["volumes"]}


@pytest.mark.parametrize("pod", JOB_PODS, ids=["retraining", "submit", "head", "worker"])
def test_a_job_has_no_more_rights_than_the_service(pod: Object) -> None:
    assert pod["automountServiceAccountToken"] is False
    assert {**POD["securityContext"], **pod["securityContext"]} == POD["securityContext"]
    for container in [*pod.get("initContainers", []), *pod["containers"]]:
        assert {mount["name"] for mount in container["volumeMounts"]} <= {volume["name"] for volume in pod["volumes"]}


def test_no_job_is_part_of_the_base_or_an_overlay() -> None:
    for path in KUBERNETES.rglob("kustomization.yaml"):
        content = yaml.safe_load(path.read_text())
        used = {Path(component).name for component in content.get("components", [])}
        assert not used & {"retraining", "batch-scoring"}


def test_the_pods_of_jobs_get_no_requests() -> None:
    for template in [template for job in (CRON_JOB, RAY_JOB) for template in pods(job)]:
        labels = template.get("metadata", {}).get("labels", {})
        assert not SERVICE["spec"]["selector"].items() <= labels.items()


def test_the_steps_of_retraining_follow_each_other(tmp_path: Path) -> None:
    """The first is only parsed, since it takes minutes; the others are run as they stand on what it would publish."""
    assert list(STEPS) == ["train", "score", "label"]
    asked = vars(flags_of("forecast").parse_args(STEPS["train"]["args"][1:]))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sales.csv").write_text(
        "\n".join(["time,value", *(f"2024-03-{day:02},{day}" for day in range(1, 31))])
    )
    root = tmp_path / "volume" / "models"
    tiny.publish(root, tiny.release(asked["name"]), label=asked["release_as"])
    for name in ("score", "label"):
        step = STEPS[name]
        (models,) = [each["value"] for each in step["env"] if each["name"] == "SEQSERVE_MODELS"]
        words = [word.replace("/data/", f"{tmp_path}/data/") for word in [*step["command"], *step["args"]]]
        words = [word.replace("$(POD)", "pod-1") for word in words]
        environment = {**os.environ, "SEQSERVE_MODELS": models.replace("/volume", str(tmp_path / "volume"))}
        done = subprocess.run(
            [sys.executable, *words[1:]], env=environment, cwd=CHECKOUT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert Store(root).labels("forecast", "sales") == {"candidate": "1", "stable": "1"}
    assert list((tmp_path / "data" / "forecasts" / "pod-1").rglob("*.parquet"))
    assert STEPS["train"]["args"][:3] == ["forecast", "--csv", "/data/sales.csv"]


def flags_of(task: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    flags.add(parser, JOBS[task])
    return parser


def test_the_command_of_the_ray_job_is_one_and_its_ray_is_the_locked_one(tmp_path: Path) -> None:
    """Run as it stands, but for the storage and the cluster; `tests/seqserve/batch` has the cluster."""
    root, data = tree(tmp_path / "models"), tmp_path / "data" / "series"
    data.mkdir(parents=True)
    pd.DataFrame({"value": [float(step % 7) for step in range(60)]}).to_parquet(data / "a.parquet")
    entrypoint = RAY_JOB["spec"]["entrypoint"].replace("s3://data", str(tmp_path / "data"))
    program, *command = shlex.split(entrypoint.replace("--engine ray", "--engine local --workers 1"))
    assert (program, command[:2]) == ("python", ["-m", "seqserve"])
    environment = {**os.environ, "SEQSERVE_MODELS": str(root)}
    subprocess.run([sys.executable, *command], env=environment, cwd=CHECKOUT, check=True, capture_output=True)
    assert list((tmp_path / "data" / "forecasts").rglob("*.parquet"))
    locked = re.search(r"^ray(?:\[.*\])?==(\S+)", (CHECKOUT / "requirements/batch.txt").read_text(), re.M)
    assert locked
    assert RAY_JOB["spec"]["rayClusterSpec"]["rayVersion"] == locked[1]


def test_the_images_are_pinned_and_the_settings_are_ours() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    settings = {PREFIX + name.upper() for name in Settings.model_fields}
    objects = yaml.safe_load((KUBERNETES / "components/object-storage/deployment.yaml").read_text())
    [copying] = objects["spec"]["template"]["spec"]["containers"]

    assert CONTAINER["image"] == FILL["image"] == f"seqserve:{project['version']}"
    assert {step["image"] for step in STEPS.values()} == {f"seqserve-training:{project['version']}"}
    assert {each["image"] for pod in JOB_PODS[1:] for each in pod["containers"]} == {
        f"seqserve-batch:{project['version']}"
    }
    assert {variable["name"] for variable in [*CONTAINER["env"], *copying["env"]]} <= settings
    assert isinstance(parse(copying["env"][0]["value"]), Address)


def test_a_pod_is_given_the_time_that_stopping_takes() -> None:
    given = {variable["name"]: variable["value"] for variable in CONTAINER["env"]}
    told = Settings(drain_seconds=given["SEQSERVE_DRAIN_SECONDS"])

    assert POD["terminationGracePeriodSeconds"] > told.stop_seconds + 10


def test_the_autoscalers_ask_for_the_same() -> None:
    autoscaler = yaml.safe_load((KUBERNETES / "components/autoscaling/autoscaler.yaml").read_text())["spec"]
    scaled = yaml.safe_load((KUBERNETES / "components/keda/scaled-object.yaml").read_text())["spec"]
    queue, cpu = autoscaler["metrics"]

    assert queue["pods"]["metric"]["name"] in scaled["triggers"][0]["metadata"]["query"]
    assert queue["pods"]["target"]["averageValue"] == scaled["triggers"][0]["metadata"]["threshold"]
    assert str(cpu["resource"]["target"]["averageUtilization"]) == scaled["triggers"][1]["metadata"]["value"]
    assert autoscaler["minReplicas"] == scaled["minReplicaCount"] == DEPLOYMENT["spec"]["replicas"]
    assert autoscaler["maxReplicas"] == scaled["maxReplicaCount"]


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    return tree(tmp_path / "shipped")


def fill(shipped: Path, volume: Path, **options: Any) -> subprocess.Popen[bytes]:
    """Start the command of the init container."""
    assert {variable["name"] for variable in FILL["env"]} == {"SHIPPED", "SEQSERVE_MODELS"}
    environment = {**os.environ, "SHIPPED": str(shipped), "SEQSERVE_MODELS": str(volume / "models")}
    return subprocess.Popen(FILL["command"], env=environment, stderr=subprocess.DEVNULL, **options)


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_an_empty_volume_is_filled_once_by_many_that_start_at_once(shipped: Path, tmp_path: Path) -> None:
    volume = tmp_path / "volume"
    volume.mkdir()

    assert [process.wait(60) for process in [fill(shipped, volume) for _ in range(6)]] == [0] * 6
    assert files(volume / "models") == files(shipped)
    assert [path.name for path in volume.iterdir()] == ["models"]
    assert (volume / "models").stat().st_mode & 0o777 == 0o755


def test_what_is_in_a_volume_stays(shipped: Path, tmp_path: Path) -> None:
    (tmp_path / "models/forecast").mkdir(parents=True)

    assert fill(shipped, tmp_path).wait(60) == 0
    assert files(tmp_path / "models") == {}


def test_a_fill_that_fails_leaves_nothing_to_serve_and_is_done_again(shipped: Path, tmp_path: Path) -> None:
    volume = tmp_path / "volume"
    volume.mkdir()
    limited = shutil.which("prlimit")
    assert limited, "prlimit is part of util-linux"
    full = {"SHIPPED": str(shipped), "SEQSERVE_MODELS": str(volume / "models"), "PATH": os.environ["PATH"]}

    failed = subprocess.run([limited, "--fsize=1000", *FILL["command"]], env=full, stderr=subprocess.DEVNULL)

    assert failed.returncode != 0
    assert not (volume / "models").exists()
    assert fill(shipped, volume).wait(60) == 0
    assert files(volume / "models") == files(shipped)

"""The Kubernetes objects that deploy/ makes, and checks against the schemas of what takes them."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml
from cloudcoil.models.keda import v1alpha1 as keda
from cloudcoil.models.prometheus_operator import v1 as operator
from helm_python import Chart

from testing.service_process import CHECKOUT

KUBERNETES = CHECKOUT / "deploy" / "kubernetes"
CHART = CHECKOUT / "deploy" / "helm" / "seqserve"
COMPONENTS = sorted(path.name for path in (KUBERNETES / "components").iterdir())
OLDEST, NEWEST = "1.27", "1.37"
"""Versions of Kubernetes whose schemas are tried; the chart names the oldest."""
_CUSTOM: Mapping[str, Any] = {
    "ScaledObject": keda.ScaledObject,
    "PodMonitor": operator.PodMonitor,
    "ServiceMonitor": operator.ServiceMonitor,
}

_RAY_JOB = json.loads((Path(__file__).parent / "schemas" / "rayjob.json").read_text())

Object = dict[str, Any]


def kustomized(folder: Path) -> list[Object]:
    """What `kubectl kustomize` makes of a folder; skips the test where there is no kubectl."""
    program = shutil.which("kubectl")
    if program is None:
        pytest.skip("kubectl is missing")
    built = subprocess.run([program, "kustomize", str(folder)], capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    assert not built.stderr
    return list(yaml.safe_load_all(built.stdout))


def composed(components: Sequence[str], directory: Path) -> list[Object]:
    """The base with components."""
    shutil.copytree(KUBERNETES, directory / "kubernetes")
    overlay = directory / "kubernetes" / "overlays" / "tried"
    overlay.mkdir()
    listed = [f"../../components/{component}" for component in components]
    content = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": ["../../base"],
        "components": listed,
    }
    (overlay / "kustomization.yaml").write_text(yaml.safe_dump(content))
    return kustomized(overlay)


def rendered(values: Object, name: str = "seqserve", namespace: str = "default") -> list[Object]:
    """What the chart makes of values."""
    manifests = Chart.load(CHART).render(values, name=name, namespace=namespace)
    return [found for text in manifests.values() for found in yaml.safe_load_all(text) if found]


def check(wanted: Object) -> None:
    """Check an object against the schemas of Kubernetes, or of the operator that takes it.

    Raises:
        ValueError: it does not fit.
    """
    if wanted["kind"] == "RayJob":
        _check_ray_job(wanted)
        return
    if wanted["kind"] in _CUSTOM:
        model = _CUSTOM[wanted["kind"]].model_validate(wanted)
        if model.model_dump(by_alias=True, exclude_unset=True, mode="json") != wanted:  # what is not known is left out
            raise ValueError(f"the schema of {wanted['kind']} does not know all of {wanted}")
        return
    for version in (OLDEST, NEWEST):
        try:
            kubernetes_validate.validate(wanted, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            raise ValueError(f"{wanted['kind']} does not fit the schema of {version}: {error.message}") from None


def pods(wanted: Object) -> list[Object]:
    """The templates of pods of an object, in its order."""
    if wanted["kind"] == "CronJob":
        return [wanted["spec"]["jobTemplate"]["spec"]["template"]]
    if wanted["kind"] == "RayJob":
        cluster = wanted["spec"]["rayClusterSpec"]
        groups = [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]
        return [wanted["spec"]["submitterPodTemplate"], *(group["template"] for group in groups)]
    return [wanted["spec"]["template"]]


def _check_ray_job(wanted: Object) -> None:
    try:
        jsonschema.validate(wanted, _RAY_JOB)
    except jsonschema.ValidationError as error:
        raise ValueError(f"RayJob does not fit the schema of KubeRay: {error.message}") from None
    for template in pods(wanted):
        check({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "pod"}, **template})

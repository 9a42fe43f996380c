"""The chart, rendered by Helm itself, is what Kustomize makes of the same files."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from helm_python import Chart, HelmError, chart

from testing.manifests import CHART, OLDEST, Object, check, composed, pods, rendered
from testing.service_process import CHECKOUT

COMBINATIONS: dict[tuple[str, ...], Object] = {
    (): {},
    ("shared-models",): {"models": {"from": "volume"}},
    ("object-storage",): {"models": {"from": "objects"}},
    ("autoscaling",): {"autoscaling": {"by": "hpa"}},
    ("keda",): {"autoscaling": {"by": "keda"}},
    ("pod-monitor",): {"monitor": "pod"},
    ("service-monitor",): {"monitor": "service"},
    ("batch-scoring",): {"batchScoring": {"enabled": True}},
    ("shared-models", "retraining"): {"models": {"from": "volume"}, "retraining": {"enabled": True}},
    ("shared-models", "autoscaling", "pod-monitor"): {
        "models": {"from": "volume"},
        "autoscaling": {"by": "hpa"},
        "monitor": "pod",
    },
    ("object-storage", "keda", "service-monitor"): {
        "models": {"from": "objects"},
        "autoscaling": {"by": "keda"},
        "monitor": "service",
    },
}
VALUES: Object = {
    "image": {"repository": "registry.example.org/seqserve", "digest": f"sha256:{'0' * 64}", "pullSecrets": ["pull"]},
    "replicas": 5,
    "resources": {"limits": {"memory": "2Gi"}},
    "environment": {"WORKERS": "2", "SEQSERVE_DRAIN_SECONDS": "9"},
    "secret": "keys",
    "serviceAccount": "reader",
}


def by_kind(objects: list[Object]) -> dict[str, Object]:
    found = {wanted["kind"]: wanted for wanted in objects}
    assert len(found) == len(objects)
    return found


def ordered(content: Any) -> Any:
    """The same with the lists of named things in the order of their names."""
    if isinstance(content, dict):
        return {key: ordered(value) for key, value in content.items()}
    if isinstance(content, list):
        values = [ordered(value) for value in content]
        return sorted(values, key=lambda value: value["name"]) if all("name" in one for one in values) else values
    return content


def test_the_chart_is_one_for_helm() -> None:
    found = chart.lint(CHART, strict=True)
    assert found["errors"] == []
    assert [message["error"] for message in found["messages"]] == ["icon is recommended"]


def test_the_chart_has_the_version_of_the_project() -> None:
    content = yaml.safe_load((CHART / "Chart.yaml").read_text())
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    assert content["version"] == content["appVersion"] == project["version"]
    assert content["kubeVersion"] == f">={OLDEST}.0-0"


@pytest.mark.parametrize("components", COMBINATIONS, ids="+".join)
def test_the_chart_makes_what_kustomize_makes(components: tuple[str, ...], tmp_path: Path) -> None:
    made = by_kind(rendered(COMBINATIONS[components]))
    for wanted in made.values():
        assert wanted["metadata"]["labels"].pop("app.kubernetes.io/managed-by") == "Helm"
    assert ordered(made) == ordered(by_kind(composed(components, tmp_path)))


@pytest.mark.parametrize("components", COMBINATIONS, ids="+".join)
def test_what_the_chart_makes_of_other_values_fits_its_schemas(components: tuple[str, ...]) -> None:
    for wanted in rendered({**COMBINATIONS[components], **VALUES}, name="mine", namespace="shop"):
        check(wanted)
        assert wanted["metadata"]["name"] == "mine"


def test_two_installations_do_not_share_pods() -> None:
    values = {"models": {"from": "volume"}, "autoscaling": {"by": "hpa"}, "monitor": "pod"}
    text = yaml.safe_dump_all(rendered(values, name="mine"))
    assert "app.kubernetes.io/instance: seqserve" not in text
    assert "claimName: mine" in text
    made = by_kind(rendered(values, name="mine"))
    assert made["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]["name"] == "mine"


def test_values_reach_the_pods() -> None:
    pod = by_kind(rendered({**VALUES, "models": {"from": "volume"}}))["Deployment"]["spec"]["template"]["spec"]
    [service] = pod["containers"]
    image = f"registry.example.org/seqserve@sha256:{'0' * 64}"
    environment = {variable["name"]: variable["value"] for variable in service["env"]}
    assert {container["image"] for container in [service, *pod["initContainers"]]} == {image}
    assert environment == {"SEQSERVE_MODELS": "/volume/models", "SEQSERVE_DRAIN_SECONDS": "9", "WORKERS": "2"}
    assert service["envFrom"] == [{"secretRef": {"name": "keys", "optional": True}}]
    assert service["resources"] == {"requests": {"cpu": "1", "memory": "640Mi"}, "limits": {"memory": "2Gi"}}
    assert (pod["serviceAccountName"], pod["imagePullSecrets"]) == ("reader", [{"name": "pull"}])
    assert by_kind(rendered(VALUES))["Deployment"]["spec"]["replicas"] == 5


def test_values_reach_the_volume_the_autoscaler_and_the_policy() -> None:
    made = by_kind(rendered({"models": {"from": "volume", "size": "20Gi", "storageClass": "nfs"}}))
    assert made["PersistentVolumeClaim"]["spec"]["storageClassName"] == "nfs"
    assert made["PersistentVolumeClaim"]["spec"]["resources"]["requests"]["storage"] == "20Gi"
    made = by_kind(rendered({"models": {"from": "volume", "claim": "theirs"}}))
    assert "PersistentVolumeClaim" not in made
    volumes = made["Deployment"]["spec"]["template"]["spec"]["volumes"]
    assert {"name": "models", "persistentVolumeClaim": {"claimName": "theirs"}} in volumes
    scaling = {"by": "keda", "least": 3, "most": 7, "queueItems": 8, "cpu": 60, "prometheus": "http://p:9090"}
    scaled = by_kind(rendered({"autoscaling": scaling}, namespace="shop"))["ScaledObject"]["spec"]
    assert (scaled["minReplicaCount"], scaled["maxReplicaCount"]) == (3, 7)
    assert scaled["triggers"][0]["metadata"] == {
        "serverAddress": "http://p:9090",
        "query": 'sum(max_over_time(seqserve_queue_items{namespace="shop"}[1m]))',
        "threshold": "8",
    }
    assert scaled["triggers"][1]["metadata"] == {"value": "60"}
    made = by_kind(rendered({"autoscaling": {**scaling, "by": "hpa"}, "networkPolicy": False}))
    queue, cpu = made["HorizontalPodAutoscaler"]["spec"]["metrics"]
    assert queue["pods"]["target"]["averageValue"] == "8"
    assert cpu["resource"]["target"]["averageUtilization"] == 60
    assert "NetworkPolicy" not in made


def test_values_reach_the_jobs() -> None:
    image = {"repository": "registry.example.org/jobs", "digest": f"sha256:{'1' * 64}"}
    retraining = {
        "enabled": True,
        "schedule": "@weekly",
        "image": image,
        "claim": "tables",
        "train": ["forecast", "--csv", "/data/other.csv"],
        "label": ["forecast/other", "canary", "candidate"],
    }
    batch = {"enabled": True, "image": image, "entrypoint": "python -m seqserve batch tag", "workers": 5}
    values = {**VALUES, "retraining": retraining, "batchScoring": batch}
    made = by_kind(rendered({**values, "models": {"from": "volume", "claim": "theirs"}}, name="mine"))
    cron, ray = made["CronJob"], made["RayJob"]
    (pod,) = (template["spec"] for template in pods(cron))
    assert cron["spec"]["schedule"] == "@weekly"
    train, score = pod["initContainers"]
    (label,) = pod["containers"]
    assert (train["args"], label["args"]) == (retraining["train"], retraining["label"])
    assert score["args"][0] == "forecast"
    claims = {volume["name"]: volume.get("persistentVolumeClaim", {}).get("claimName") for volume in pod["volumes"]}
    assert (claims["models"], claims["data"]) == ("theirs", "tables")
    assert ray["spec"]["entrypoint"] == batch["entrypoint"]
    assert [ray["spec"]["rayClusterSpec"]["workerGroupSpecs"][0][name] for name in ("replicas", "maxReplicas")] == [
        5,
        5,
    ]
    for template in [*pods(cron), *pods(ray)]:
        spec = template["spec"]
        containers = [*spec.get("initContainers", []), *spec["containers"]]
        assert {container["image"] for container in containers} == {f"registry.example.org/jobs@{image['digest']}"}
        assert (spec["serviceAccountName"], spec["imagePullSecrets"]) == ("reader", [{"name": "pull"}])
    for template in pods(ray)[1:]:
        assert template["spec"]["containers"][0]["envFrom"] == [{"secretRef": {"name": "keys", "optional": True}}]
    for wanted in (cron, ray):
        check(wanted)


def test_the_pods_may_reach_the_database_of_a_log() -> None:
    for base in ({}, {"models": {"from": "objects"}}):
        policy = by_kind(rendered({**base, "egressPorts": [5432]}))["NetworkPolicy"]
        check(policy)
        assert len(policy["spec"]["egress"]) == 1 + len(base)
        assert [port["port"] for port in policy["spec"]["egress"][-1]["ports"]] == [5432, 53, 53]


def test_retraining_publishes_to_an_object_storage_too() -> None:
    values = {"models": {"from": "objects", "address": "s3://ours/models"}, "retraining": {"enabled": True}}
    cron = by_kind(rendered(values, name="mine"))["CronJob"]
    check(cron)
    ((spec),) = (template["spec"] for template in pods(cron))
    assert [volume["name"] for volume in spec["volumes"]] == ["data", "work", "tmp"]
    assert spec["volumes"][0]["persistentVolumeClaim"] == {"claimName": "mine-data"}
    for step in [*spec["initContainers"], *spec["containers"]]:
        assert {"name": "SEQSERVE_MODELS", "value": "s3://ours/models"} in step["env"]
        assert step["envFrom"] == [{"secretRef": {"name": "mine", "optional": True}}]
        assert "models" not in {mount["name"] for mount in step["volumeMounts"]}


def test_retraining_needs_somewhere_to_publish() -> None:
    with pytest.raises(HelmError, match=r"models\.from"):
        rendered({"retraining": {"enabled": True}})


@pytest.mark.parametrize(
    "values",
    [
        {"retraining": {"image": {"digest": "latest"}}},
        {"batchScoring": {"workers": 0}},
        {"models": {"from": "disk"}},
        {"models": {"from": "objects", "address": "s3://key:secret@releases"}},
        {"image": {"digest": "latest"}},
        {"replica": 3},
    ],
)
def test_values_that_mean_nothing_are_refused(values: Object) -> None:
    with pytest.raises(HelmError):
        Chart.load(CHART).validate_schema(values)


def test_a_package_of_the_chart_holds_all_that_it_needs(tmp_path: Path) -> None:
    packed = chart.package(CHART, destination=tmp_path)
    made = Chart.load(packed).render({}, name="seqserve", namespace="default")
    assert [found for text in made.values() for found in yaml.safe_load_all(text) if found] == rendered({})

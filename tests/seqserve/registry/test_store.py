import shutil
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from seqserve.errors import ArtifactError, LabelError, NotFoundError
from seqserve.registry import files
from seqserve.registry.label_files import LABELS, SHARES
from seqserve.registry.store import Key, Store
from testing import tiny


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    tiny.publish(root, tiny.release("other"), label=None)
    tiny.publish(root)
    tiny.publish(root)
    return root


@pytest.fixture
def store(tmp_path: Path, published: Path) -> Store:
    """forecast/other version 1, and forecast/tiny versions 1 and 2, of which 2 is stable."""
    return Store(Path(shutil.copytree(published, tmp_path / "models")))


def tiny_version(version: str) -> Key:
    return Key("forecast", "tiny", version)


def test_the_tree_is_listed(store: Store) -> None:
    assert store.tasks() == ["forecast"]
    assert store.names("forecast") == ["other", "tiny"]
    assert store.versions("forecast", "tiny") == ["1", "2"]
    assert list(map(str, store.released())) == [
        "forecast/other version 1",
        "forecast/tiny version 1",
        "forecast/tiny version 2",
    ]
    assert store.labels("forecast", "tiny") == {"stable": "2"}


def test_versions_are_listed_by_number(store: Store) -> None:
    for _ in range(8):
        tiny.publish(store.root, label=None)
    assert store.versions("forecast", "tiny") == [str(number) for number in range(1, 11)]


def test_what_is_no_version_is_not_listed(store: Store) -> None:
    model = store.root / "forecast" / "tiny"
    for name in (".publishing-x", "0", "01", "1.0", "-1", "x", "2000000000", "٣"):
        (model / name).mkdir()
    (model / "7").write_text("a file")
    (store.root / "forecast" / "Empty").mkdir()
    (store.root / "forecast" / "empty").mkdir()
    (store.root / "README.md").touch()
    assert store.versions("forecast", "tiny") == ["1", "2"]
    assert store.names("forecast") == ["other", "tiny"]


@pytest.mark.parametrize("name", ["..", "../forecast", "../../etc", "a" * 5000, "", "a\0b", "Tiny", "/"])
def test_no_name_leads_out_of_the_tree(store: Store, name: str) -> None:
    assert store.versions("forecast", name) == store.versions(name, "tiny") == []
    assert store.names(name) == []
    assert store.default(name) is None
    for task, model in ((name, "tiny"), (name, None), ("forecast", name or "x")):
        with pytest.raises(NotFoundError):
            store.resolve(task, model)


def test_a_tree_that_is_not_there_is_empty(tmp_path: Path) -> None:
    store = Store(tmp_path / "nowhere")
    assert (store.tasks(), store.names("forecast"), store.released()) == ([], [], [])
    with pytest.raises(NotFoundError, match="no model for forecast"):
        store.resolve("forecast")


def test_a_request_means_the_stable_version_unless_it_says_otherwise(store: Store) -> None:
    assert store.resolve("forecast", "tiny") == tiny_version("2")
    assert store.resolve("forecast", "tiny", "1") == tiny_version("1")
    store.label(tiny_version("1"), "canary")
    assert store.resolve("forecast", "tiny", "canary") == tiny_version("1")


def test_a_path_names_a_task_a_model_and_perhaps_a_version(store: Store) -> None:
    assert store.resolve_path("forecast/tiny@1") == tiny_version("1")
    assert store.resolve_path("forecast/tiny") == store.resolve_path("forecast/tiny@stable") == tiny_version("2")
    with pytest.raises(ValueError, match="'tiny' names no model; write task/name or task/name@version"):
        store.resolve_path("tiny")


def test_a_model_of_a_task_is_stated_with_its_version_or_without_or_not_at_all(store: Store) -> None:
    for stated in ("tiny@1", "forecast/tiny@1"):
        assert store.resolve_stated("forecast", stated) == tiny_version("1")
    assert store.resolve_stated("forecast", "tiny") == tiny_version("2")
    assert store.resolve_stated("forecast", None) == store.resolve("forecast")


def test_the_default_is_the_only_stable_model_or_the_one_that_is_made_so(store: Store, tmp_path: Path) -> None:
    assert store.resolve("forecast") == tiny_version("2")
    (store.root / "forecast" / "other" / LABELS).write_text('{"stable": "1"}')
    with pytest.raises(NotFoundError, match="name one of: other, tiny"):
        store.resolve("forecast")
    (store.root / "forecast" / "other" / LABELS).write_text("[")  # it may be stable
    assert store.default("forecast") is None
    store.set_default("forecast", "tiny")
    assert store.default("forecast") == "tiny"
    assert store.resolve("forecast") == tiny_version("2")
    alone = Store(tmp_path / "alone")
    key = tiny.publish(alone.root)
    assert alone.resolve("forecast") == key


@pytest.mark.parametrize(
    ("task", "name", "version", "message"),
    [
        ("weather", "tiny", None, "no model for weather; tasks that have one: forecast"),
        ("forecast", "big", None, "no model 'big'; there are: other, tiny"),
        ("forecast", "tiny", "3", "no version or label '3'; versions: 1, 2; labels: stable"),
        ("forecast", "tiny", "canary", "no version or label 'canary'"),
        ("forecast", "", None, "no model ''; there are: other, tiny"),
        ("forecast", "tiny", "", "no version or label ''"),
        ("forecast", "other", None, "no version or label 'stable'; versions: 1; labels: none"),
    ],
)
def test_what_is_not_there_is_answered_with_what_is(
    store: Store, task: str, name: str, version: str | None, message: str
) -> None:
    with pytest.raises(NotFoundError, match=message):
        store.resolve(task, name, version)


def test_a_model_that_becomes_stable_takes_the_default_from_no_other(store: Store, tmp_path: Path) -> None:
    store.label(Key("forecast", "other", "1"), "canary")
    assert store.labelled_default("forecast") is None
    store.label(Key("forecast", "other", "1"), "stable", even_if_worse=True)
    assert store.labelled_default("forecast") == "tiny"
    store.set_default("forecast", "other")
    tiny.publish(store.root, tiny.release("third"))
    assert store.default("forecast") == "other"
    fresh = Store(tmp_path / "fresh")
    tiny.publish(fresh.root, label=None)  # which cannot answer
    tiny.publish(fresh.root, tiny.release("other"))
    assert fresh.labelled_default("forecast") is None
    assert fresh.default("forecast") == "other"


def test_only_a_model_that_serves_is_made_the_default(store: Store) -> None:
    for name in ("big", "other"):
        with pytest.raises(NotFoundError):
            store.set_default("forecast", name)
    assert store.default("forecast") == "tiny"


def test_a_label_moves_forth_and_back(store: Store) -> None:
    store.label(tiny_version("1"), "stable")
    assert store.resolve("forecast", "tiny") == tiny_version("1")
    store.label(tiny_version("2"), "stable")
    assert store.resolve("forecast", "tiny") == tiny_version("2")
    assert [path.name for path in (store.root / "forecast" / "tiny").iterdir() if path.is_file()] == [LABELS]


def test_a_label_keeps_the_others(store: Store) -> None:
    store.label(tiny_version("1"), "canary")
    assert store.labels("forecast", "tiny") == {"canary": "1", "stable": "2"}


@pytest.mark.parametrize("label", ["", "1", "42", "Stable", "../x", "a b", "x" * 65])
def test_what_is_no_label(store: Store, label: str) -> None:
    with pytest.raises(LabelError, match="is no label"):
        store.label(tiny_version("1"), label)
    assert store.labels("forecast", "tiny") == {"stable": "2"}


def test_no_label_points_at_a_version_that_is_missing_or_damaged(store: Store) -> None:
    (store.root / "forecast" / "tiny" / "1" / "model.onnx").write_bytes(b"")
    for version in ("1", "9"):
        with pytest.raises(ArtifactError):
            store.label(tiny_version(version), "stable")
    with pytest.raises(ArtifactError):
        store.label(Key("forecast", "big", "1"), "stable")
    assert store.labels("forecast", "tiny") == {"stable": "2"}


def test_a_version_that_loses_to_a_baseline_is_stable_only_on_demand(store: Store) -> None:
    worse = tiny.publish(store.root, tiny.release(worse_than=["last value", "seasonal naive"]), label=None)
    with pytest.raises(LabelError, match=r"worse than last value, seasonal naive.*--even-if-worse"):
        store.label(worse, "stable")
    assert store.labels("forecast", "tiny") == {"stable": "2"}
    store.label(worse, "canary")
    store.label(worse, "stable", even_if_worse=True)
    assert store.labels("forecast", "tiny") == {"canary": "3", "stable": "3"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "must map labels to strings"),
        (b'{"stable": 2}', "must map labels to strings"),
        (b'{"stable": null}', "must map labels to strings"),
    ],
)
def test_damaged_labels_are_named(store: Store, content: bytes, message: str) -> None:
    (store.root / "forecast" / "tiny" / LABELS).write_bytes(content)
    (store.root / "forecast" / LABELS).write_bytes(content)
    for action in (
        lambda: store.labels("forecast", "tiny"),
        lambda: store.default("forecast"),
        lambda: store.resolve("forecast", "tiny"),
        lambda: store.label(tiny_version("1"), "stable"),
    ):
        with pytest.raises(ArtifactError, match=rf"labels\.json.*{message}"):
            action()
    assert (store.root / "forecast" / "tiny" / LABELS).read_bytes() == content


def test_labels_that_cannot_be_read_are_named(store: Store) -> None:
    (store.root / "forecast" / "tiny" / LABELS).unlink()
    (store.root / "forecast" / "tiny" / LABELS).mkdir()
    with pytest.raises(ArtifactError, match=r"tiny/labels\.json cannot be read"):
        store.labels("forecast", "tiny")


def test_a_write_that_fails_leaves_the_labels_as_they_were(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write", full)
    with pytest.raises(OSError, match="No space left"):
        store.label(tiny_version("1"), "stable")
    assert store.labels("forecast", "tiny") == {"stable": "2"}
    monkeypatch.undo()
    store.label(tiny_version("1"), "stable")
    assert store.labels("forecast", "tiny") == {"stable": "1"}


def test_metrics_that_are_no_object_are_named(store: Store) -> None:
    release = tiny.release()
    key = tiny.publish(store.root, replace(release, files={**release.files, "metrics.json": b"[]"}), label=None)
    with pytest.raises(ArtifactError, match=r"metrics\.json"):
        store.label(key, "stable")


def _label(root: Path, label: str, start: Barrier) -> None:
    start.wait()
    for number in range(100):
        Store(root).label(tiny_version("1"), f"{label}-{number}")


def test_two_that_label_at_once_keep_each_others_labels(store: Store) -> None:
    processes = get_context("spawn")
    start = processes.Barrier(2)
    jobs = [processes.Process(target=_label, args=(store.root, label, start)) for label in ("one", "two")]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert [job.exitcode for job in jobs] == [0, 0]
    assert len(store.labels("forecast", "tiny")) == 201


def test_a_label_takes_a_share_until_it_is_moved_without(store: Store) -> None:
    store.label(tiny_version("2"), "canary", share=0.25)
    store.label(tiny_version("2"), "beta", share=0.75)
    assert store.shares("forecast", "tiny") == {"beta": 0.75, "canary": 0.25}
    with pytest.raises(LabelError, match=r"beta take 0\.75 already"):
        store.label(tiny_version("1"), "canary", share=0.3)
    assert store.labels("forecast", "tiny")["canary"] == "2"
    store.label(tiny_version("1"), "canary", share=0)
    store.label(tiny_version("1"), "beta")
    assert store.shares("forecast", "tiny") == {}


@pytest.mark.parametrize(
    ("label", "share"), [("canary", -0.1), ("canary", 1.1), ("canary", float("nan")), ("stable", 0.1)]
)
def test_what_is_no_share_is_refused(store: Store, label: str, share: float) -> None:
    before = store.labels("forecast", "tiny")
    with pytest.raises(LabelError, match="a share is between 0 and 1"):
        store.label(tiny_version("2"), label, share=share)
    assert store.labels("forecast", "tiny") == before


def test_ten_tenths_are_a_whole(store: Store) -> None:
    for number in range(10):
        store.label(tiny_version("1"), f"canary-{number}", share=0.1)
    assert len(store.shares("forecast", "tiny")) == 10


@pytest.mark.parametrize("content", ["{", "[]", '{"canary": 0}', '{"canary": "0.1"}', '{"canary": 0.6, "beta": 0.5}'])
def test_damaged_shares_are_named(store: Store, content: str) -> None:
    (store.root / "forecast" / "tiny" / SHARES).write_text(content)
    with pytest.raises(ArtifactError, match=r"shares\.json.*by hand"):
        store.shares("forecast", "tiny")


def test_default_is_no_label_of_a_version(store: Store) -> None:
    with pytest.raises(LabelError, match="models default"):
        store.label(tiny_version("1"), "default")


def test_a_label_is_removed_with_its_share(store: Store) -> None:
    store.label(tiny_version("1"), "canary", share=0.2)
    store.unlabel("forecast", "tiny", "canary")
    assert (store.labels("forecast", "tiny"), store.shares("forecast", "tiny")) == ({"stable": "2"}, {})


def test_stable_is_removed_unless_requests_that_name_no_model_need_it(store: Store) -> None:
    store.set_default("forecast", "tiny")
    with pytest.raises(LabelError, match="is the default of forecast"):
        store.unlabel("forecast", "tiny", "stable")
    store.label(Key("forecast", "other", "1"), "stable", even_if_worse=True)
    store.set_default("forecast", "other")
    store.unlabel("forecast", "tiny", "stable")
    assert store.labels("forecast", "tiny") == {}


@pytest.mark.parametrize(
    ("task", "name", "label"),
    [("forecast", "tiny", "canary"), ("forecast", "none", "stable"), ("none", "tiny", "stable"), ("..", "x", "y")],
)
def test_a_label_that_is_not_there_is_not_removed(store: Store, task: str, name: str, label: str) -> None:
    with pytest.raises(NotFoundError):
        store.unlabel(task, name, label)

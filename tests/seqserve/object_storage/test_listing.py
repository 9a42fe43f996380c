from __future__ import annotations

from seqserve.object_storage.listing import latest, listing
from seqserve.object_storage.objects import Stamp
from seqserve.registry.store import Key

STAMP = Stamp("a", 1)


def test_a_version_is_there_once_its_manifest_is() -> None:
    whole = {f"forecast/tiny/1/{file}": STAMP for file in ("manifest.json", "model.onnx", ".publishing")}
    found = listing({**whole, "forecast/tiny/2/model.onnx": STAMP})
    assert found.versions == {Key("forecast", "tiny", "1"): {"manifest.json": STAMP, "model.onnx": STAMP}}


def test_labels_and_shares_are_found_where_a_tree_has_them() -> None:
    here = ["forecast/labels.json", "forecast/tiny/labels.json", "forecast/tiny/shares.json"]
    strays = ["labels.json", "forecast/shares.json", "forecast/tiny/1/labels.json", "forecast/tiny/notes.json"]
    assert list(listing(dict.fromkeys([*here, *strays], STAMP)).labels) == here


def test_no_path_leads_out_of_the_tree() -> None:
    paths = [
        "../tiny/1/manifest.json",
        "forecast/../1/manifest.json",
        "forecast/tiny/../manifest.json",
        "forecast/tiny/1/../manifest.json",
        "/forecast/tiny/1/manifest.json",
        "forecast/tiny/1/a/manifest.json",
        "../labels.json",
        "forecast/../labels.json",
    ]
    found = listing(dict.fromkeys(paths, STAMP))
    assert not found.versions
    assert not found.labels


def test_the_latest_number_counts_what_is_being_published() -> None:
    objects = dict.fromkeys(
        ["forecast/tiny/2/manifest.json", "forecast/tiny/10/.publishing", "forecast/tinyer/11/manifest.json"], STAMP
    )
    assert latest(objects, "forecast", "tiny") == 10
    assert latest(objects, "forecast", "other") == 0

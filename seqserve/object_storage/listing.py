"""What a listing of objects says of a models tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from seqserve.object_storage.objects import Stamp
from seqserve.registry.artifact import is_file
from seqserve.registry.label_files import LABELS, SHARES
from seqserve.registry.manifest import MANIFEST
from seqserve.registry.names import is_name, is_version
from seqserve.registry.store import Key

_OF_VERSION = 4
"""Names on the way to a file of a version: task, model, version, file."""


@dataclass(frozen=True)
class Listing:
    """A models tree as it is listed.

    Args:
        versions: those whose manifest is there, which is written last, with their files by name.
        labels: the files of labels and shares, by path.
    """

    versions: Mapping[Key, Mapping[str, Stamp]]
    labels: Mapping[str, Stamp]


def listing(objects: Mapping[str, Stamp]) -> Listing:
    """The tree in these objects, by path; what is no part of one is left out."""
    versions: dict[Key, dict[str, Stamp]] = defaultdict(dict)
    labels = {}
    for path, stamp in objects.items():
        *folders, file = path.split("/")
        if not folders or not all(map(is_name, folders[:2])):
            continue
        if len(folders) == _OF_VERSION - 1 and is_version(folders[2]) and is_file(file):
            versions[Key(*folders)][file] = stamp
        elif (len(folders) == 1 and file == LABELS) or (len(folders) == 2 and file in (LABELS, SHARES)):
            labels[path] = stamp
    return Listing({key: files for key, files in sorted(versions.items()) if MANIFEST in files}, labels)


def latest(objects: Mapping[str, Stamp], task: str, name: str) -> int:
    """The highest number that a version of a model has, whole or not; 0 if there is none."""
    start = f"{task}/{name}/"
    numbers = (path.removeprefix(start).partition("/")[0] for path in objects if path.startswith(start))
    return max((int(number) for number in numbers if is_version(number)), default=0)

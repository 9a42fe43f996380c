"""A copy of a models tree of an object storage in a folder, from which it is served.

    <cache>/<digest of the address>/tree/        the copy, as a models tree on disk
                                    state.json   which objects it was made from, and what was refused
                                    .fetching/   the version that is being fetched
                                    .filling/    the tree, until it is there whole for the first time

A version appears once its manifest is there, all of its files are fetched and every digest holds.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

from seqserve.errors import ArtifactError
from seqserve.object_storage.errors import StorageError, told
from seqserve.object_storage.listing import Listing, listing
from seqserve.object_storage.objects import Objects, Stamp
from seqserve.registry import artifact, bounds
from seqserve.registry.files import replace
from seqserve.registry.label_files import locked
from seqserve.registry.manifest import MANIFEST
from seqserve.registry.signatures import MOST_BYTES, SIGNATURE
from seqserve.registry.store import Key, Store

_STATE = "state.json"
_REFUSED = (ArtifactError, FileNotFoundError, PermissionError)
"""What is wrong with one version or one file; the others are copied."""


@dataclass
class State:
    """What a copy was made from.

    Attributes:
        checked: when the storage was last looked at with success, in seconds since 1970.
        tokens: path to token of each manifest, and each file of labels, that was copied.
        refused: path to token and reason of those that were not.
    """

    checked: float = 0.0
    tokens: dict[str, str] = field(default_factory=dict)
    refused: dict[str, tuple[str, str]] = field(default_factory=dict)


class Mirror:
    """Keeps a folder equal to an object storage.

    Args:
        cache: the folder that holds copies; several processes may share it.
    """

    def __init__(self, objects: Objects, cache: Path) -> None:
        self.objects = objects
        self._home = cache / hashlib.sha256(str(objects.address).encode()).hexdigest()[:16]
        self.root = self._home / "tree"
        self._is_proven = False

    def sync(self, older_than: float = 0.0) -> State:
        """Copy what has changed; returns the state afterwards.

        Args:
            older_than: seconds; nothing is done if some process has looked less long ago. By 0, what was refused gets
                another chance.

        Raises:
            StorageError: the storage cannot be read, or the cache not be written. What is there stays.
        """
        try:
            self._home.mkdir(parents=True, exist_ok=True)
            with locked(self._home):
                state = self._state()
                if 0 <= time.time() - state.checked < older_than:
                    return state
                if not older_than:
                    state.refused.clear()
                try:
                    self._copy(state)
                    state.checked = time.time()
                finally:
                    replace(self._home / _STATE, json.dumps(asdict(state)).encode())
                return state
        except StorageError:
            raise
        except OSError as error:
            raise StorageError("the copy of the models tree cannot be written", told(error)) from None

    def _small(self, path: str, size: int, most: int = bounds.MANIFEST_BYTES) -> bytes:
        """The content of a manifest, of a file of labels, or another of `most` bytes.

        Raises:
            ArtifactError: it is too large to be one.
            FileNotFoundError: it is not there.
        """
        if size > most:
            raise ArtifactError(f"{path} has {size:,} bytes, more than the {most:,} that it may")
        return self.objects.read(path)

    def _state(self) -> State:
        try:
            return State(**json.loads((self._home / _STATE).read_bytes()))
        except (FileNotFoundError, ValueError, TypeError):
            return State()  # what is there is compared with the storage once more

    def _copy(self, state: State) -> None:
        found = listing(self.objects.listed())
        if not found.versions:
            raise StorageError("the object storage has no models tree", "there is no version at this address")
        root = self.root if self.root.exists() else self._home / ".filling"
        if not root.exists():
            state.tokens.clear()
        elif not self._is_proven:
            self._prove(root, state)
        for key, files in found.versions.items():
            token = " ".join(f"{name} {stamp.token}" for name, stamp in sorted(files.items()))
            self._once(state, f"{_path(key)}/{MANIFEST}", token, partial(self._version, root, key, files))
        for path, stamp in found.labels.items():  # after the versions that they point at
            self._once(state, path, stamp.token, partial(self._labels, root, path, stamp))
        self._remove_others(root, found, state)
        if root != self.root:
            root.mkdir(exist_ok=True)
            root.rename(self.root)

    def _once(self, state: State, path: str, token: str, copy: Callable[[], None]) -> None:
        """Copy what has another token than it had before."""
        refused = state.refused.pop(path, None)
        if state.tokens.get(path) == token:
            return
        if refused is not None and refused[0] == token:
            state.refused[path] = refused
            return
        try:
            copy()
            state.tokens[path] = token
        except _REFUSED as error:
            state.refused[path] = (token, str(error) if isinstance(error, ArtifactError) else told(error))

    def _prove(self, root: Path, state: State) -> None:
        """Once in a process, remove versions whose files are no longer good, so that they are fetched again."""
        store = Store(root)
        for key in store.released():
            try:
                store.read(key)
            except ArtifactError:
                self._remove(root / _path(key))
        for path in [path for path in state.tokens if not (root / path).exists()]:
            del state.tokens[path]
        self._is_proven = True

    def _version(self, root: Path, key: Key, files: Mapping[str, Stamp]) -> None:
        """Fetch a version, check it, and put it into its place; of one that is there, only signatures change.

        Raises:
            ArtifactError: it is damaged, incomplete or too large, or another one than the one that is there.
        """
        path, place = _path(key), root / _path(key)
        manifest = self._small(f"{path}/{MANIFEST}", files[MANIFEST].size)
        if place.exists():
            if manifest != (place / MANIFEST).read_bytes():
                raise ArtifactError(
                    f"{key} has changed, though a version never does; the one that was there before serves on: "
                    "publish it under a number of its own"
                )
            self._signatures(place, path, files.get(SIGNATURE))
            return
        size = sum(stamp.size for name, stamp in files.items() if name not in (MANIFEST, SIGNATURE))
        if size > bounds.VERSION_BYTES:
            raise ArtifactError(f"{key} has {size:,} bytes, more than the {bounds.VERSION_BYTES:,} that it may")
        fetching = self._home / ".fetching"
        shutil.rmtree(fetching, ignore_errors=True)
        staging = fetching / path
        staging.mkdir(parents=True)
        self.objects.download({f"{path}/{name}": staging / name for name in files})
        artifact.read(staging)
        place.parent.mkdir(parents=True, exist_ok=True)
        staging.rename(place)

    def _signatures(self, place: Path, path: str, stamp: Stamp | None) -> None:
        """Copy the signatures of a version that is there: they may be added, and taken back, after it was published."""
        if stamp is None:
            (place / SIGNATURE).unlink(missing_ok=True)
        else:
            replace(place / SIGNATURE, self._small(f"{path}/{SIGNATURE}", stamp.size, MOST_BYTES))

    def _labels(self, root: Path, path: str, stamp: Stamp) -> None:
        """Copy a file of labels or shares."""
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with locked(place.parent):  # read under the lock, so that it is no older than what a label was moved to
            replace(place, self._small(path, stamp.size))

    def _remove_others(self, root: Path, found: Listing, state: State) -> None:
        """Remove what is no longer in the storage."""
        for key in set(Store(root).released()) - found.versions.keys():
            self._remove(root / _path(key))
        paths = found.labels.keys() | {f"{_path(key)}/{MANIFEST}" for key in found.versions}
        for path in state.tokens.keys() - paths:
            del state.tokens[path]
            (root / path).unlink(missing_ok=True)
        for path in state.refused.keys() - paths:
            del state.refused[path]

    def _remove(self, version: Path) -> None:
        """Remove a version in one step."""
        removed = self._home / ".removed"
        shutil.rmtree(removed, ignore_errors=True)
        version.rename(removed)
        shutil.rmtree(removed, ignore_errors=True)


def _path(key: Key) -> str:
    return f"{key.task}/{key.name}/{key.version}"

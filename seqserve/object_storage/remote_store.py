"""A store whose tree is in an object storage: read from a copy, changed in both."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from seqserve.object_storage.address import Address
from seqserve.object_storage.errors import StorageError, told
from seqserve.object_storage.mirror import Mirror
from seqserve.object_storage.objects import Objects
from seqserve.registry import artifact, audit
from seqserve.registry.audit import Author, Change
from seqserve.registry.files import replace
from seqserve.registry.label_files import LABELS, SHARES
from seqserve.registry.signatures import SIGNATURE, Signer
from seqserve.registry.store import Key, Store

logger = logging.getLogger(__name__)

CACHE = "SEQSERVE_MODELS_CACHE"
CACHE_DEFAULT = Path(".cache/models")


class RemoteStore(Store):
    """A view on the copy of a tree; a label that moves, moves in the object storage first.

    Args:
        fetch: brings the copy up to date.
    """

    def __init__(self, mirror: Mirror, fetch: Callable[[], object]) -> None:
        super().__init__(mirror.root)
        self._mirror = mirror
        self._fetch = fetch
        self._made = threading.local()

    def fetch(self) -> None:
        self._fetch()

    def sign(self, key: Key, signer: Signer) -> None:
        content = artifact.signatures(self.directory(key), signer)
        file = self.directory(key) / SIGNATURE
        self._mirror.objects.write(file.relative_to(self.root).as_posix(), content)
        replace(file, content)

    @contextmanager
    def changing(self, directory: Path) -> Iterator[None]:
        """Take the labels and shares as they are in the object storage, and write there what was changed.

        Raises:
            StorageError: the object storage cannot be read or written, or somebody else changed the same.
        """
        with super().changing(directory):
            vars(self._made).clear()  # of a change that failed
            before = {name: self._taken(directory / name) for name in (LABELS, SHARES)}
            yield
            for name in (SHARES, LABELS):  # so that a new version never gets the share of an old one
                self._put(directory / name, before[name])
            self._recorded()

    def _record(self, change: Change, author: Author) -> None:
        self._made.line = audit.line(change, author)  # it is made when the object storage has it

    def _recorded(self) -> None:
        """Record what this thread has changed as an object of its own; objects cannot be appended to."""
        line = vars(self._made).pop("line", None)
        if line is not None:
            content = json.dumps(line)
            try:
                self._mirror.objects.write(f"audit/{line['time']}-{uuid4().hex[:8]}.json", content.encode())
            except StorageError as error:
                logger.error("the record was not written (%s): %s", error, content)

    def _taken(self, file: Path) -> bytes | None:
        content = self._stored(file)
        _keep(file, content)
        return content

    def _put(self, file: Path, before: bytes | None) -> None:
        after = file.read_bytes() if file.exists() else None
        if after is None or after == before:
            return
        try:
            if self._stored(file) != before:
                raise StorageError("labels were moved from elsewhere at the same time", "move the label again")
            self._mirror.objects.write(file.relative_to(self.root).as_posix(), after)
        except StorageError:
            _keep(file, before)
            raise

    def _stored(self, file: Path) -> bytes | None:
        """The content of a file in the object storage; none if it is not there."""
        try:
            return self._mirror.objects.read(file.relative_to(self.root).as_posix())
        except FileNotFoundError:
            return None
        except PermissionError as error:
            raise StorageError("the object storage cannot be read", told(error)) from None


def _keep(file: Path, content: bytes | None) -> None:
    if content is None:
        file.unlink(missing_ok=True)
    else:
        replace(file, content)


def opened(models: Path | Address) -> Store:
    """The store of a models tree; one in an object storage is copied first.

    Raises:
        StorageError: the object storage cannot be read.
    """
    if isinstance(models, Path):
        return Store(models)
    mirror = Mirror(Objects(models), Path(os.environ.get(CACHE) or CACHE_DEFAULT))
    mirror.sync()
    return RemoteStore(mirror, mirror.sync)

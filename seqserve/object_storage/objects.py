"""The objects under an address: listed, read and written through fsspec."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seqserve.object_storage.address import Address
from seqserve.object_storage.errors import StorageError, told
from seqserve.object_storage.web_index import INDEX

_TOKENS = ("sha256", "ETag", "etag", "generation", "md5Hash", "content_md5", "LastModified", "last_modified", "size")
"""What may tell one content of an object from another, by the names that storages give it."""
_S3_CLIENT = {"connect_timeout": 5, "read_timeout": 30, "retries": {"max_attempts": 2}}


@dataclass(frozen=True)
class Stamp:
    """What a listing tells of an object.

    Args:
        token: changes with its content.
    """

    token: str
    size: int


class Objects:
    """The objects under an address, by their paths below it.

    Credentials come from the environment, as each storage's own client finds them there.

    Raises:
        StorageError: from each method, if the storage cannot be reached or refuses.
        ValueError: the package for this storage is not installed.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self._base = str(address) if address.is_web else address.place
        self._storage = filesystem(address)

    def listed(self) -> dict[str, Stamp]:
        """Every object."""
        if self.address.is_web:
            return self._indexed()
        with _storage("listed"):
            try:
                found: Mapping[str, Mapping[str, Any]] = self._storage.find(self._base, detail=True)
            except FileNotFoundError as error:  # the bucket
                raise StorageError("the object storage cannot be listed", told(error)) from None
        start = len(self._base) + 1
        return {path[start:]: stamp(about) for path, about in found.items()}

    def read(self, path: str) -> bytes:
        """The content of an object.

        Raises:
            FileNotFoundError, PermissionError: it is not there, or not for us.
        """
        with _storage("read", FileNotFoundError, PermissionError):
            content: bytes = self._storage.cat_file(self._at(path))
            return content

    def download(self, paths: Mapping[str, Path]) -> None:
        """Copy objects to files.

        Raises:
            FileNotFoundError, PermissionError: one is not there, or not for us.
        """
        with _storage("read", FileNotFoundError, PermissionError):
            self._storage.get([self._at(path) for path in paths], [str(file) for file in paths.values()])

    def write(self, path: str, content: bytes) -> None:
        """Write an object, over one that is there."""
        self.refuse_web()
        with _storage("written"):
            self._storage.pipe_file(self._at(path), content)

    def create(self, path: str, content: bytes) -> bool:
        """Write an object that is not there yet; returns whether it was not."""
        self.refuse_web()
        with _storage("written"):
            try:
                self._storage.pipe_file(self._at(path), content, mode="create")
            except Exception:  # each storage has its own for one that is there
                if not self._storage.exists(self._at(path)):
                    raise
                return False
            return True

    def refuse_web(self) -> None:
        """Raise for a storage that can only be read."""
        if self.address.is_web:
            raise StorageError("the object storage cannot be written", "a web server is read only")

    def _at(self, path: str) -> str:
        return f"{self._base}/{path}"

    def _indexed(self) -> dict[str, Stamp]:
        try:
            return {path: stamp(about) for path, about in json.loads(self.read(INDEX))["files"].items()}
        except (ValueError, KeyError, TypeError, AttributeError, FileNotFoundError, PermissionError) as error:
            why = f"{INDEX} is missing or none; 'python -m seqserve models index' writes it ({told(error)})"
            raise StorageError("the object storage cannot be listed", why) from None


def filesystem(address: Address) -> Any:
    """The fsspec file system of an address, which keeps no listing.

    Raises:
        StorageError: it cannot be opened.
        ValueError: the package for this storage is not installed.
    """
    address.check_installed()
    import fsspec

    with _storage("opened"):
        kind = fsspec.get_filesystem_class(address.scheme)
        return kind(skip_instance_cache=True, use_listings_cache=False, **_options(address))


def stamp(about: Mapping[str, Any]) -> Stamp:
    """What a listing tells of an object, given what fsspec calls its details."""
    return Stamp(" ".join(str(about[name]) for name in _TOKENS if about.get(name)), int(about["size"]))


def _options(address: Address) -> dict[str, Any]:
    if address.scheme == "s3":
        return {"config_kwargs": _S3_CLIENT}
    if address.is_web:  # a proxy, and a password from .netrc
        return {"client_kwargs": {"trust_env": True, "headers": {"Cache-Control": "no-cache"}}}
    return {}


@contextmanager
def _storage(done: str, *told_apart: type[Exception]) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # each storage has exceptions of its own
        if isinstance(error, (StorageError, *told_apart)):
            raise
        raise StorageError(f"the object storage cannot be {done}", told(error)) from None

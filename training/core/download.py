"""Public files, read from a local folder or fetched once and verified.

`SEQSERVE_DATA` names a folder that is looked in first; what lies there is taken as it is. Otherwise a
file is fetched from its public address into `SEQSERVE_CACHE` (`~/.cache/seqserve`), and used only if
its digest is the pinned one.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import tempfile
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path


class DataError(Exception):
    """Data that is not there or not what it should be; the message says what to do."""


@dataclass(frozen=True)
class PublicFile:
    """A file with a public address.

    Args:
        path: where it lies below `SEQSERVE_DATA` and in the cache.
        url: its address; none if it has none that could be pinned.
        sha256: of the file at that address.
        hint: where people find it.
        excerpt: a part of it, in the same layout, that below `SEQSERVE_DATA` does as well.
        sha1: of the file, where no SHA-256 of it is published.
    """

    path: str
    url: str | None = None
    sha256: str | None = None
    hint: str = ""
    excerpt: str | None = None
    sha1: str | None = None

    def read(self) -> bytes:
        """The content.

        Raises:
            DataError: it is in neither folder and cannot be fetched, or what was fetched is another file.
        """
        own = _own(self.path) or _own(self.excerpt)
        if own:
            return own.read_bytes()
        cached = cache() / self.path
        if cached.is_file() and self._is_pinned(cached.read_bytes()):
            return cached.read_bytes()
        content = self._fetch()
        if not self._is_pinned(content):
            raise DataError(f"{self.url} is not the file that was pinned ({self._pin()}); {self.advice()}")
        cached.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=cached.parent, delete=False) as file:
            file.write(content)
        Path(file.name).replace(cached)
        return content

    def _is_pinned(self, content: bytes) -> bool:
        if self.sha256 is None and self.sha1 is not None:
            return hashlib.sha1(content, usedforsecurity=False).hexdigest() == self.sha1
        return hashlib.sha256(content).hexdigest() == self.sha256

    def _pin(self) -> str:
        return f"SHA-1 {self.sha1}" if self.sha256 is None else f"SHA-256 {self.sha256}"

    def _fetch(self) -> bytes:
        if self.url is None:
            raise DataError(f"{self.path} has no public address to fetch it from; {self.advice()}")
        return fetched(self.url, self.advice())

    def advice(self) -> str:
        """What to do when it cannot be had."""
        name = Path(self.path).name
        where = f"get {name} ({self.hint})" if self.hint else f"get {name}"
        return f"{where}, put it at {self.path} below a folder, and name that folder in SEQSERVE_DATA"


@dataclass(frozen=True)
class Member:
    """A file within a public archive, `.zip` or tar.

    Args:
        archive: what it is packed in.
        name: its name in there, in whatever folder.
        loose: where a copy of it, not packed, may lie below `SEQSERVE_DATA`.
    """

    archive: PublicFile
    name: str
    loose: str

    def read(self) -> bytes:
        """The content.

        Raises:
            DataError: see `PublicFile.read`; or the archive does not hold it.
        """
        own = _own(self.loose)
        if own:
            return own.read_bytes()
        content = io.BytesIO(self.archive.read())
        try:
            if self.archive.path.endswith(".zip"):
                with zipfile.ZipFile(content) as packed:
                    return packed.read(self._among(packed.namelist()))
            with tarfile.open(fileobj=content) as tar:
                file = tar.extractfile(self._among(tar.getnames()))
                assert file is not None
                return file.read()
        except (KeyError, EOFError, tarfile.TarError, zipfile.BadZipFile):
            raise DataError(f"{self.archive.path} holds no {self.name}; {self.archive.advice()}") from None

    def _among(self, names: list[str]) -> str:
        return next((name for name in names if f"/{name}".endswith(f"/{self.name}")), self.name)


def cache() -> Path:
    """The folder that fetched files are kept in."""
    return Path(os.environ.get("SEQSERVE_CACHE", Path.home() / ".cache" / "seqserve"))


def fetched(url: str, advice: str, limit: int | None = None) -> bytes:
    """What is at an address.

    Args:
        limit: bytes that it may have.

    Raises:
        DataError: it cannot be fetched, or is larger; the message ends with the advice.
    """
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            content: bytes = answer.read() if limit is None else answer.read(limit + 1)
    except (OSError, urllib.error.URLError) as error:
        raise DataError(f"{url} cannot be fetched ({error}); {advice}") from None
    if limit is not None and len(content) > limit:
        raise DataError(f"{url} has more than {limit} bytes; {advice}")
    return content


def _own(path: str | None) -> Path | None:
    """A file of the folder of one's own, if it is there."""
    folder = os.environ.get("SEQSERVE_DATA")
    return Path(folder) / path if folder and path and (Path(folder) / path).is_file() else None

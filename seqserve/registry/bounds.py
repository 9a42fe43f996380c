"""How large the files of a version may be: whoever publishes one must not be able to exhaust the memory."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import orjson

MANIFEST_BYTES = 2**20
JSON_BYTES = 16 * 2**20
VERSION_BYTES = 2**30
"""Bytes of all files of a version together, and also of what an archive among them unpacks to."""
FILES = 100
_DEPTH = 64
_ENTRIES = 10_000
_ARCHIVE, _ENTRY = b"PK\x03\x04", b"PK\x01\x02"


def most_bytes(file: str, so_far: int) -> int:
    """The bytes that a file may have.

    Args:
        so_far: bytes of the other files of its version that were read already.
    """
    left = max(0, VERSION_BYTES - so_far)
    return min(JSON_BYTES, left) if file.endswith(".json") else left


def check(files: Mapping[str, bytes]) -> None:
    """Check the files of a version before it is published, as each is checked when it is read.

    Raises:
        ValueError: there are too many, or one is too large.
    """
    if len(files) > FILES:
        raise ValueError(f"{len(files)} files, at most {FILES} would be loaded; publish fewer")
    size = 0
    for file, content in files.items():
        most = most_bytes(file, size)
        size += len(content)
        if len(content) > most:
            raise ValueError(f"{file} has {len(content)} bytes, at most {most} would be loaded; publish less")
        try:
            check_archive(content)
        except ValueError as error:
            raise ValueError(f"{file} could not be unpacked: {error}") from None


def parsed(content: bytes) -> Any:
    """The value of a JSON text, which the service can answer with.

    Raises:
        ValueError: it is not JSON, is deeper than 64 lists and objects, or holds half a surrogate pair or a whole
            number of more than 64 bits.
    """
    try:
        value = json.loads(content)
        orjson.dumps(value)
    except (RecursionError, TypeError) as error:
        raise ValueError(str(error)) from None
    level = [value]
    for _ in range(_DEPTH + 1):
        level = [inner for inner in level if isinstance(inner, dict | list)]
        if not level:
            return value
        level = [inner for outer in level for inner in (outer.values() if isinstance(outer, dict) else outer)]
    raise ValueError(f"it is deeper than {_DEPTH} lists and objects")


def check_archive(content: bytes) -> None:
    """Check what a zip archive, such as `weights.npz` or `weights.keras`, unpacks to; other files pass.

    Raises:
        ValueError: it is damaged, or has too many entries or bytes.
    """
    if not content.startswith(_ARCHIVE):
        return
    if content.count(_ENTRY) > _ENTRIES:
        raise ValueError(f"it has more than {_ENTRIES} entries")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, OverflowError) as error:
        raise ValueError(f"it is no archive: {error}") from None
    if unpacked > VERSION_BYTES:
        raise ValueError(f"it unpacks to {unpacked} bytes, at most {VERSION_BYTES} are taken")

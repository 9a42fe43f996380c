"""Where a models tree is: a folder, or a prefix of an object storage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_ADDRESS = re.compile(r"(?P<scheme>s3|gs|az|https?)://(?P<place>[A-Za-z0-9][A-Za-z0-9._:-]*(?:/[A-Za-z0-9._~=-]+)*)/?")

_PACKAGES: Mapping[str, str] = {"s3": "s3fs", "gs": "gcsfs", "az": "adlfs", "http": "aiohttp", "https": "aiohttp"}
"""The package that reads each storage, beside fsspec."""


@dataclass(frozen=True)
class Address:
    """A prefix of an object storage.

    Args:
        scheme: `s3`, `gs`, `az`, `http` or `https`.
        place: the bucket and the prefix, or the host and the path.
    """

    scheme: str
    place: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.place}"

    @property
    def is_web(self) -> bool:
        """Whether it is a web server, which can only be read and has no listing of its own."""
        return self.scheme in ("http", "https")

    def check_installed(self) -> None:
        """Check that the packages for this storage are there.

        Raises:
            ValueError: one is missing.
        """
        missing = [name for name in ("fsspec", _PACKAGES[self.scheme]) if find_spec(name) is None]
        if missing:
            raise ValueError(
                f"{self.scheme}:// needs {' and '.join(missing)}, not installed here: pip install 'seqserve[objects]'"
            )


def parse(text: str) -> Path | Address:
    """The models tree that is meant: a folder, unless it begins as an address does.

    Raises:
        ValueError: an address that is none; the message does not repeat it, as it may hold a password by mistake.
    """
    if "://" not in text:
        return Path(text)
    found = _ADDRESS.fullmatch(text)
    if found is None or ".." in found["place"].split("/"):
        raise ValueError(
            "the models tree is a folder, or s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, az://CONTAINER/PREFIX or "
            "https://HOST/PATH without user, password and query: credentials are taken from the environment"
        )
    return Address(found["scheme"], found["place"])

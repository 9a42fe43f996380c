"""Ed25519 signatures of versions, for those who serve only what they have signed.

`manifest.sig` beside a manifest has one signature of the manifest's bytes a line, in base64. The manifest has the
digest of every other file, so nothing of a signed version can be changed, and its task, name and version number, so
it cannot pass for another. Labels are not signed.

Reference:
    RFC 8032 (Ed25519), https://www.rfc-editor.org/rfc/rfc8032
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from seqserve.registry import files

if TYPE_CHECKING:  # it takes a while to import, and most do without
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIGNATURE = "manifest.sig"
MOST_BYTES = 64 * 2**10
_ENTRY = re.compile(r"([A-Za-z0-9._-]{1,64}):([A-Za-z0-9+/]{43}=)")


@dataclass(frozen=True)
class TrustedKeys:
    """Public keys by the names of their owners; each has 32 bytes."""

    keys: Mapping[str, bytes]

    @classmethod
    def parse(cls, stated: str) -> Self:
        """The keys that an operator states.

        Args:
            stated: `name:key` entries, separated by commas or line breaks, or the absolute path of a file of them.

        Raises:
            ValueError: the file cannot be read, or an entry is none.
        """
        if stated.startswith("/"):
            try:
                stated = files.read(Path(stated), MOST_BYTES).decode()
            except OSError as error:
                raise ValueError(f"the file of trusted keys cannot be read: {error.strerror}") from None
        keys: dict[str, bytes] = {}
        for place, entry in enumerate(filter(None, re.split(r"[,\s]+", stated)), start=1):
            found = _ENTRY.fullmatch(entry)
            if found is None or found[1] in keys:
                raise ValueError(
                    f"entry {place} is no name:key of its own; 'python -m seqserve models keygen' makes one; "
                    "a file of them is stated by its absolute path"
                )
            keys[found[1]] = base64.b64decode(found[2])
        if not keys:
            raise ValueError("there is no key; entries are name:key")
        return cls(keys)

    def check(self, manifest: bytes, signatures: bytes | None) -> None:
        """Check that one of the keys has signed a manifest.

        Args:
            signatures: the content of `manifest.sig`; none if there is no such file.

        Raises:
            ValueError: none has.
        """
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        if signatures is None:
            raise ValueError("is not signed, and only signed versions are served; sign it with 'models sign'")
        for line in signatures.split():
            for key in self.keys.values():
                try:
                    Ed25519PublicKey.from_public_bytes(key).verify(base64.b64decode(line, validate=True), manifest)
                    return
                except (InvalidSignature, ValueError):
                    continue
        raise ValueError(
            f"is not signed by a trusted key ({', '.join(sorted(self.keys))}); check where it comes from, "
            "then sign it with 'models sign'"
        )


class Signer:
    """A private key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @classmethod
    def read(cls, path: Path) -> Self:
        """The key in a PEM file (PKCS 8, without a password).

        Raises:
            ValueError: the file cannot be read, or holds no such key.
        """
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        try:
            key = serialization.load_pem_private_key(files.read(path, MOST_BYTES), None)
        except OSError as error:
            raise ValueError(f"the signing key cannot be read: {error.strerror}") from None
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("the signing key is no Ed25519 key in PEM without a password; 'models keygen' makes one")
        return cls(key)

    @staticmethod
    def generate(path: Path, name: str) -> str:
        """Write a new key to a file that only its owner may read; returns its entry for SEQSERVE_TRUSTED_KEYS.

        Args:
            name: whose key it is.

        Raises:
            ValueError: the name is none.
            FileExistsError: the file is there already.
        """
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        key = Ed25519PrivateKey.generate()
        entry = f"{name}:{base64.b64encode(key.public_key().public_bytes_raw()).decode()}"
        if not _ENTRY.fullmatch(entry):
            raise ValueError("the name of a key has up to 64 letters, digits, dots, dashes and underscores")
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
        return entry

    def line(self, manifest: bytes) -> bytes:
        """The signature of a manifest, as a line of `manifest.sig`."""
        return base64.b64encode(self._key.sign(manifest)) + b"\n"

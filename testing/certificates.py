"""Certificates that the command `openssl` makes, signed by themselves."""

from __future__ import annotations

import subprocess
from pathlib import Path


def certify(directory: Path, name: str) -> tuple[Path, Path]:
    """The files of a certificate for 127.0.0.1 and of its key, with this common name."""
    certificate, key = directory / f"{name}.crt", directory / f"{name}.key"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key

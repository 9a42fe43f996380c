"""The listing of a models tree behind a web server, which has none that programs can read.

{"files": {"forecast/google/1/manifest.json": {"sha256": "...", "size": 1234}, ...}}
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from seqserve.registry.files import replace
from seqserve.registry.label_files import LABELS, SHARES
from seqserve.registry.store import Store

INDEX = "index.json"


def write(root: Path) -> int:
    """List the versions, labels and shares of a tree in its index, in one step; returns how many files these are."""
    store = Store(root)
    files = [file for key in store.released() for file in store.directory(key).iterdir()]
    for pattern in (LABELS, f"*/{LABELS}", f"*/{SHARES}"):
        files += [file for task in store.tasks() for file in (root / task).glob(pattern)]
    listed = {file.relative_to(root).as_posix(): _about(file) for file in sorted(files) if file.is_file()}
    replace(root / INDEX, json.dumps({"files": listed}, indent=1).encode())
    return len(listed)


def _about(file: Path) -> dict[str, str | int]:
    content = file.read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}

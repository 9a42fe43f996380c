"""The record of who changed what is served: `audit.jsonl` in the models tree, one JSON object a line, oldest first."""

from __future__ import annotations

import json
import logging
import os
import pwd
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FILE = "audit.jsonl"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Author:
    """Who makes a change.

    Args:
        caller: the name of an admin token, or a user of the operating system.
        via: how: `http` or `command`.
    """

    caller: str
    via: str
    request_id: str | None = None

    def fields(self) -> dict[str, Any]:
        """What the log says of the author."""
        asked = {} if self.request_id is None else {"request_id": self.request_id}
        return {"caller": self.caller, "via": self.via, **asked}


@dataclass(frozen=True)
class Change:
    """What has changed: a label of a model, a version of it, or a task's default model.

    Args:
        model: whose label or version it is, or the default model.
        label: none if it is another change.
        before, after: the version that there was or that the label points at, or the name of the default model; none
            if there is none.
        share_before, share: of the traffic that names no version.
    """

    event: str
    task: str
    model: str
    label: str | None
    before: str | None
    after: str | None
    share_before: float = 0.0
    share: float = 0.0

    def fields(self) -> dict[str, Any]:
        """What the log says of the change."""
        moved = {"from": self.before, "to": self.after}
        if self.label is None:
            return {"task": self.task, **({"model": self.model} if self.after is None else {}), **moved}
        shares = {"from_share": self.share_before, "share": self.share}
        return {"task": self.task, "model": self.model, "label": self.label, **moved, **shares}


def user() -> Author:
    """The user of the operating system who runs this process."""
    return Author(user_name(os.geteuid()), "command")


def user_name(number: int) -> str:
    """The name of a user of the operating system; a number that has none is named `uid NUMBER`."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # as in containers
        return f"uid {number}"


def line(change: Change, author: Author) -> dict[str, Any]:
    """What is recorded of a change that is made now."""
    when = datetime.now(UTC).isoformat(timespec="milliseconds")
    return {"time": when, "event": change.event, **change.fields(), **author.fields()}


def append(root: Path, change: Change, author: Author) -> None:
    """Add a change to the record of a tree; what cannot be written is told, since the change has been made."""
    added = line(change, author)
    try:
        descriptor = os.open(root / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK, 0o644)
        with os.fdopen(descriptor, "ab") as file:
            _leave_to_owner(descriptor, root)
            file.write(json.dumps(added).encode() + b"\n")
    except OSError as error:
        logger.error("%s was not written (%s): %s", FILE, error.strerror, json.dumps(added))


def _leave_to_owner(descriptor: int, root: Path) -> None:
    """Root's command must not leave a file that the owner of the tree, as whom the service runs, cannot write."""
    if os.geteuid() == 0:
        owner = root.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
        os.fchmod(descriptor, 0o644)

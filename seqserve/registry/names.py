"""The names that tasks, models, versions and labels may have."""

from __future__ import annotations

import re

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_VERSION = re.compile(r"[1-9][0-9]{0,8}")


def is_name(name: str) -> bool:
    """Whether a task, a model or a label can have this name: lower-case letters, digits and dashes."""
    return _NAME.fullmatch(name) is not None


def is_version(name: str) -> bool:
    """Whether a directory of this name can be a version: a whole number from 1."""
    return _VERSION.fullmatch(name) is not None


def checked(name: str) -> str:
    """The name of a task or a model, if it can be one.

    Raises:
        ValueError: it cannot.
    """
    if not is_name(name):
        raise ValueError(f"{name!r} is no name: lower-case letters, digits and dashes, at most 64")
    return name

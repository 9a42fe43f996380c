"""The header `Host`, which says which host a request is for."""

from __future__ import annotations

import re
from collections.abc import Iterable

_HOST = re.compile(rb"([A-Za-z0-9._~!$&'()*+,;=%-]*|\[[A-Za-z0-9:.%-]+\])(:[0-9]*)?")


def is_right(headers: Iterable[tuple[bytes, bytes]], version: str) -> bool:
    """Whether a request has the header as its version of HTTP demands: once, since 1.1.

    Reference: RFC 9112, section 3.2.

    Args:
        headers: with names in lower case.
    """
    hosts = [value for name, value in headers if name == b"host"]
    if not hosts:
        return version == "1.0"
    return len(hosts) == 1 and _HOST.fullmatch(hosts[0]) is not None

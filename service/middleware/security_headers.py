"""Headers that keep browsers safe."""

from __future__ import annotations

Headers = list[tuple[bytes, bytes]]

_SAFE = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer")]
_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_OF_PREDICTIONS = [*_SAFE, _POLICY, (b"cache-control", b"no-store")]


def secured(headers: Headers, *, is_prediction: bool) -> Headers:
    """The headers of an answer with those that browsers need; a page may have a content policy of its own."""
    if is_prediction:
        return headers + _OF_PREDICTIONS
    if all(name != _POLICY[0] for name, _ in headers):
        return [*headers, *_SAFE, _POLICY]
    return [*headers, *_SAFE]

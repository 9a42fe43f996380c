from __future__ import annotations

from service.middleware.security_headers import secured


def test_a_prediction_is_not_stored() -> None:
    headers = dict(secured([], is_prediction=True))
    assert headers[b"cache-control"] == b"no-store"
    assert headers[b"content-security-policy"] == b"default-src 'none'; frame-ancestors 'none'"
    assert headers[b"x-content-type-options"] == b"nosniff"


def test_a_page_keeps_its_own_policy() -> None:
    own = [(b"content-security-policy", b"default-src 'self'")]
    headers = secured(own, is_prediction=False)
    assert headers[:1] == own
    assert [name for name, _ in headers].count(b"content-security-policy") == 1


def test_the_given_headers_are_not_changed() -> None:
    own = [(b"content-type", b"text/plain")]
    assert (b"referrer-policy", b"no-referrer") in secured(own, is_prediction=False)
    assert own == [(b"content-type", b"text/plain")]

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from service.server.certificate import Certificate, check
from testing.certificates import certify


def test_a_pair_that_does_not_fit_or_is_not_there_is_refused(tmp_path: Path) -> None:
    one, other = certify(tmp_path, "one"), certify(tmp_path, "other")
    check(*one)
    for certificate, key in ((one[0], other[1]), (one[0], tmp_path / "none"), (one[1], one[1])):
        with pytest.raises(OSError):  # noqa: PT011
            check(certificate, key)


def test_a_broken_pair_is_told_once_and_the_next_good_one_is_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    (certificate, key), other = certify(tmp_path, "one"), certify(tmp_path, "other")
    renewed = Certificate(check(certificate, key), certificate, key)
    renewed.reread()
    shutil.copy(other[1], key)  # the key is first, the certificate comes later
    for _ in range(2):
        renewed.reread()
    shutil.copy(other[0], certificate)
    for _ in range(2):
        renewed.reread()
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert caplog.records[1].getMessage() == "the certificate is renewed"

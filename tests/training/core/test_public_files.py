"""The public files that several tasks learn from."""

from __future__ import annotations

import pytest

from training.core import public_files
from training.core.download import PublicFile


@pytest.mark.parametrize(
    "file",
    [*public_files.BROAD_TWITTER.values(), *public_files.GOEMOTIONS.values(), public_files.TATOEBA_FRENCH.archive],
    ids=lambda file: file.path,
)
def test_every_file_has_a_pinned_address(file: PublicFile) -> None:
    assert (file.url or "").startswith("https://")
    assert len(file.sha256 or "") == 64 or len(file.sha1 or "") == 40

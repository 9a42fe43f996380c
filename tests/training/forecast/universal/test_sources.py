from __future__ import annotations

from pathlib import Path

import pytest

from training.core.download import DataError
from training.forecast.universal import sources
from training.forecast.universal.sources import JUDGE, NEITHER, SeriesSet


@pytest.mark.parametrize(("name", "use"), [("m4_hourly", "judge"), ("btc_15min", "neither"), ("m3_monthly", "train")])
def test_what_a_set_may_be_used_for_is_stated(name: str, use: str) -> None:
    assert SeriesSet(name, "M", 12, 18, "", "", []).use == use


def test_no_set_is_both() -> None:
    assert not JUDGE & NEITHER


def test_a_file_that_is_missing_says_where_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQSERVE_DATA", str(tmp_path))
    monkeypatch.setenv("SEQSERVE_CACHE", str(tmp_path / "cache"))
    with pytest.raises(DataError, match=r"forecast/panel.*SEQSERVE_DATA"):
        sources.sets()

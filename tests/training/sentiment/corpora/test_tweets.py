"""Tweets that nobody labelled."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.sentiment.corpora import tweets

CONLL = """Bbl\tO

@\tB-PER
Theory_Versa\tB-PER
be\tO
10\tO
mins\tO

Je\tO
ne\tO
comprends\tO
pas\tO
pourquoi\tO
vous\tO
pleurez\tO

#\tO
fun\tO
at\tO
@\tO
home\tO
"""


def test_tweets_are_put_together_and_foreign_or_empty_ones_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEQSERVE_DATA", str(tmp_path))
    (tmp_path / "tag" / "btc").mkdir(parents=True)
    for section in "abegh":
        (tmp_path / "tag" / "btc" / f"{section}.conll").write_text(CONLL)
    labelled, where = tweets.tweets()
    assert labelled.unlabelled == ["@Theory_Versa be 10 mins", "#fun at @home"]
    assert labelled.texts == []
    assert where.name == "Broad Twitter Corpus (2 without a label)"

"""Tweets, of which some have a label."""

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


def of_each_section(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("SEQSERVE_DATA", str(folder))
    (folder / "tag" / "btc").mkdir(parents=True)
    for section in "abegh":
        (folder / "tag" / "btc" / f"{section}.conll").write_text(CONLL)


def test_labels_find_their_tweets_and_what_is_measured_is_not_learned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_each_section(monkeypatch, tmp_path / "data")
    monkeypatch.setattr(tweets, "LABELS", tmp_path)
    (tmp_path / "tweets.txt").write_text(f"# Signs\n{tweets.digest('@Theory_Versa be 10 mins')}0 00000000+\n")
    (tmp_path / "measured.txt").write_text(f"{tweets.digest('#fun at @home')}+\n")
    labelled, _ = tweets.tweets()
    assert (labelled.texts, labelled.labels, labelled.unlabelled) == (["@Theory_Versa be 10 mins"], ["neutral"], [])
    measured, _ = tweets.tweets_test()
    assert (measured.texts, measured.labels) == (["#fun at @home"], ["positive"])


def test_no_tweet_is_learned_from_and_measured() -> None:
    kept, measured = tweets._signs("tweets"), tweets._signs("measured")
    assert (len(kept), len(measured)) == (840, 280)
    assert not kept.keys() & measured.keys()
    assert set(kept.values()) == set(measured.values()) == set("+0-")
    taught = tweets._signs("taught")
    assert len(taught) > 4000
    assert not taught.keys() & (kept.keys() | measured.keys())
    assert set(taught.values()) == set("+0-")


def test_tweets_are_put_together_and_foreign_or_empty_ones_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_each_section(monkeypatch, tmp_path)
    labelled, where = tweets.tweets()
    assert labelled.unlabelled == ["@Theory_Versa be 10 mins", "#fun at @home"]
    assert labelled.texts == []
    assert where.name == "Broad Twitter Corpus (2 without a label)"

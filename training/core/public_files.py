"""Public files that several tasks learn from."""

from __future__ import annotations

from training.core.download import Member, PublicFile

BROAD_TWITTER_ADDRESS = (
    "https://raw.githubusercontent.com/GateNLP/broad_twitter_corpus/0c45ef7b1924a6b8115bceab388781590b1b553a"
)
BROAD_TWITTER = {
    section: PublicFile(
        f"tag/btc/{section}.conll",
        f"{BROAD_TWITTER_ADDRESS}/{section}.conll",
        sha256,
        hint="GateNLP/broad_twitter_corpus",
    )
    for section, sha256 in (
        ("a", "ac824cc13c88283fe3cca05343e46c79ec4cd5b174429f27bf8fe0ebdc1bbf33"),
        ("b", "504a094a0398e03fd7b394510e313b8fc844407102252182d90aea23f53cc322"),
        ("e", "77aca745cdc28ae0fafbcf36a93ccfd15357a8db97c21d91083592dd85e348c5"),
        ("f", "d0839ddb0bd57f3a59ac9ab35d371dc140db8280e0001469a4e56fe8f776ce8a"),
        ("g", "d53a27645cabc4e63313d573498b48b0cc5ed780d280edfbdc4fedefe23479da"),
        ("h", "7f31215a79f3131526236203907c8d003b8e0f8ee6eef2a216ebb685340ebe39"),
    )
}
"""The sections of the Broad Twitter Corpus: CoNLL, a word and its tag on each line."""

GOEMOTIONS_ADDRESS = (
    "https://raw.githubusercontent.com/google-research/google-research/2adf640a14f11025ae5a9d0ec493b78530d276d3"
    "/goemotions/data"
)
GOEMOTIONS = {
    part: PublicFile(
        f"sentiment/goemotions/{part}.tsv",
        f"{GOEMOTIONS_ADDRESS}/{part}.tsv",
        sha256,
        hint="GoEmotions of google-research",
    )
    for part, sha256 in (
        ("train", "1c254a142be5c00e80d819b9ae1bbd36d94b2eeb8f4b1271846508d57e57d9c5"),
        ("dev", "575489c079c9de1097062a01738f998590d6b7ead66dd1c9fd1d2ba01fd8bc62"),
        ("test", "0587b2dd8b27b97352adbfc3fb083d46005c8946657fdc2b1ca8b1cc7f1f8be4"),
    )
}
"""The parts of GoEmotions: a comment, the numbers of its emotions and an id on each line, with tabs between."""

ANKI = "https://www.manythings.org/anki/"
TATOEBA_FRENCH = Member(
    PublicFile(
        "translation/tatoeba/fra-eng.zip",
        "https://d2l-data.s3-accelerate.amazonaws.com/fra-eng.zip",
        sha1="94646ad1522d915e7b0f9296181140edcf86a4f5",
        hint=ANKI,
    ),
    "fra.txt",
    "translation/tatoeba/fra.txt",
)
"""English, tab, French: the selection of April 2019, as Dive into Deep Learning keeps it (d2l.DATA_HUB)."""

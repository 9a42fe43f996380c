"""The data sets by name."""

from training.sentiment.data import datasets


def test_what_is_for_measuring_only_has_no_name() -> None:
    assert set(datasets.DATASETS) == {
        "imdb",
        "snippets",
        "sst2",
        "sst2-clauses",
        "goemotions",
        "product-sentences",
        "pros-cons",
        "written",
        "opinion-words",
        "tweets",
        "tweets-taught",
        *(
            f"{kind}-{language}"
            for kind in ("written", "translated", "tatoeba")
            for language in ["fr", "es", "pt", "de", "it"]
        ),
    }

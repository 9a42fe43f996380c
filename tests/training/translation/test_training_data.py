from __future__ import annotations

from pathlib import Path

import pytest

from training.core.download import DataError
from training.translation.config import DataSection
from training.translation.corpus.pairs import Pairs, Parts
from training.translation.training_data import described, languages, load


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.tsv"
    rows = [f"Number {number} is here.\tLe nombre {number} est ici." for number in range(100)]
    path.write_text("\n".join(["en\tfr", *rows]))
    return path


def section(**settings: object) -> DataSection:
    return DataSection.model_validate({"validation": 0.1, "test": 0.1, "calendar": False} | settings)


def test_ones_own_table_comes_in_parts(table: Path) -> None:
    parts, source = load(section(csv=table, source="en", target="fr"), seed=0)
    assert [len(part.sources) for part in parts] == [80, 10, 10]
    assert source.name == "pairs.tsv (100 pairs)"
    assert "Le nombre" in parts.train.targets[0]


def test_both_sides_may_be_in_lower_case(table: Path) -> None:
    parts, _ = load(section(csv=table, source="en", target="fr", lowercase=True), seed=0)
    assert all(text == text.lower() for part in parts for text in [*part.sources, *part.targets])


@pytest.mark.parametrize(
    "named",
    [
        {},
        {"csv": "a.csv", "dataset": "tatoeba-en-fr"},
        {"source_file": "a.en"},
        {"csv": "a.csv", "source_file": "a.en", "target_file": "a.fr"},
    ],
)
def test_one_source_is_named_and_wholly(named: dict[str, str]) -> None:
    with pytest.raises(DataError, match="name one source of data"):
        load(section(source="en", target="fr", **named), seed=0)


def test_a_named_data_set_says_its_languages() -> None:
    assert languages(section(dataset="multi30k-de-en")) == ("de", "en")
    with pytest.raises(DataError, match="leave out --source and --target"):
        languages(section(dataset="multi30k-de-en", source="de"))
    with pytest.raises(DataError, match="no data set 'klingon'; there are: tatoeba-en-fr"):
        languages(section(dataset="klingon"))


@pytest.mark.parametrize("named", [{}, {"source": "en"}, {"target": "fr"}])
def test_ones_own_data_needs_both_languages(named: dict[str, str]) -> None:
    with pytest.raises(DataError, match="name the languages"):
        languages(section(csv="a.csv", **named))


def test_the_split_is_told_in_pairs_and_sentences() -> None:
    parts = Parts(Pairs(["a", "a"], ["x", "y"]), Pairs(["b"], ["z"]), Pairs(["c"], ["w"]))
    assert "training 2 pairs of 1 sentences, validation 1 pairs of 1 sentences" in described(parts)

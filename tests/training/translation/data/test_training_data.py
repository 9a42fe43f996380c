from __future__ import annotations

import sys
from pathlib import Path

import pytest

from seqserve.registry import artifact
from testing.tiny import translation as tiny_translation
from training.core.download import DataError
from training.translation import teaching
from training.translation.config import DataSection
from training.translation.corpus.pairs import Pairs, Parts
from training.translation.data.training_data import Places, described, languages, load


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.tsv"
    rows = [f"Number {number} is here.\tLe nombre {number} est ici." for number in range(100)]
    path.write_text("\n".join(["en\tfr", *rows]))
    return path


def section(**settings: object) -> DataSection:
    return DataSection.model_validate({"validation": 0.1, "test": 0.1, "calendar": False} | settings)


def test_ones_own_table_comes_in_parts(table: Path) -> None:
    parts, source, _ = load(section(csv=table, source="en", target="fr"), seed=0)
    assert [len(part.sources) for part in parts] == [80, 10, 10]
    assert source.name == "pairs.tsv (100 pairs)"
    assert "Le nombre" in parts.train.targets[0]


def test_both_sides_may_be_in_lower_case(table: Path) -> None:
    parts, _, _ = load(section(csv=table, source="en", target="fr", lowercase=True), seed=0)
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


@pytest.fixture
def other(tmp_path: Path) -> Path:
    path = tmp_path / "other.tsv"
    rows = [f"Letter {number} came.\tLa lettre {number} est venue !" for number in range(50)]
    path.write_text("\n".join(["en\tfr", *rows, "Number 7 is here.\tLe sept est là."]))
    return path


def test_further_tables_are_split_and_scored_on_their_own(table: Path, other: Path) -> None:
    alone, _, _ = load(section(csv=table, source="en", target="fr"), seed=0)
    parts, source, apart = load(section(csv=table, also=[other], source="en", target="fr"), seed=0)
    assert source.name == "pairs.tsv (100 pairs); other.tsv (51 pairs)"
    assert list(apart) == source.name.split("; ")
    assert apart["pairs.tsv (100 pairs)"].test == alone.test
    assert [len(part.sources) for part in parts[1:]] == [15, 15]
    held = {*alone.validation.sources, *alone.test.sources}
    assert not held & set(parts.train.sources)


@pytest.mark.parametrize(
    ("further", "problem"),
    [("nowhere.tsv", "nowhere.tsv is no file, and no data set"), ("tatoeba-es-en", "tatoeba-es-en is es to en")],
)
def test_a_further_source_that_there_is_not_is_named(table: Path, further: str, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        load(section(csv=table, also=[further], source="en", target="fr"), seed=0)


def test_pairs_may_be_learned_joined_too(table: Path) -> None:
    parts, _, _ = load(section(csv=table, source="en", target="fr", joined=0.5), seed=0)
    assert any(text.count("Number") > 1 for text in parts.train.sources)
    assert not any(text.count("Number") > 1 for text in parts.validation.sources)


REVERSED = f"{sys.executable} -c 'import sys; [print(line.rstrip()[::-1]) for line in sys.stdin]'"


@pytest.fixture
def taught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Settings of a teacher that writes a sentence backwards, and its texts: one that is scored on, one that is new."""
    artifact.publish(tmp_path, tiny_translation.release())
    monkeypatch.setattr(teaching.tasks, "load", lambda _: tiny_translation.translator())  # which echoes
    texts = tmp_path / "texts.txt"
    texts.write_text("".join(f"Number {number} is here. We go on for {number} days.\n" for number in range(100)))
    teacher = tmp_path / "translation/en-fr/1"
    return {"teacher": str(teacher), "texts": [texts], "through": [REVERSED], "source": "en", "target": "fr"}


def test_what_a_teacher_writes_is_learned_from_and_people_judge(
    table: Path, tmp_path: Path, taught: dict[str, object]
) -> None:
    places = Places(lessons=tmp_path / "lessons")
    alone, _, _ = load(section(csv=table, source="en", target="fr"), seed=0)
    parts, source, _ = load(section(csv=table, **taught), 0, places)
    assert parts[1:] == alone[1:]
    assert len(parts.train.sources) == 80 + 80 + 100
    assert ("We go on for 3 days.", ".syad 3 rof no og eW") in set(zip(*parts.train.sides(), strict=True))
    assert "texts.txt, translated by translation/en-fr version 1, then" in source.name


def test_texts_may_be_translated_back_so_that_people_wrote_what_is_learned(
    table: Path, tmp_path: Path, taught: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teaching.tasks, "load", lambda _: tiny_translation.translator(source="fr", target="en"))
    settings = taught | {"back": True, "through": [REVERSED]}
    parts, _, _ = load(section(csv=table, **settings), 0, Places(lessons=tmp_path / "lessons"))
    assert (".syad 3 rof no og eW", "We go on for 3 days.") in set(zip(*parts.train.sides(), strict=True))


def test_a_teacher_alone_is_learned_from_and_scored_on(tmp_path: Path, taught: dict[str, object]) -> None:
    parts, _, apart = load(section(**taught), 0, Places(lessons=tmp_path / "lessons"))
    assert [len(part.sources) for part in parts] == [160, 20, 20]
    assert apart == {}


@pytest.mark.parametrize("half", ["teacher", "texts"])
def test_a_teacher_needs_texts_and_texts_a_teacher(table: Path, taught: dict[str, object], half: str) -> None:
    with pytest.raises(DataError, match="give both, or neither"):
        load(section(csv=table, source="en", target="fr", **{half: taught[half]}), 0)


def test_texts_that_are_not_there_are_named(table: Path, taught: dict[str, object]) -> None:
    with pytest.raises(DataError, match=r"gone.txt cannot be read .* give a file in UTF-8"):
        load(section(csv=table, **taught | {"texts": ["gone.txt"]}), 0)


def test_a_small_validation_part_is_said_to_be_worth_little(table: Path) -> None:
    parts, _, _ = load(section(csv=table, source="en", target="fr"), seed=0)
    assert "with fewer than 200 sentences, chance may choose the epoch" in described(parts)
    assert "chance" not in described(parts._replace(validation=Pairs([str(row) for row in range(200)], ["x"] * 200)))

"""The translation job on a user's own sentence pairs: learned, measured, released and proven, in seconds."""

from __future__ import annotations

import random
import re
from pathlib import Path

import keras
import numpy as np
import pytest
import yaml
from pydantic import ValidationError

from seqserve import tasks
from seqserve.registry.artifact import Artifact
from seqserve.registry.store import STABLE, Store
from seqserve.translation import subword_tokenizer
from seqserve.translation.predictor import TranslationQuery, Translator
from seqserve.translation.subword_tokenizer import Subwords
from training.__main__ import main
from training.core.download import DataError
from training.translation import learning
from training.translation.config import DataSection, NetworkSection, TranslationJob
from training.translation.data import training_data
from training.translation.task import TASK

pytestmark = pytest.mark.slow

WHO = {"the cat": "le chat", "my dog": "mon chien", "Anna": "Anna", "a bird": "un oiseau", "Boris": "Boris"}
DOES = {"sees": "voit", "eats": "mange", "wants": "veut", "sells": "vend", "likes": "aime", "buys": "achète"}
COLOUR = {"red": "rouges", "green": "vertes", "small": "minuscules", "sweet": "sucrées"}
WHAT = {"apples": "pommes", "pears": "poires", "cherries": "cerises", "plums": "prunes"}
TINY = NetworkSection(dimension=4, encoder=[4], decoder=4)
SHIPPED = Path(__file__).parents[3] / "models"
QUICK = ["--vocabulary", "300", "--cell", "gru", "--dimension", "32", "--encoder", "32", "--decoder", "48"]
QUICK += ["--dropout", "0.1", "--epochs", "14", "--batch-size", "32", "--learning-rate", "0.01", "--average", "0.9"]


def rows(count: int = 700) -> list[tuple[str, str]]:
    """Sentences of a few words, the colour behind what has it in one of the languages."""
    chance = random.Random(0)
    found: dict[str, str] = {}
    while len(found) < count:
        who, does, colour, what = (chance.choice(sorted(words)) for words in (WHO, DOES, COLOUR, WHAT))
        number = chance.randint(2, 99)
        found[f"{who} {does} {number} {colour} {what}."] = (
            f"{WHO[who]} {DOES[does]} {number} {WHAT[what]} {COLOUR[colour]}."
        )
    return list(found.items())


def write(folder: Path) -> list[str]:
    """The rows as a table; the flags that say so."""
    table = folder / "pairs.tsv"
    table.write_text("".join(f"{source}\t{target}\n" for source, target in [("en", "fr"), *rows()]))
    return ["--csv", str(table), "--source", "en", "--target", "fr", "--validation", "0.1", "--test", "0.1"]


def train(folder: Path, *arguments: str, flags: list[str] | None = None) -> Artifact:
    flags = flags or write(folder)
    flags += ["--models", str(folder / "models"), "--checkpoints", str(folder / "checkpoints"), "--name", "fruit"]
    assert main(["translation", *flags, *QUICK, *arguments]) == 0
    store = Store(folder / "models")
    return store.read(store.resolve("translation", "fruit", store.versions("translation", "fruit")[-1]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("job")


@pytest.fixture(scope="module")
def released(folder: Path) -> Artifact:
    return train(folder)


def test_a_released_version_proves_itself_and_translates(released: Artifact) -> None:
    predictor = tasks.load(released)
    assert isinstance(predictor, Translator)
    (answer,) = predictor.predict([TranslationQuery("my dog wants 12345 red pears.")])
    assert answer.text == "mon chien veut 12345 poires rouges."
    assert answer.warnings == []


def test_a_released_version_holds_all_that_it_should(released: Artifact) -> None:
    files = {"encoder.part", "decoder.onnx", "tokenizer.json", "names.json", "reference.json", "recipe.yaml"}
    assert files <= set(released.files)
    metrics = released.json("metrics.json")
    for row in (metrics["test"], metrics["validation"], *metrics["baselines"].values(), *metrics["precision"].values()):
        assert set(row) == {"bleu", "chrf", "bleu_any", "chrf_any"}
    assert set(metrics["baselines"]) == {"copying the source", "word for word", "phrase table"}
    assert set(metrics["decoding"]) == {"greedy", "beam 5"}
    assert metrics["test"]["bleu"] > 80 > metrics["baselines"]["word for word"]["bleu"]
    assert abs(metrics["precision"]["float"]["bleu"] - metrics["precision"]["8 bits"]["bleu"]) < 5
    assert "nrefs:1" in metrics["signatures"]["bleu"]
    card = released.file("MODEL_CARD.md").decode()
    assert "phrase table" in card
    assert "GRU(32)" in card
    assert yaml.safe_load(released.file("recipe.yaml"))["data"]["csv"] == "pairs.tsv"
    sentence = rows()[0][0]
    assert not any(sentence.encode() in released.file(name) for name in released.files)


def test_longer_pairs_can_be_learned_from_too(tmp_path: Path) -> None:
    flags = write(tmp_path)
    data = DataSection(csv=Path(flags[1]), source="en", target="fr")
    whole, short = (training_data.load(data.model_copy(update={"longest": most}), 0)[0].train for most in (300, 30))
    assert not any("characters on a side" in line for line in whole.report)
    assert any("pairs dropped: more than 30 characters on a side" in line for line in short.report)


def test_the_weights_give_the_same_translation_in_keras(released: Artifact) -> None:
    network = learning.network_of(released)
    predictor = tasks.load(released)
    assert isinstance(predictor, Translator)
    (sentence,) = predictor.prepare(TranslationQuery("Anna buys 7 sweet plums.")).sentences
    tokens, written = np.array([sentence.tokens], dtype=np.int32), [1]
    while written[-1] != 2 and len(written) < 30:
        outputs = network([tokens, np.array([tokens.shape[1]], dtype=np.int32), np.array([written], dtype=np.int32)])
        written.append(int(np.asarray(outputs)[0, -1].argmax()))
    (((hypothesis, *_),),) = predictor.infer([predictor.prepare(TranslationQuery("Anna buys 7 sweet plums.", beam=1))])
    assert hypothesis.tokens == written[1:-1]


def test_the_classic_form_and_two_files_train_too(tmp_path: Path) -> None:
    sides = [tmp_path / "lines.en", tmp_path / "lines.fr"]
    for side, lines in zip(sides, zip(*rows(200), strict=True), strict=True):
        side.write_text("\n".join(lines) + "\n")
    flags = ["--source-file", str(sides[0]), "--target-file", str(sides[1]), "--source", "en", "--target", "fr"]
    flags += ["--validation", "0.1", "--test", "0.1"]
    options = ["--no-attention", "--reverse", "--cell", "lstm", "--encoder", "8,8", "--epochs", "1", "--lowercase"]
    artifact = train(tmp_path, *options, flags=flags)
    predictor = tasks.load(artifact)
    assert isinstance(predictor, Translator)
    assert predictor.config.reversed
    assert predictor.config.lowercase
    assert STABLE not in Store(tmp_path / "models").labels("translation", "fruit")  # it has learned too little


def test_an_interrupted_job_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flags = write(tmp_path)
    seen: list[int] = []
    original = keras.Model.fit

    def fit(network: keras.Model, *arguments: object, initial_epoch: int, **options: object) -> object:
        seen.append(initial_epoch)
        if len(seen) == 1:
            original(network, *arguments, initial_epoch=0, **{**options, "epochs": 1})
            raise KeyboardInterrupt
        return original(network, *arguments, initial_epoch=initial_epoch, **options)

    monkeypatch.setattr(keras.Model, "fit", fit)
    with pytest.raises(AssertionError):  # the exit status is 130
        train(tmp_path, "--epochs", "2", flags=[*flags])
    train(tmp_path, "--epochs", "2", flags=[*flags])
    assert seen == [0, 1]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"dataset": "tatoeba-en-fr", "csv": "x.csv"},
        {"dataset": "tatoeba-en-fr", "source": "en"},
        {"dataset": "tatoeba-en-tlh"},
        {"source_file": "x.en", "source": "en", "target": "fr"},
        {"csv": "x.csv", "source": "en"},
    ],
)
def test_data_that_is_not_named_once_and_wholly_is_refused(data: dict[str, str]) -> None:
    with pytest.raises(DataError):
        training_data.load(DataSection(**data), seed=0)


def test_a_named_data_set_says_its_languages() -> None:
    assert training_data.languages(DataSection(dataset="multi30k-de-en")) == ("de", "en")
    assert training_data.languages(DataSection(source="nl", target="pl")) == ("nl", "pl")


@pytest.mark.parametrize("recipe", sorted((TASK.recipes).glob("*.yaml")), ids=lambda path: path.stem)
def test_every_recipe_is_a_job(recipe: Path) -> None:
    assert TranslationJob.model_validate(yaml.safe_load(recipe.read_text())).name


@pytest.mark.parametrize("wrong", [{"network": {"cell": "rnn"}}, {"subwords": {"vocabulary": 5}}, {"fit": {"x": 1}}])
def test_an_option_that_there_is_not_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TranslationJob.model_validate({"name": "x", **wrong})


def test_a_job_learns_on_from_a_version(released: Artifact, folder: Path, tmp_path: Path) -> None:
    version = folder / "models/translation/fruit/1"
    again = train(tmp_path, "--start", str(version), "--epochs", "1", "--learning-rate", "1e-6", "--decoder", "16")
    assert again.file("tokenizer.json") == released.file("tokenizer.json")
    assert abs(again.json("metrics.json")["test"]["bleu"] - released.json("metrics.json")["test"]["bleu"]) < 5
    recipe = yaml.safe_load(again.file("recipe.yaml"))["network"]
    assert (recipe["start"], recipe["decoder"]) == ("1", 48)


def test_a_job_for_other_languages_learns_on_from_the_layers_of_a_version(
    released: Artifact, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "pairs.tsv"
    accents = str.maketrans("eé", "øå")
    lines = [("en", "da"), *((source, target.translate(accents)) for source, target in rows())]
    table.write_text("".join(f"{source}\t{target}\n" for source, target in lines))
    flags = ["--csv", str(table), "--source", "en", "--target", "da", "--validation", "0.1", "--test", "0.1"]
    start = ["--start", str(folder / "models/translation/fruit/1"), "--epochs", "7", "--dimension", "16"]
    child = train(tmp_path, *start, flags=flags)
    said = re.search(r"the layers of translation/fruit version 1 and (\d+) of (\d+) subwords", capsys.readouterr().out)
    assert said
    assert 0 < int(said[1]) < int(said[2])
    assert child.file("tokenizer.json") != released.file("tokenizer.json")
    assert child.json("metrics.json")["start"] == {}, "it reads other subwords, so there is no before"
    card = child.file("MODEL_CARD.md").decode()
    assert "embedding of 32 both ways" in card
    assert f"It began as translation/fruit version 1 ({released.manifest.licence}), which had learned from" in card
    (answer,) = Translator.load(child).predict([TranslationQuery("my dog wants 12345 red pears.")])
    assert answer.text == "mon chiøn vøut 12345 poirøs rougøs."


def test_a_new_subword_begins_as_the_mean_of_its_parts() -> None:
    old, new = (Subwords(subword_tokenizer.fit([text] * 20, 300)) for text in ("ab a b", "abab ab b"))
    networks = [learning.build(TINY, len(coder)) for coder in (old, new)]
    assert learning.adopt(networks[1], new, networks[0], old) == len(new) - 2
    for mine, other in zip(networks[1].weights, networks[0].weights, strict=True):
        after, before = np.asarray(mine), np.asarray(other)
        if len(before) != len(old):
            np.testing.assert_array_equal(after, before)
            continue
        for token, parts in {"</s>": ["</s>"], "▁ab": ["▁ab"], "ab": ["a", "b"], "▁abab": ["▁ab", "a", "b"]}.items():
            expected = before[[old.tokens.index(part) for part in parts]].mean(axis=0)
            np.testing.assert_allclose(after[new.tokens.index(token)], expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--source", "en", "--target", "fr", "--lowercase"], "was trained without --lowercase; do the same, or start"),
        (["--source", "en", "--target", "fr", "--start", "nowhere/1"], "is incomplete"),
        (
            ["--source", "en", "--target", "pt", "--start", str(SHIPPED / "translation/en-pt/1")],
            "let it teach: --teach",
        ),
    ],
)
def test_what_is_no_start_is_refused(
    released: Artifact, folder: Path, capsys: pytest.CaptureFixture[str], options: list[str], problem: str
) -> None:
    start = ["--start", str(folder / "models/translation/fruit/1"), "--models", str(folder / "unused")]
    assert main(["translation", "--csv", write(folder)[1], *start, *options]) == 1
    assert problem in capsys.readouterr().err

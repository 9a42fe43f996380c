from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from seqserve.language import identification
from seqserve.language.identification import candidates, identify

SENTENCES = {
    "en": "It was raining, so we stayed at home all day.",
    "fr": "Il pleuvait, alors nous sommes restés à la maison.",
    "de": "Es regnete, also blieben wir den ganzen Tag zu Hause.",
    "es": "Llovía, así que nos quedamos en casa todo el día.",
    "it": "Pioveva, quindi siamo rimasti a casa tutto il giorno.",
    "pt": "Estava chovendo, então ficamos em casa o dia todo.",
    "ru": "Шёл дождь, поэтому мы остались дома.",
    "ja": "雨が降っていたので、私たちは家にいました。",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_is_identified_however_it_is_written(language: str) -> None:
    text = SENTENCES[language]
    for written in (
        text,
        text.upper(),
        f"<p class='the'>{text}</p>\n",
        f"{text} https://example.com/the/news {{the_name}}",
    ):
        found = identify(written)
        assert found is not None
        assert found.language == language
        assert 0.5 < found.probability <= 1


@pytest.mark.parametrize(
    "text",
    [
        "Menu",
        "Netflix",
        "la",
        "OK",
        "OK.",
        "Wait... what?",
        "Save changes",
        "lol so good",
        "Barack Obama",
        "{name} %s",
        "<b></b>",
        "12:30",
        "😀",
        "",
        " ",
    ],
)
def test_it_is_silent_of_what_is_in_no_language_or_in_several(text: str) -> None:
    assert identify(text) is None


@pytest.mark.parametrize("text", ["", "12:30", "😀😀", "<br>", "%s {count}", "https://example.com", "a@example.com"])
def test_what_has_no_words_has_no_candidates(text: str) -> None:
    assert candidates(text, 3) == []


def test_candidates_come_likeliest_first_also_where_nothing_is_sure() -> None:
    found = candidates("Save changes", 3)
    assert len({candidate.language for candidate in found}) == 3
    assert found == sorted(found, key=lambda candidate: -candidate.probability)


def test_a_long_text_takes_no_longer_than_its_begin() -> None:
    begin = SENTENCES["de"] + " " * 1_000
    assert candidates(begin + SENTENCES["fr"] * 100_000, 1) == candidates(begin, 1)


def test_the_model_is_loaded_with_the_first_text_not_before() -> None:
    command = "import sys, seqserve.language.identification; sys.exit('fasttext' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", command], cwd=Path(__file__).parents[3]).returncode == 0


def test_the_model_is_the_one_that_its_notice_names() -> None:
    folder = resources.files(identification.__package__)
    [digest] = re.findall(r"[0-9a-f]{64}", (folder / "README.md").read_text())
    assert hashlib.sha256((folder / "lid.176.ftz").read_bytes()).hexdigest() == digest

"""A teacher translates every sentence once, forwards or backwards, and what it is unsure of is not taught."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from seqserve.registry import artifact
from seqserve.registry.store import STABLE, Key, Store
from testing.tiny import sentiment as tiny_sentiment
from testing.tiny import translation as tiny_translation
from training.core.download import DataError
from training.translation import teaching
from training.translation.teaching import Lesson, Teacher, surest

UPPER = f"{sys.executable} -c 'import sys; print(sys.stdin.read().upper(), end=\"\")'"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    for release in (tiny_translation.release(), tiny_sentiment.release("reviews")):
        artifact.publish(root, release)
        Store(root).label(Key(release.task, release.name, "1"), STABLE, even_if_worse=True)
    return root


def test_lessons_are_what_the_service_would_answer(models: Path, tmp_path: Path) -> None:
    teacher = Teacher.load("translation/en-fr", models)
    (lesson,) = teacher.lessons(["I like milk."], "en", tmp_path)
    (answer,) = teacher.translator.predict([teacher.translator.query("I like milk.")])
    assert lesson == Lesson("I like milk.", answer.text, answer.score)


def test_each_sentence_is_translated_once_even_in_another_run(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = Teacher.load(str(models / "translation/en-fr/1"), models)
    first = teacher.lessons(["I like milk. We go. I like milk."], "en", tmp_path)
    assert [lesson.sentence for lesson in first] == ["I like milk.", "We go."]
    asked: list[str] = []
    taught = teaching.Teacher._teach
    monkeypatch.setattr(Teacher, "_teach", lambda self, rows: asked.extend(rows) or taught(self, rows))
    assert teacher.lessons(["We go.", "He eats."], "en", tmp_path)[0] == first[1]
    assert asked == ["He eats."]


def test_a_line_that_was_broken_off_is_written_again(models: Path, tmp_path: Path) -> None:
    teacher = Teacher.load("translation/en-fr", models)
    whole = teacher.lessons(["We go.", "He eats."], "en", tmp_path)
    (file,) = tmp_path.glob("lessons-*.jsonl")
    file.write_bytes(file.read_bytes()[:-9])
    assert teacher.lessons(["We go.", "He eats."], "en", tmp_path) == whole
    assert len([json.loads(line) for line in file.read_text().splitlines()]) == 2


def test_programs_stand_behind_the_teacher_or_before_it(models: Path, tmp_path: Path) -> None:
    forwards = Teacher.load("translation/en-fr", models, [UPPER])
    (lesson,) = forwards.lessons(["We go."], "en", tmp_path)
    assert lesson.translation == Teacher.load("translation/en-fr", models)._teach(["We go."])[0].translation.upper()
    backwards = Teacher.load("translation/en-fr", models, [UPPER], back=True)
    (lesson,) = backwards.lessons(["We go."], "fr", tmp_path)
    assert (lesson.sentence, lesson.translation) == (
        "We go.",
        Teacher.load("translation/en-fr", models)._teach(["WE GO."])[0].translation,
    )
    assert len(list(tmp_path.glob("lessons-*"))) == 2


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Le chat de *Kowalski dort.", "Le chat de Kowalski dort."),
        ("**Kowalski, dit-il.", "Kowalski, dit-il."),
        ("Il *sommeilla.", ""),
        ("Il #dormir.", ""),
        ("Le chat 2*3 dort.", "Le chat 2*3 dort."),
        ("", ""),
    ],
)
def test_words_that_a_program_does_not_know_are_names_or_the_sentence_goes(line: str, found: str) -> None:
    assert teaching._without_marks(line, "Kowalski's cat sommeilla.") == found


@pytest.mark.parametrize(
    ("program", "problem"),
    [
        ("no-such-program", "failed .* give a program that reads lines and writes as many"),
        (f"{sys.executable} -c 'print(1)'", "wrote 1 lines for 2"),
        (f"{sys.executable} -c 'raise SystemExit(3)'", "exit status 3"),
    ],
)
def test_a_program_that_fails_is_named(models: Path, tmp_path: Path, program: str, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        Teacher.load("translation/en-fr", models, [program]).lessons(["We go.", "He eats."], "en", tmp_path)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("translation/en-tlh", "en-tlh"),
        ("sentiment/reviews", "is no translator; name one, such as translation/en-pt"),
        ("nothing/at/all", "cannot be loaded"),
    ],
)
def test_who_cannot_teach_is_refused(models: Path, name: str, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        Teacher.load(name, models)


def test_a_teacher_of_other_languages_is_refused_unless_a_program_stands_between(models: Path) -> None:
    teacher = Teacher.load("translation/en-fr", models)
    teacher.check("en", "fr")
    with pytest.raises(DataError, match="translates en to fr; for these texts the teacher must translate en to de"):
        teacher.check("en", "de")
    with pytest.raises(DataError, match="must translate fr to en"):
        Teacher.load("translation/en-fr", models, back=True).check("en", "fr")
    Teacher.load("translation/en-fr", models, [UPPER]).check("en", "de")
    with pytest.raises(DataError, match="must translate es to de"):
        Teacher.load("translation/en-fr", models, [UPPER]).check("es", "de")


def test_the_least_sure_and_the_empty_are_left_out_and_counted() -> None:
    lessons = [Lesson(str(number), "x", -number) for number in (3, 1, 4, 2)] + [Lesson("5", "", 0.0)]
    kept, report = surest(lessons, 0.5)
    assert [lesson.sentence for lesson in kept] == ["1", "2"]
    assert report == [
        "1 sentences left out: the teacher had no translation, or warned of it",
        "2 sentences left out: the teacher was least sure of them",
    ]
    assert surest(lessons[:4], 1.0) == (lessons[:4], [])

"""Pairs that a teacher writes: any served translator translates texts, and a smaller network learns from them.

Texts in the language that is read are translated forwards: the network learns the teacher's translations. Texts in the
language that is written are translated backwards: the network learns to write what people wrote.

Reference:
    Kim and Rush, Sequence-Level Knowledge Distillation, EMNLP 2016. Sennrich et al., Improving Neural Machine
    Translation Models with Monolingual Data, ACL 2016 (backwards).
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self

from seqserve import tasks
from seqserve.errors import SeqserveError
from seqserve.registry import artifact
from seqserve.registry.artifact import Artifact
from seqserve.registry.manifest import MANIFEST
from seqserve.registry.store import Store
from seqserve.translation.predictor import Translation, TranslationQuery, Translator
from training.core import fitting
from training.core.download import DataError
from training.translation.corpus.sentence_pairs import sentences_of

_CHUNK = 512
"""Sentences that are translated and written together; an interruption loses no more."""
_UNKNOWN = re.compile(r"(?<![^\s\"'(\u00ab-])([*@#]+)(?=\w)")
"""The mark of a word that a rule-based program such as Apertium could not translate."""


class Lesson(NamedTuple):
    """A sentence and its translation by the teacher.

    Args:
        translation: empty if the teacher had none that can be learned from.
        score: the mean log-probability of its tokens.
    """

    sentence: str
    translation: str
    score: float


@dataclass(frozen=True)
class Teacher:
    """A served translator, and programs that stand between it and the language of the students.

    Args:
        through: commands that read lines and write as many, such as `apertium es-fr`, one after the other.
        back: texts are translated backwards, through the programs first.
    """

    version: Artifact
    translator: Translator
    through: Sequence[str] = ()
    back: bool = False

    @classmethod
    def load(cls, name: str, models: Path, through: Sequence[str] = (), back: bool = False) -> Self:
        """The teacher of a name, TASK/NAME or TASK/NAME/VERSION below `models`, or of a folder.

        Raises:
            DataError: it is no translator that could be loaded.
        """
        try:
            version = artifact.read(Path(name)) if (Path(name) / MANIFEST).is_file() else _named(name, models)
            predictor = tasks.load(version)
        except SeqserveError as error:
            raise DataError(f"the teacher cannot be loaded: {error}") from None
        if not isinstance(predictor, Translator):
            raise DataError(f"{version} is no translator; name one, such as translation/en-pt")
        return cls(version, predictor, through, back)

    def __str__(self) -> str:
        steps = [*self.through, str(self.version)] if self.back else [str(self.version), *self.through]
        return ", then ".join(steps)

    def check(self, source: str, target: str) -> None:
        """Whether it teaches a translator from one language to another.

        Raises:
            DataError: it does not; a program between the two may, which is not checked.
        """
        reads, writes = self.translator.config.source, self.translator.config.target
        wanted = (target, source) if self.back else (source, target)
        agree = [known == language for known, language in zip((reads, writes), wanted, strict=True)]
        if self.through:
            agree[0 if self.back else 1] = True
        if not all(agree):
            needed = " to ".join(wanted)
            raise DataError(
                f"{self.version} translates {reads} to {writes}; for these texts the teacher must translate {needed}"
            )

    def lessons(self, texts: Iterable[str], language: str, folder: Path) -> list[Lesson]:
        """Every sentence of texts in a language once, translated.

        Lessons are kept in `folder` in a file of this teacher, so that none is given twice, and an interrupted run
        goes on where it stopped.

        Raises:
            DataError: a program of `through` fails.
        """
        sentences = list(dict.fromkeys(found for text in texts for found in sentences_of(text, language)))
        file = folder / f"lessons-{self._digest()}.jsonl"
        known = _read(file)
        missing = [sentence for sentence in sentences if sentence not in known]
        with file.open("a", encoding="utf-8") as notebook:
            for start in range(0, len(missing), _CHUNK):
                given = self._teach(missing[start : start + _CHUNK])
                notebook.writelines(f"{json.dumps(lesson, ensure_ascii=False)}\n" for lesson in given)
                notebook.flush()
                os.fsync(notebook.fileno())
                known |= {lesson.sentence: lesson for lesson in given}
                done = len(sentences) - len(missing) + start + len(given)
                print(f"teacher: {done} of {len(sentences)} sentences translated", flush=True)
        return [known[sentence] for sentence in sentences]

    def _teach(self, sentences: Sequence[str]) -> list[Lesson]:
        asked = self._piped(sentences, sentences) if self.back else sentences
        answers = self.translator.predict([TranslationQuery(sentence) for sentence in asked])
        fit = [answer if isinstance(answer, Translation) and not answer.warnings else None for answer in answers]
        written = [answer.text if answer else "" for answer in fit]
        if not self.back:
            written = self._piped(written, sentences)
        scores = [answer.score if answer else 0.0 for answer in fit]
        return list(map(Lesson, sentences, written, scores))

    def _piped(self, lines: Sequence[str], sentences: Sequence[str]) -> list[str]:
        """What the programs make of lines, nothing where they do not know a word of the sentence it comes from."""
        for command in self.through:
            lines = [
                _without_marks(line, sentence) for line, sentence in zip(piped(command, lines), sentences, strict=True)
            ]
        return list(lines)

    def _digest(self) -> str:
        files = json.dumps(self.version.manifest.files, sort_keys=True)
        return fitting.checkpoint_name(files, *self.through, *["back"] * self.back)


def surest(lessons: Sequence[Lesson], share: float) -> tuple[list[Lesson], list[str]]:
    """The lessons that the teacher was surest of, in order, and what was left out, a line each.

    Args:
        share: of the lessons with a translation.
    """
    given = [lesson for lesson in lessons if lesson.translation]
    ranked = sorted(range(len(given)), key=lambda number: given[number].score, reverse=True)
    kept = sorted(ranked[: round(share * len(given))])
    counts = {
        "the teacher had no translation, or warned of it": len(lessons) - len(given),
        "the teacher was least sure of them": len(given) - len(kept),
    }
    report = [f"{count} sentences left out: {reason}" for reason, count in counts.items() if count]
    return [given[number] for number in kept], report


def _named(name: str, models: Path) -> Artifact:
    task, _, rest = name.partition("/")
    model, _, version = rest.partition("/")
    store = Store(models)
    return store.read(store.resolve(task, model or None, version or None))


def _read(file: Path) -> dict[str, Lesson]:
    """The lessons of a file by sentence; a line that an interruption broke off is removed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        return {}
    content = file.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        file.write_bytes(whole)
    lessons = [Lesson(*json.loads(line)) for line in whole.decode().split("\n")[:-1]]
    return {lesson.sentence: lesson for lesson in lessons}


def piped(command: str, lines: Sequence[str]) -> list[str]:
    """What a program makes of lines. A blank line between them keeps it from taking several for one sentence.

    Raises:
        DataError: it fails, or writes more or fewer lines.
    """
    text = "\n\n".join(lines) + "\n"
    try:
        done = subprocess.run(shlex.split(command), input=text, capture_output=True, text=True, check=True)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        raise DataError(f"{command!r} failed ({error}); give a program that reads lines and writes as many") from None
    written = done.stdout.removesuffix("\n").split("\n")[::2]
    if len(written) != len(lines):
        raise DataError(
            f"{command!r} wrote {len(written)} lines for {len(lines)}, blank ones between them aside; give a program "
            "that writes a line for each"
        )
    return written


def _without_marks(line: str, sentence: str) -> str:
    """A translation without the marks of unknown words; nothing if one of them is no name of the sentence."""
    unknown = (line[match.end() :].split()[0].rstrip(".,;:!?") for match in _UNKNOWN.finditer(line))
    return _UNKNOWN.sub("", line) if all(word[0].isupper() and word in sentence for word in unknown) else ""

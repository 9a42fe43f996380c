from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from seqserve import tasks
from seqserve.errors import InputError
from seqserve.registry import artifact
from seqserve.tag.command import TagCommand
from testing.tiny import tag as tiny_tag


def test_each_text_has_its_entities_or_its_error(tmp_path: Path) -> None:
    predictor: Any = tasks.load(artifact.publish(tmp_path, tiny_tag.release()))
    parser, command = argparse.ArgumentParser(), TagCommand()
    command.add_arguments(parser)
    options = parser.parse_args(["Mail ann@example.org", " ", "--mask", "email"])
    (first, answer), (second, error) = command.answer(predictor, options)
    assert (first, second) == ("text 1", "text 2")
    assert command.result(answer)["masked"] == "Mail [email]"
    assert isinstance(error, InputError)
    assert error.code == "empty"

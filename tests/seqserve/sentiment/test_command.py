from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from seqserve import tasks
from seqserve.errors import InputError
from seqserve.registry import artifact
from seqserve.sentiment.command import SentimentCommand
from testing.tiny import sentiment as tiny_sentiment


@pytest.mark.parametrize("explain", [True, False])
def test_each_text_is_labelled_or_has_its_error(tmp_path: Path, explain: bool) -> None:
    predictor: Any = tasks.load(artifact.publish(tmp_path, tiny_sentiment.release()))
    parser, command = argparse.ArgumentParser(), SentimentCommand()
    command.add_arguments(parser)
    options = parser.parse_args(["I like it.", " ", *(["--explain"] if explain else [])])
    (first, answer), (second, error) = command.answer(predictor, options)
    assert (first, second) == ("text 1", "text 2")
    assert ("explanation" in command.result(answer)) == explain
    assert isinstance(error, InputError)
    assert error.code == "empty"

from __future__ import annotations

import argparse

from seqserve.errors import InputError
from seqserve.translation.command import TranslationCommand
from seqserve.translation.predictor import Translation
from testing.tiny import translation as tiny_translation


def test_each_text_is_translated_or_has_its_error() -> None:
    parser, command = argparse.ArgumentParser(), TranslationCommand()
    command.add_arguments(parser)
    options = parser.parse_args(["I like milk.", "", "--alternatives", "2"])
    (first, answer), (second, error) = command.answer(tiny_translation.translator(), options)
    assert (first, second) == ("text 1", "text 2")
    assert isinstance(answer, Translation)
    assert isinstance(error, InputError)


def test_what_the_model_does_not_take_is_an_error_of_each_text() -> None:
    parser, command = argparse.ArgumentParser(), TranslationCommand()
    command.add_arguments(parser)
    ((_, error),) = command.answer(tiny_translation.translator(), parser.parse_args(["I like milk.", "--beam", "99"]))
    assert isinstance(error, InputError)
    assert error.code == "bad_beam"

from __future__ import annotations

import argparse
from dataclasses import fields

from seqserve.tabular import read_options
from seqserve.tabular.read_options import ReadOptions


def parsed(*arguments: str) -> ReadOptions:
    parser = argparse.ArgumentParser()
    read_options.add_arguments(parser)
    return read_options.from_arguments(parser.parse_args(arguments))


def test_without_flags_nothing_is_said() -> None:
    assert parsed() == ReadOptions()


def test_every_field_has_a_flag() -> None:
    parser = argparse.ArgumentParser()
    read_options.add_arguments(parser)
    flags = {action.dest for action in parser._actions} - {"help"}
    assert flags == {field.name for field in fields(ReadOptions)}


def test_flags_may_be_repeated_and_negated() -> None:
    said = parsed("--time", "date", "--time", "hour", "--no-day-first", "--decimal", ",", "--allow-dropped", "0.2")
    assert (said.time, said.day_first, said.decimal, said.allow_dropped) == (["date", "hour"], False, ",", 0.2)

"""One piece of work after the other, in this process."""

from __future__ import annotations

from functools import partial

from training.engines.work import Desk, Function


def run(function: Function, desk: Desk) -> None:
    """Do all there is to do."""
    while (piece := desk.following()) is not None:
        desk.done(piece.number, function(piece.argument, partial(desk.told, piece.number)))

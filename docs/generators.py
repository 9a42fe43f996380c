"""Draws what the generators of docs/universal.md make: run `.venv/bin/python -m docs.generators`.

A picture for each module, with three series of 240 steps and a season of 24, always the same. Needs matplotlib.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from seqserve.core.arrays import Floats
from training.forecast.universal.generators import GENERATORS, instruments, trend_season

_IMAGES = Path(__file__).parent / "images" / "generators"
_COUNT, _LENGTH, _SEASON = 3, 240, 24
_DRAWN = 64
"""Some parts are drawn once for all series of a call: each of the three is from a call of its own."""
_COLOUR = "#3355d8"
_COLOURS = 32


def main() -> None:
    _IMAGES.mkdir(parents=True, exist_ok=True)
    for name, rows in samples():
        path = _IMAGES / f"{name}.png"
        path.write_bytes(_picture(rows))
        print(f"{path.name}: {path.stat().st_size / 1024:.0f} KiB")


def samples() -> Iterator[tuple[str, list[Floats]]]:
    """Name and three series of each generator, and of what instruments make of one."""
    for name, (draw, _) in GENERATORS.items():
        yield name, [_varied(draw(_chance(seed), _DRAWN, _LENGTH, _SEASON)) for seed in range(_COUNT)]
    plain = [trend_season.sample(_chance(seed), _DRAWN, _LENGTH, _SEASON) for seed in range(_COUNT)]
    yield "instruments", [_varied(instruments.observed(_chance(7), drawn, _SEASON)) for drawn in plain]


def _chance(seed: int) -> np.random.Generator:
    return np.random.default_rng((seed, 17))


def _varied(drawn: Floats) -> Floats:
    """The first series that is not nearly constant."""
    return next(series for series in drawn if len(np.unique(series)) > 3)


def _picture(rows: list[Floats]) -> bytes:
    figure, places = plt.subplots(1, len(rows), figsize=(9, 1.4), dpi=100)
    for axes, series in zip(places, rows, strict=True):
        axes.plot(series, color=_COLOUR, linewidth=1)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout(pad=0.4)
    drawn, packed = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png")
    plt.close(figure)
    with Image.open(drawn) as picture:
        picture.convert("RGB").quantize(_COLOURS).save(packed, "PNG", optimize=True)
    return packed.getvalue()


if __name__ == "__main__":
    main()

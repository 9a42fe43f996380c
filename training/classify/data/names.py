"""The names of the data sets, free of what reads them, so that `--help` is fast."""

from __future__ import annotations

PUBLISHED = {
    "arrow-head": "ArrowHead",
    "basic-motions": "BasicMotions",
    "gun-point": "GunPoint",
    "italy-power-demand": "ItalyPowerDemand",
    "japanese-vowels": "JapaneseVowels",
}
"""Data sets with a published split that come with the package aeon, and their names there."""

DATASETS = ("digits", "mnist", *PUBLISHED)

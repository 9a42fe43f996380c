"""Golden examples of a version: drawn at random within the range of its features, as the data are their owners'."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqserve.classify.config import ClassifyConfig

_LONGEST = 60
"""Steps of an example, at most, where the length is free."""


def queries(config: ClassifyConfig) -> list[dict[str, Any]]:
    """A short and a long walk, and one that is explained; other seeds, other walks."""
    random = np.random.default_rng(0)
    shortest, longest = (min(steps, max(_LONGEST, config.steps or 0)) for steps in config.seen_steps)
    found: list[dict[str, Any]] = [{"values": walk(config, steps, random)} for steps in (shortest, longest)]
    if not config.per_step:
        found.append({"values": walk(config, shortest, random), "top": 1, "explain": True})
    return found


def walk(config: ClassifyConfig, steps: int, random: np.random.Generator) -> list[list[float]]:
    """Values (T, D) between the least and the largest of each feature, of few digits."""
    walk = np.cumsum(random.normal(size=(steps, len(config.features))), axis=0)
    shares = (1 + np.sin(walk)) / 2
    low, high = np.array(config.low), np.array(config.high)
    values: list[list[float]] = np.round(low + shares * (high - low), 4).tolist()
    return values

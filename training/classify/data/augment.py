"""Small random changes of training sequences, other ones in every epoch, that leave their labels as they are."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy import ndimage

from training.classify.data.batches import Augment, Steps

_TURN, _SHEAR, _ZOOM, _SHIFT = 0.2, 0.2, 0.12, 1.5
"""Radians, share, share and pixels, at most."""
_NOISE, _STRETCH, _GAIN = 0.05, 0.1, 0.1
"""Of the scaled values the noise, of time and of values the change, standard deviations."""


def of_kind(kind: Literal["none", "image", "series"], background: Steps) -> Augment | None:
    """What changes a sequence.

    Args:
        background: the value of each feature, scaled, outside an image (D,).
    """
    if kind == "image":
        return lambda steps, random: image(steps, random, float(background.min()))
    return series if kind == "series" else None


def image(steps: Steps, random: np.random.Generator, background: float) -> Steps:
    """An image (T, D) turned, sheared, zoomed and shifted about its middle.

    Reference:
        Simard et al., Best Practices for Convolutional Neural Networks, 2003.
    """
    turn, shear = random.uniform(-_TURN, _TURN), random.uniform(-_SHEAR, _SHEAR)
    zoom = 1 + random.uniform(-_ZOOM, _ZOOM, size=2)
    cosine, sine = np.cos(turn), np.sin(turn)
    matrix = np.array([[cosine, -sine], [sine, cosine]]) @ np.array([[1, 0], [shear, 1]]) @ np.diag(zoom)
    middle = (np.array(steps.shape) - 1) / 2
    offset = middle - matrix @ middle + random.uniform(-_SHIFT, _SHIFT, size=2)
    changed: Steps = ndimage.affine_transform(steps, matrix, offset, order=1, cval=background)
    return changed


def series(steps: Steps, random: np.random.Generator) -> Steps:
    """A series (T, D) with time bent, values stretched and noise on them; it keeps its length, and labels of steps fit.

    Reference:
        Um et al., Data Augmentation of Wearable Sensor Data, ICMI 2017 (jittering, scaling, time-warping).
    """
    length = len(steps)
    speeds = np.interp(np.arange(length), np.linspace(0, length - 1, 5), random.normal(1, _STRETCH, size=5).clip(0.5))
    at = np.cumsum(speeds) - speeds[0]
    at *= (length - 1) / max(at[-1], 1e-9)
    warped = np.stack([np.interp(at, np.arange(length), column) for column in steps.T], axis=1)
    gains = random.normal(1, _GAIN, size=steps.shape[1])
    changed: Steps = (warped * gains + random.normal(0, _NOISE, size=steps.shape)).astype(np.float32)
    return changed

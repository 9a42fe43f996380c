from __future__ import annotations

import itertools

import keras
import numpy as np
import pytest

from seqserve.tag.decoding import allowed_transitions, tags_of
from training.tag.crf import TagLoss

pytestmark = pytest.mark.slow

TAGS = tags_of(["person"])


def test_the_loss_is_that_of_all_allowed_tags_and_padding_does_not_count() -> None:
    random = np.random.default_rng(0)
    layer = TagLoss(TAGS)
    scores = random.normal(size=(2, 4, 3)).astype(np.float32)
    tags = np.array([[1, 2, 0, 0], [0, 1, 0, 0]], dtype=np.int32)
    lengths = np.array([4, 2], dtype=np.int32)
    scores[1, 2:] = 1e3
    layer(scores, tags, lengths)
    layer.set_weights([random.normal(size=weight.shape).astype(np.float32) for weight in layer.get_weights()])
    found = keras.ops.convert_to_numpy(layer(scores, tags, lengths))
    first, following = allowed_transitions(TAGS)
    start, end, between = (np.asarray(part) for part in (layer.start, layer.end, layer.transitions))
    for row, length in enumerate(lengths):

        def total(path: tuple[int, ...], row: int = row) -> float:
            sums = sum(scores[row, place, tag] for place, tag in enumerate(path))
            return float(
                sums + start[path[0]] + end[path[-1]] + sum(between[pair] for pair in itertools.pairwise(path))
            )

        ways = [
            path
            for path in itertools.product(range(3), repeat=int(length))
            if first[path[0]] and all(following[pair] for pair in itertools.pairwise(path))
        ]
        wanted = np.logaddexp.reduce([total(path) for path in ways]) - total(tuple(tags[row, :length]))
        assert found[row] == pytest.approx(wanted, rel=1e-4)

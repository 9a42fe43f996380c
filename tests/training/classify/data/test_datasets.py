from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from seqserve.classify.sequences import TEST, TRAIN
from training.classify.data import datasets, names
from training.core.download import DataError


def test_every_name_of_the_help_has_a_loader() -> None:
    assert tuple(datasets.LOADERS) == names.DATASETS
    with pytest.raises(DataError, match="there are: digits, mnist"):
        datasets.named("letters")


def test_digits_and_mnist_in_a_folder_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "classify").mkdir()
    x, y = np.arange(3 * 784, dtype=np.uint8).reshape(3, 28, 28), np.array([7, 0, 7], dtype=np.uint8)
    np.savez(tmp_path / "classify" / "digits.npz", x=x, y=y)
    np.savez(tmp_path / "classify" / "mnist.npz", x_train=x[:2], y_train=y[:2], x_test=x[2:], y_test=y[2:])
    monkeypatch.setenv("SEQSERVE_DATA", str(tmp_path))
    found, source = datasets.named("digits")
    assert (found.labels, found.parts, found.are_grids) == ([["7"], ["0"], ["7"]], None, True)
    assert "BY-SA" in source.licence
    again, _ = datasets.named("mnist")
    assert again.parts == [TRAIN, TRAIN, TEST]
    assert again.digest() == found.digest()


def test_without_aeon_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aeon.datasets", None)
    with pytest.raises(DataError, match=r"pip install 'seqserve\[timeseries\]'"):
        datasets.named("gun-point")

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from seqserve import tasks
from seqserve.classify import array_file, images
from seqserve.classify.command import ClassifyCommand
from seqserve.errors import InputError
from seqserve.registry import artifact
from testing.tiny import classify as tiny_classify


def saved(folder: Path, **arrays: Any) -> Path:
    np.savez(folder / "own.npz", **arrays)
    return folder / "own.npz"


def test_arrays_with_a_label_a_sequence_or_a_step(tmp_path: Path) -> None:
    x = np.arange(12.0).reshape(2, 3, 2)
    x[1, 2] = np.nan
    found = array_file.read(saved(tmp_path, x=x, y=np.array([4, 5])))
    assert [steps.shape for steps in found.values] == [(3, 2), (2, 2)]
    assert (found.labels, found.per_step) == ([["4"], ["5"]], False)
    found = array_file.read(saved(tmp_path, x=x, y=np.array([["a", "b", "b"], ["a", "a", ""]])))
    assert (found.labels, found.per_step) == ([["a", "b", "b"], ["a", "a"]], True)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"z": np.zeros(3)}, "has no array x, but z"),
        ({"x": np.zeros(3)}, r"\(N, T, D\) or \(N, T\) are expected"),
        ({"x": np.zeros((2, 3)), "y": np.zeros(3)}, r"\(2,\) or \(2, 3\) fits x"),
        ({"x": np.full((2, 3), np.inf)}, "infinite"),
        ({"x": np.array([[None]])}, "no .npz file of plain arrays"),
    ],
)
def test_arrays_that_do_not_fit_say_how_they_would(tmp_path: Path, arrays: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        array_file.read(saved(tmp_path, **arrays))


def picture(path: Path, size: tuple[int, int], level: int) -> None:
    path.parent.mkdir(exist_ok=True)
    Image.new("L", size, level).save(path)


def test_images_of_class_folders(tmp_path: Path) -> None:
    picture(tmp_path / "cat" / "1.png", (4, 3), 10)
    picture(tmp_path / "dog" / "1.png", (4, 3), 200)
    found = images.folder(tmp_path)
    assert found.labels == [["cat"], ["dog"]]
    assert [(steps.shape, steps.max()) for steps in found.values] == [((3, 4), 10), ((3, 4), 200)]
    assert found.are_grids
    picture(tmp_path / "dog" / "2.png", (5, 3), 200)
    with pytest.raises(ValueError, match=r"images differ in width: .* scale them with --image-size"):
        images.folder(tmp_path)
    assert {steps.shape for steps in images.folder(tmp_path, 6).values} == {(6, 6)}


def test_what_is_no_image_is_named(tmp_path: Path) -> None:
    (tmp_path / "cat").mkdir()
    (tmp_path / "cat" / "1.png").write_text("no image")
    with pytest.raises(ValueError, match=r"1.png is no image that can be read"):
        images.folder(tmp_path)


def ask(predictor: Any, *arguments: str) -> list[tuple[str, Any]]:
    parser, command = argparse.ArgumentParser(), ClassifyCommand()
    command.add_arguments(parser)
    return command.answer(predictor, parser.parse_args(list(arguments)))


def test_the_command_reads_what_the_job_reads(tmp_path: Path) -> None:
    predictor: Any = tasks.load(artifact.publish(tmp_path / "models", tiny_classify.release()))
    (tmp_path / "wide.csv").write_text("x_1,y_1,x_2,y_2,x_3,y_3\n100,99,101,98,102,97\n100,99,,,,\n")
    (tmp_path / "long.csv").write_text("id,y,x\n1,99,100\n1,98,101\n1,97,102\n")
    wide = ask(predictor, str(tmp_path / "wide.csv"), "--explain")
    long = ask(predictor, str(tmp_path / "long.csv"), "--id", "id")
    arrays = ask(predictor, str(saved(tmp_path, x=np.array([[[100, 99], [101, 98], [102, 97]]]))), "--top", "1")
    assert [place for place, _ in wide] == ["wide.csv, row 2", "wide.csv, row 3"]
    assert long[0][1].probabilities == wide[0][1].probabilities
    assert arrays[0][1].probability == pytest.approx(wide[0][1].probability)
    assert len(wide[0][1].explanation) == 3
    (_, answer) = ask(predictor, str(saved(tmp_path, x=np.zeros((1, 50, 2)))))[0]
    assert isinstance(answer, InputError)
    assert answer.code == "too_long"

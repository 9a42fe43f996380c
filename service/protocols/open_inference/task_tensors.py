"""What the inputs and outputs of each task are as tensors."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from seqserve.forecast.predictor import Forecaster
from service.forecast.schemas import ForecastRequest
from service.http.schemas import PredictionRequest
from service.model_registry.loaded_models import Loaded
from service.protocols.open_inference import tensors
from service.protocols.open_inference.tensors import Tensor, wrong
from service.protocols.protocol import asked
from service.sentiment.schemas import SentimentRequest
from service.translation.schemas import TranslationRequest

_BOUND = re.compile(r"(lower|upper)_(\d{1,2})")

Stated = list[dict[str, Any]]


class TaskTensors(ABC):
    """The tensors of a task.

    Attributes:
        input: the name of the one with the items of a request.
        outputs: names of those that are answered if a request asks for none.
    """

    input: str
    outputs: Sequence[str]

    @abstractmethod
    def described(self, loaded: Loaded) -> tuple[Stated, Stated]:
        """Inputs and outputs as metadata have them."""

    @abstractmethod
    def items(self, tensor: Tensor) -> list[Any]:
        """The items of a request.

        Raises:
            Problem: 400 the tensor has another type or shape.
        """

    @abstractmethod
    def request(
        self, model: Mapping[str, str | None], items: list[Any], parameters: Mapping[str, Any], outputs: Sequence[str]
    ) -> PredictionRequest:
        """The same request as our own route has it.

        Args:
            outputs: that are asked for.

        Raises:
            Problem: it is wrong.
        """

    @abstractmethod
    def answer(self, results: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        """The outputs there are, by name."""


class TextTensors(TaskTensors):
    """The tensors of a task whose items are texts."""

    input = "text"

    def described(self, loaded: Loaded) -> tuple[Stated, Stated]:
        return [_stated(self.input, "BYTES", -1)], self._outputs(loaded)

    def items(self, tensor: Tensor) -> list[Any]:
        if (
            not isinstance(tensor.data, list)
            or len(tensor.shape) > 2
            or (len(tensor.shape) == 2 and tensor.shape[1] != 1)
        ):
            raise wrong("texts are of datatype BYTES and shape [n] or [n, 1]")
        return tensor.data

    @abstractmethod
    def _outputs(self, loaded: Loaded) -> Stated:
        """The outputs as metadata have them."""


class SentimentTensors(TextTensors):
    """Labels, and the probability of each."""

    outputs = ("label", "score", "scores")

    def request(
        self, model: Mapping[str, str | None], items: list[Any], parameters: Mapping[str, Any], outputs: Sequence[str]
    ) -> PredictionRequest:
        return asked(SentimentRequest, {**model, "texts": items})

    def answer(self, results: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        labels = list(results[0]["scores"])
        scores = [[result["scores"][label] for label in labels] for result in results]
        return _by_name(
            tensors.texts("label", [result["label"] for result in results]),
            tensors.numbers("score", [result["score"] for result in results]),
            tensors.numbers("scores", scores, {"labels": ",".join(labels)}),
        )

    def _outputs(self, loaded: Loaded) -> Stated:
        labels = {"parameters": {"labels": ",".join(loaded.predictor.classes)}}
        scores = _stated("scores", "FP64", -1, len(loaded.predictor.classes))
        return [_stated("label", "BYTES", -1), _stated("score", "FP64", -1), scores | labels]


class TranslationTensors(TextTensors):
    """Translations and their scores."""

    outputs = ("text", "score")

    def request(
        self, model: Mapping[str, str | None], items: list[Any], parameters: Mapping[str, Any], outputs: Sequence[str]
    ) -> PredictionRequest:
        return asked(TranslationRequest, {**model, "texts": items})

    def answer(self, results: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        return _by_name(
            tensors.texts("text", [result["text"] for result in results]),
            tensors.numbers("score", [result["score"] for result in results]),
        )

    def _outputs(self, loaded: Loaded) -> Stated:
        return [_stated("text", "BYTES", -1), _stated("score", "FP64", -1)]


class ForecastTensors(TaskTensors):
    """Series of one length, and their forecasts; NaN is a gap, and what is before the first number is padding."""

    input = "values"
    outputs = ("mean",)

    def described(self, loaded: Loaded) -> tuple[Stated, Stated]:
        assert isinstance(loaded.predictor, Forecaster)
        features = len(loaded.predictor.features)
        axes = (-1, -1) if features == 1 else (-1, -1, features)
        names = ["mean", *(f"{side}_{level}" for level in loaded.predictor.levels for side in ("lower", "upper"))]
        return [_stated(self.input, "FP64", *axes)], [_stated(name, "FP64", -1, -1) for name in names]

    def items(self, tensor: Tensor) -> list[Any]:
        data = tensor.data
        if isinstance(data, list) or not data.shape:
            raise wrong("values are numbers, of shape [n, T], [n, T, D], or [T] for one series")
        series = data[np.newaxis] if data.ndim == 1 else data
        return [{"values": one[_first(one) :].tolist()} for one in series]

    def request(
        self, model: Mapping[str, str | None], items: list[Any], parameters: Mapping[str, Any], outputs: Sequence[str]
    ) -> PredictionRequest:
        stated = parameters.get("levels") or ""
        levels = str(stated).split(",") if stated else []
        levels += [found[2] for output in outputs if (found := _BOUND.fullmatch(output))]
        try:
            wanted = sorted({int(level) for level in levels})
        except ValueError:
            raise wrong(f"levels must be integers with commas between, not {stated!r:.40}") from None
        options = {"horizon": parameters.get("horizon"), "levels": wanted}
        return asked(ForecastRequest, {**model, **options, "series": items})

    def answer(self, results: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        levels = results[0]["intervals"]
        return _by_name(
            tensors.numbers("mean", [result["mean"] for result in results]),
            *(
                tensors.numbers(f"{side}_{level}", [result["intervals"][level][side] for result in results])
                for level in levels
                for side in ("lower", "upper")
            ),
        )


TENSORS: Mapping[str, TaskTensors] = {
    "forecast": ForecastTensors(),
    "sentiment": SentimentTensors(),
    "translation": TranslationTensors(),
}


def _first(series: Any) -> int:
    """Where the padding (T,) or (T, D) of a series ends; a series of nothing else stays as it is."""
    known = ~np.isnan(series.reshape(len(series), -1)).all(axis=1)
    return int(known.argmax()) if len(known) else 0


def _stated(name: str, datatype: str, *shape: int) -> dict[str, Any]:
    return {"name": name, "datatype": datatype, "shape": list(shape)}


def _by_name(*found: Tensor) -> dict[str, Tensor]:
    return {tensor.name: tensor for tensor in found}

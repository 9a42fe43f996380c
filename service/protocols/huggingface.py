"""The protocol of Hugging Face's inference API, for the two tasks that are known there.

References:
    https://huggingface.co/docs/inference-providers/tasks/text-classification
    https://huggingface.co/docs/inference-providers/tasks/translation
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from seqserve.translation.shaped_query import primary
from service.http.endpoints import Endpoint
from service.http.json_response import json_response
from service.http.problems import Dialect, Problem
from service.model_registry.loaded_models import Loaded
from service.protocols.protocol import Protocol, asked, predicted
from service.sentiment.schemas import SentimentRequest
from service.translation.language_pairs import pair
from service.translation.schemas import TranslationRequest


class HuggingFace(Protocol):
    """`InferenceClient(model="http://localhost:3000/models/sentiment/reviews")` and its like in JavaScript."""

    name = "Hugging Face"
    reference = "https://huggingface.co/docs/inference-providers/index"
    dialect = Dialect("application/json", {422: 400})

    def endpoints(self) -> list[Endpoint]:
        told = "Label or translate texts, as Hugging Face's clients ask"
        paths = {"": "/models/{task}/{name}", "OfVersion": "/models/{task}/{name}/versions/{version}"}
        return [
            self.endpoint("POST", path, self.predict, f"huggingFacePredict{of}", told, task=_task)
            for of, path in paths.items()
        ]

    async def predict(self, request: Request) -> Response:
        """POST /models/{task}/{name}."""
        found = request.path_params
        task = _task(found)
        if task is None:
            detail = f"Hugging Face's clients have no task {found['task'][:64]!r}: there are sentiment and translation"
            raise Problem(404, "no-such-model", detail)
        content = await self.content(request)
        body = await self.parsed(content)
        inputs, parameters = body.get("inputs"), body.get("parameters") or {}
        texts: list[Any] = inputs if isinstance(inputs, list) else [inputs]
        if not texts or not all(isinstance(text, str) for text in texts) or not isinstance(parameters, dict):
            raise Problem(400, "wrong-shape", "inputs must be a text or a list of texts, and parameters an object")
        self.served.routes[task].admit(request, len(texts))
        model = {"model": found["name"], "version": found.get("version")}
        if task == "sentiment":
            return json_response(await self._labelled(request, model, texts, parameters, len(content)))
        return json_response(await self._translated(request, model, texts, parameters, len(content)))

    async def _labelled(
        self, request: Request, model: dict[str, Any], texts: list[str], parameters: Mapping[str, Any], size: int
    ) -> Any:
        """A list of labels for each text, the likeliest first; one in a list for one text too."""
        most = parameters.get("top_k")
        if most is not None and (type(most) is not int or most < 1):
            raise Problem(400, "wrong-shape", "top_k must be an integer from 1 on")
        wanted = asked(SentimentRequest, {**model, "texts": texts})
        _, results = await predicted(self.served.sentiment, request, wanted, texts, size)
        return [
            [
                {"label": label, "score": score}
                for label, score in sorted(result["scores"].items(), key=lambda found: -found[1])[:most]
            ]
            for result in results
        ]

    async def _translated(
        self, request: Request, model: dict[str, Any], texts: list[str], parameters: Mapping[str, Any], size: int
    ) -> Any:
        wanted = asked(TranslationRequest, {**model, "texts": texts})
        loaded, results = await predicted(self.served.translation, request, wanted, texts, size)
        _check(loaded, parameters)
        return [{"translation_text": result["text"]} for result in results]


def _task(parameters: Mapping[str, str]) -> str | None:
    return task if (task := parameters["task"]) in ("sentiment", "translation") else None


def _check(loaded: Loaded, parameters: Mapping[str, Any]) -> None:
    """Check that the languages are the model's.

    Raises:
        Problem: 400 they are not.
    """
    for field, own in zip(("src_lang", "tgt_lang"), pair(loaded), strict=True):
        told = parameters.get(field)
        if told is not None and (not isinstance(told, str) or primary(told) != primary(own)):
            raise Problem(400, "wrong-shape", f"{field} is {told!r:.40}, and this model has {own}")

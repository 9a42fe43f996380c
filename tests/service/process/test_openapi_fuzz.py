"""What the description allows and what it does not, asked of the real service by schemathesis."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi import checks

from service.app import endpoints
from service.http import openapi
from service.http.auth import Access
from service.inference.prediction_route import PredictionRoute
from service.model_registry.reloader import LiveRegistry
from service.phase import Phase
from service.settings import Settings
from service.tasks import TASKS
from testing.service_process import Running, running
from testing.tree import tree

pytestmark = pytest.mark.slow

_ALL = settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
_POSTS = settings(_ALL, max_examples=100)
_PATIENCE = 90
"""Seconds for an answer: of Schemathesis' ten, a busy machine needs more."""
_TOKEN = "open sesame, said the fuzzer to the service"
_PREDICTED = [route.path for task in TASKS.values() for route in task.routes if issubclass(route, PredictionRoute)]


def _description() -> dict[str, Any]:
    with TemporaryDirectory() as empty, ThreadPoolExecutor() as executor:
        live = LiveRegistry(Path(empty), 1)
        return openapi.describe(endpoints(Settings(), live, executor, executor, Phase(), Access.of(Settings())))


_DESCRIPTION = _description()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service whose models are its own, since they are managed here."""
    directory = tmp_path_factory.mktemp("guarded")
    with running(tree(directory / "models"), directory, SEQSERVE_ADMIN_TOKEN=_TOKEN) as found:
        yield found


def _answerable(description: dict[str, Any]) -> dict[str, Any]:
    """The same, narrowed to what the tiny models of the tests answer."""
    found = deepcopy(description)
    found["paths"] = {path: methods for path, methods in found["paths"].items() if path in _PREDICTED}
    shapes = found["components"]["schemas"]
    for name, shape in shapes.items():
        if name.endswith("Request"):
            for property in {"model", "version", "source", "target"} & shape["properties"].keys():
                del shape["properties"][property]
    value = {"type": "number", "minimum": -1e6, "maximum": 1e6}
    shapes["Series"]["properties"]["values"] = {"type": "array", "items": value, "minItems": 8}
    shapes["Series"]["properties"]["start"] = {"type": "string", "format": "date"}
    shapes["Series"]["properties"]["frequency"] = {"enum": ["D", "h", "3h"]}
    for property in ("end", "timestamps", "season", "known", "past", "static"):
        del shapes["Series"]["properties"][property]
    shapes["ForecastRequest"]["properties"]["horizon"] = {"type": "integer", "minimum": 1, "maximum": 6}
    shapes["ForecastRequest"]["properties"]["levels"] = {"type": "array", "items": {"enum": [80, 95]}, "maxItems": 20}
    stated = {"enum": [0.025, 0.1, 0.5, 0.9, 0.975]}
    shapes["ForecastRequest"]["properties"]["quantiles"] = {"type": "array", "items": stated, "maxItems": 100}
    step = {"type": "array", "items": value, "minItems": 2, "maxItems": 2}
    steps = {"type": "array", "items": step, "minItems": 1, "maxItems": 40}
    shapes["NumberSequence"]["properties"]["values"] = steps
    shapes["ClassifyRequest"]["properties"]["top"] = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
    del found["paths"]["/classify"]["post"]["requestBody"]["content"]["application/json"]["example"]  # a digit
    masks = {"enum": ["person", "place", "email", "phone", "card", "iban", "url", "handle"]}
    shapes["TagRequest"]["properties"]["mask"] = {"type": "array", "items": masks, "maxItems": 64}
    for name in ("SentimentRequest", "TranslationRequest", "TagRequest", "CompletionRequest"):
        shapes[name]["properties"]["texts"]["items"] = {"type": "string", "pattern": "^[a-z]"}
    shapes["CompletionRequest"]["properties"]["temperature"] = {"type": "number", "minimum": 0.1, "maximum": 2}
    shapes["CompletionRequest"]["required"].append("temperature")  # several continuations need one
    shapes["TranslationRequest"]["properties"]["beam"] = {"type": "integer", "minimum": 1, "maximum": 10}
    shapes["TranslationRequest"]["properties"]["alternatives"] = {"type": "integer", "minimum": 0, "maximum": 9}
    return found


def _own(description: dict[str, Any]) -> dict[str, Any]:
    """The same without paths of other products, whose bodies it does not describe."""
    paths = description["paths"].items()
    own = {path: methods for path, methods in paths if any("externalDocs" not in stated for stated in methods.values())}
    return {**description, "paths": own}


whole = schemathesis.openapi.from_dict(_own(_DESCRIPTION))
answerable = schemathesis.openapi.from_dict(_answerable(_DESCRIPTION))
answerable.config.generation.update(modes=[GenerationMode.POSITIVE])


def test_the_description_is_the_one_that_is_served(service: Running) -> None:
    assert service.client.get("/openapi.json").json() == _DESCRIPTION


@whole.parametrize()
@_ALL
def test_every_answer_is_as_described(guarded: Running, case: Case) -> None:
    assert case.meta is not None
    allowed = case.meta.generation.mode is GenerationMode.POSITIVE
    headers = {"Authorization": f"Bearer {_TOKEN}"} if allowed and case.path not in _PREDICTED else None
    answer = case.call(base_url=str(guarded.client.base_url), headers=headers, timeout=_PATIENCE)
    # A wrong item fails alone, beside a status of 200; and whether an item can be answered is the model's to say.
    excluded = [checks.positive_data_acceptance]
    if answer.status_code == 200 and case.method == "POST" and _has_failed_item(answer.json()):
        excluded.append(checks.negative_data_rejection)
    case.validate_response(answer, excluded_checks=excluded)


@answerable.parametrize()
@_POSTS
def test_what_a_model_answers_is_answered(service: Running, case: Case) -> None:
    case.validate_response(case.call(base_url=str(service.client.base_url), timeout=_PATIENCE))


def _has_failed_item(answer: dict[str, Any] | list[Any]) -> bool:
    return isinstance(answer, dict) and any(
        "error" in item for items in answer.values() if isinstance(items, list) for item in items
    )

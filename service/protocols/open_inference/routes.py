"""The Open Inference Protocol, version 2, which KServe, Triton, MLServer and Seldon share, over HTTP.

Reference:
    https://github.com/kserve/open-inference-protocol
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from seqserve.registry.store import Key
from service.http.endpoints import Endpoint
from service.http.json_body import LARGE
from service.http.json_response import json_response
from service.http.problems import Dialect
from service.monitoring.build import own_version
from service.protocols.model_names import loaded, named, task_of, title
from service.protocols.open_inference import tensors
from service.protocols.open_inference.task_tensors import TENSORS
from service.protocols.open_inference.tensors import Tensor, wrong
from service.protocols.protocol import Protocol, predicted

_HEAD_SIZE = "Inference-Header-Content-Length"
_PATHS = {"": "/v2/models/{name}", "OfVersion": "/v2/models/{name}/versions/{version}"}


class OpenInference(Protocol):
    """tritonclient, KServe's and MLServer's clients, and routers that speak to such servers."""

    name = "Open Inference Protocol"
    reference = "https://github.com/kserve/open-inference-protocol"
    dialect = Dialect("application/json", {422: 400})

    def endpoints(self) -> list[Endpoint]:
        index = "The versions of every model, and whether they are loaded"
        found = [
            self.endpoint("GET", "/v2", self.server, "v2Server", "The server and what it can do"),
            self.endpoint("GET", "/v2/", self.server, "v2ServerToo", "The same"),
            self.endpoint("GET", "/v2/health/live", self.live_, "v2Live", "Whether the process answers"),
            self.endpoint("GET", "/v2/health/ready", self.ready, "v2Ready", "Whether every default model is loaded"),
            self.endpoint("POST", "/v2/repository/index", self.index, "v2Index", index),
        ]
        task = partial(task_of, self.served)
        for suffix, path in _PATHS.items():
            found += [
                self.endpoint("GET", path, self.metadata, f"v2Model{suffix}", "Inputs and outputs of a model"),
                self.endpoint(
                    "GET", f"{path}/ready", self.model_ready, f"v2ModelReady{suffix}", "Whether it is loaded"
                ),
                self.endpoint("POST", f"{path}/infer", self.infer, f"v2Infer{suffix}", "Predict", task=task),
            ]
        return found

    async def server(self, request: Request) -> Response:
        """GET /v2."""
        return json_response({"name": "seqserve", "version": own_version(), "extensions": ["binary_tensor_data"]})

    async def live_(self, request: Request) -> Response:
        """GET /v2/health/live."""
        return json_response({"live": True})

    async def ready(self, request: Request) -> Response:
        """GET /v2/health/ready."""
        ready = not self.served.phase.draining and self.live.current.is_ready()
        return json_response({"ready": ready}, 200 if ready else 503)

    async def index(self, request: Request) -> Response:
        """POST /v2/repository/index."""
        registry = self.live.current
        return json_response(
            [
                {
                    "name": title(registry, task, name),
                    "version": version,
                    "state": "READY" if Key(task, name, version) in registry.loaded else "UNAVAILABLE",
                    "reason": _reason(registry.refused.get(Key(task, name, version))),
                }
                for (task, name), model in registry.catalog.models.items()
                if task in TENSORS
                for version in model.versions
            ]
        )

    async def model_ready(self, request: Request) -> Response:
        """GET /v2/models/{name}/ready."""
        registry, model = self.live.current, named(self.served, request.path_params)
        ready = registry.find(*model) in registry.loaded
        return json_response({"name": request.path_params["name"], "ready": ready}, 200 if ready else 503)

    async def metadata(self, request: Request) -> Response:
        """GET /v2/models/{name}."""
        model = named(self.served, request.path_params)
        found = await loaded(self.served, request, model)
        inputs, outputs = TENSORS[model.task].described(found)
        return json_response(
            {
                "name": request.path_params["name"],
                "versions": self.live.current.catalog.versions(model.task, model.name),
                "platform": f"seqserve_{model.task}",
                "inputs": inputs,
                "outputs": outputs,
            }
        )

    async def infer(self, request: Request) -> Response:
        """POST /v2/models/{name}/infer; clients say no type of it, so that it is read by what it holds."""
        model = named(self.served, request.path_params)
        content = await self.content(request)
        end = _head_size(request, content)
        body = await self.parsed(content[:end] if end < len(content) else content)
        kind = TENSORS[model.task]

        def read() -> list[Any]:
            return kind.items(tensors.read(body.get("inputs"), memoryview(content)[end:], kind.input))

        items = await self.away(read) if len(content) > LARGE else read()
        if not items:
            raise wrong("the tensor holds no item")
        parameters = _mapping(body.get("parameters"), "parameters")
        wanted = _wanted(body.get("outputs"), bool(parameters.get("binary_data_output")))
        route = self.served.routes[model.task]
        route.admit(request, len(items))
        own = kind.request({"model": model.name, "version": model.version}, items, parameters, list(wanted))
        answered, results = await predicted(route, request, own, items, len(content))
        found = kind.answer(results)
        if unknown := [name for name in wanted if name not in found]:
            raise wrong(f"there is no output {unknown[0][:64]!r}; there are: {', '.join(found)}")
        binary = bool(parameters.get("binary_data_output"))
        chosen = {name: wanted[name] for name in wanted} or dict.fromkeys(found, binary)
        head = {"model_name": request.path_params["name"], "model_version": answered.key.version}
        if isinstance(body.get("id"), str):
            head["id"] = body["id"]
        return _response(head, [(found[name], is_binary) for name, is_binary in chosen.items()])


def _head_size(request: Request, content: bytes) -> int:
    """How many bytes of a body are its JSON.

    Raises:
        Problem: 400 the header does not say so.
    """
    told = request.headers.get(_HEAD_SIZE)
    if told is None:
        return len(content)
    if not told.isascii() or not told.isdigit() or len(told) > 12 or int(told) > len(content):
        raise wrong(f"{_HEAD_SIZE} is {told[:20]!r}, and the body has {len(content)} bytes")
    return int(told)


def _wanted(outputs: Any, binary: bool) -> dict[str, bool]:
    """Names of the outputs that are asked for, and whether each is to be binary."""
    if outputs is None:
        return {}
    if not isinstance(outputs, list) or not all(
        isinstance(one, dict) and isinstance(one.get("name"), str) for one in outputs
    ):
        raise wrong("outputs must be a list of objects with a name")
    return {
        one["name"]: bool(_mapping(one.get("parameters"), "parameters").get("binary_data", binary)) for one in outputs
    }


def _mapping(found: Any, name: str) -> Mapping[str, Any]:
    if found is not None and not isinstance(found, dict):
        raise wrong(f"{name} must be an object")
    return found or {}


def _reason(refused: Any) -> str:
    return "" if refused is None else str(refused.reason)


def _response(head: dict[str, Any], outputs: Sequence[tuple[Tensor, bool]]) -> Response:
    parts: list[bytes] = []
    stated: list[dict[str, Any]] = []
    for tensor, is_binary in outputs:
        if is_binary:
            told, part = tensor.as_binary()
            parts.append(part)
            stated.append(told)
        else:
            stated.append(tensor.as_json())
    if not parts:
        return json_response({**head, "outputs": stated})
    text = orjson.dumps({**head, "outputs": stated})
    return Response(
        b"".join([text, *parts]), headers={_HEAD_SIZE: str(len(text))}, media_type="application/octet-stream"
    )

"""The Model Context Protocol, by which assistants call tools: JSON-RPC in a POST, without sessions.

References:
    https://modelcontextprotocol.io/specification/2025-11-25/basic/transports
    https://www.jsonrpc.org/specification
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import orjson
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from seqserve.errors import NotFoundError
from service.errors import ServiceError
from service.http import json_text, problems
from service.http.endpoints import Endpoint
from service.http.json_response import json_response
from service.http.problems import Problem
from service.http.schemas import validated
from service.monitoring.build import own_version
from service.protocols.mcp.tool import Tool
from service.protocols.mcp.tools import TOOLS
from service.protocols.protocol import Protocol, Served

_VERSIONS = ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]
_USUAL_VERSION = "2025-11-25"
_KEPT_MS = 60_000
_INSTRUCTIONS = (
    "Forecasts and labels of series, labels, entities, translations and completions of texts, by local models. "
    "Errors say what to change."
)
_NOT_JSON, _BAD_REQUEST, _NO_METHOD, _BAD_ARGUMENTS, _NO_VERSION = -32700, -32600, -32601, -32602, -32022


class RpcError(Exception):
    """An error of JSON-RPC."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class ModelContext(Protocol):
    """Assistants and editors, by either of the official SDKs."""

    name = "Model Context Protocol"
    reference = "https://modelcontextprotocol.io/"

    def __init__(self, served: Served) -> None:
        super().__init__(served)
        self._tools: dict[str, Tool] = {kind.name: kind(served) for kind in TOOLS}
        self._methods = {
            "initialize": self._initialize,
            "server/discover": self._discover,
            "tools/list": self._list,
        }

    def endpoints(self) -> list[Endpoint]:
        return [self.endpoint("POST", "/mcp", self.answer, "mcp", "Tools for assistants", task=lambda named: None)]

    async def answer(self, request: Request) -> Response:
        """POST /mcp: one message, one answer; messages that expect none get 202."""
        self._check_origin(request)
        content = await self.content(request)
        number: Any = None
        try:
            try:
                message = json_text.parse(content) if len(content) < 2**16 else await self.parsed(content)
            except Problem as problem:
                if problem.status != 400:
                    raise
                return _failed(None, RpcError(_NOT_JSON, problem.detail), 400)
            version = request.headers.get("mcp-protocol-version", _USUAL_VERSION)
            if version not in _VERSIONS:
                known = ", ".join(_VERSIONS)
                return _failed(None, RpcError(_NO_VERSION, f"version {version[:20]!r}; there are: {known}"), 400)
            number, method, params = _read(message)
            if number is None:
                return Response(status_code=202)
            result = await self._result(request, method, params, len(content))
        except RpcError as error:
            return _failed(number, error)
        return json_response({"jsonrpc": "2.0", "id": number, "result": result})

    async def _result(self, request: Request, method: str, params: dict[str, Any], size: int) -> dict[str, Any]:
        if method == "ping":
            return {}
        if method == "tools/call":
            return await self._call(request, params, size)
        if method not in self._methods:
            raise RpcError(_NO_METHOD, f"there is no method {method[:64]!r}")
        return {**self._methods[method](params), "resultType": "complete"}

    def _initialize(self, params: dict[str, Any]) -> dict[str, Any]:
        wanted = params.get("protocolVersion")
        return {"protocolVersion": wanted if wanted in _VERSIONS else _USUAL_VERSION, **_server()}

    def _discover(self, params: dict[str, Any]) -> dict[str, Any]:
        return {"supportedVersions": _VERSIONS, **_server(), **_kept()}

    def _list(self, params: dict[str, Any]) -> dict[str, Any]:
        return {"tools": [tool.listed() for tool in self._tools.values()], **_kept()}

    async def _call(self, request: Request, params: dict[str, Any], size: int) -> dict[str, Any]:
        tool = self._tools.get(str(params.get("name")))
        if tool is None:
            raise RpcError(_BAD_ARGUMENTS, f"there is no such tool; there are: {', '.join(self._tools)}")
        try:
            arguments = validated(tool.arguments, params.get("arguments") or {})
        except ValidationError as error:
            raise RpcError(_BAD_ARGUMENTS, problems.from_validation(error).detail) from None
        try:
            answer, failed = await tool.call(request, arguments, size)
        except (Problem, ServiceError, NotFoundError) as error:
            problem = error if isinstance(error, Problem) else problems.from_error(error)
            request.state.problem = problem.kind
            return _called(problem.detail, is_error=True)
        return {**_called(orjson.dumps(answer).decode(), is_error=failed), "structuredContent": answer}

    def _check_origin(self, request: Request) -> None:
        """Refuse a page of another host that is not listed: a name may be made to point at this machine.

        Raises:
            Problem: 403 it is one.
        """
        origin = request.headers.get("origin")
        allowed = self.settings.cors_origins
        if origin is None or "*" in allowed or origin in allowed:
            return
        if urlsplit(origin).netloc != request.headers.get("host"):
            raise Problem(403, "foreign-origin", "a page of this origin may not ask: list it in SEQSERVE_CORS_ORIGINS")


def _read(message: Any) -> tuple[str | int | None, str, dict[str, Any]]:
    """The id of a message, none if it expects no answer; its method and its parameters.

    Raises:
        RpcError: it is no message.
    """
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise RpcError(_BAD_REQUEST, "send one object of JSON-RPC 2.0")
    if "method" not in message and ("result" in message or "error" in message):
        return None, "", {}
    number, method, params = message.get("id"), message.get("method"), message.get("params") or {}
    if type(number) not in (str, int, type(None)) or not isinstance(method, str) or not isinstance(params, dict):
        raise RpcError(_BAD_REQUEST, "id must be a text or an integer, method a text, params an object")
    return number, method, params


def _server() -> dict[str, Any]:
    return {
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "seqserve", "version": own_version()},
        "instructions": _INSTRUCTIONS,
    }


def _kept() -> dict[str, Any]:
    """For how long clients may keep an answer."""
    return {"ttlMs": _KEPT_MS, "cacheScope": "private"}


def _called(text: str, *, is_error: bool) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": text}], "isError": is_error, "resultType": "complete"}


def _failed(number: Any, error: RpcError, status: int = 200) -> Response:
    content = {"jsonrpc": "2.0", "id": number, "error": {"code": error.code, "message": error.message}}
    return json_response(content, status)

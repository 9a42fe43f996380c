"""Messages as clients of the Model Context Protocol send them."""

from __future__ import annotations

import hashlib
from itertools import count
from typing import Any

import jsonschema
import pytest

from testing import tiny
from testing.in_process import Factory, InProcess

NUMBERS = count(1)
SAME = ("sentiment", "tag", "complete")
"""Tools that take what the route of their name takes."""


def message(method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": next(NUMBERS), "method": method, "params": params}


def result(app: InProcess, method: str, **params: Any) -> Any:
    sent = message(method, **params)
    answer = app.post("/mcp", sent)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["jsonrpc"], found["id"]) == ("2.0", sent["id"])
    return found["result"]


def error(app: InProcess, sent: Any, status: int = 200, **options: Any) -> int:
    answer = app.post("/mcp", sent, **options)
    assert answer.status_code == status
    return int(answer.json()["error"]["code"])


def call(app: InProcess, tool: str, **arguments: Any) -> Any:
    found = result(app, "tools/call", name=tool, arguments=arguments)
    assert found["content"][0]["type"] == "text"
    return found


def test_both_eras_of_the_protocol_begin(app: InProcess) -> None:
    for wanted, told in (("2025-06-18", "2025-06-18"), ("1999-01-01", "2025-11-25")):
        begun = result(app, "initialize", protocolVersion=wanted, capabilities={}, clientInfo={})
        assert (begun["protocolVersion"], begun["capabilities"]) == (told, {"tools": {}})
    found = result(app, "server/discover")
    assert "2026-07-28" in found["supportedVersions"]
    assert (found["resultType"], found["cacheScope"]) == ("complete", "private")
    assert result(app, "ping") == {}


def test_what_expects_no_answer_gets_none(app: InProcess) -> None:
    for sent in ({"jsonrpc": "2.0", "method": "notifications/initialized"}, {"jsonrpc": "2.0", "id": 1, "result": {}}):
        answer = app.post("/mcp", sent)
        assert (answer.status_code, answer.content) == (202, b"")


def test_tools_are_listed_with_what_is_loaded(app: InProcess) -> None:
    tools = {tool["name"]: tool for tool in result(app, "tools/list")["tools"]}
    assert tools.keys() == {*SAME, "forecast", "translate", "classify", "list_models"}
    assert "tiny (the default): needs at least 8 values" in tools["forecast"]["description"]
    assert "phases: takes steps of x, y; labels each step as" in tools["classify"]["description"]
    assert "person" in tools["tag"]["description"]
    assert "subwords" in tools["complete"]["description"]
    assert "french: fr to en" in tools["translate"]["description"]
    for tool in tools.values():
        for schema in ("inputSchema", "outputSchema"):
            jsonschema.Draft202012Validator.check_schema(tool[schema])


def test_answers_are_those_of_our_routes_and_fit_their_schemas(app: InProcess) -> None:
    schemas = {tool["name"]: tool["outputSchema"] for tool in result(app, "tools/list")["tools"]}
    arguments: dict[str, dict[str, Any]] = {
        "forecast": {"values": tiny.values(8), "horizon": 2, "levels": [80], "start": "2024-01-01", "frequency": "D"},
        "sentiment": {"texts": ["Hello."], "explain": True},
        "translate": {"texts": ["I like milk."], "target": "de"},
        "classify": {"values": [[100, 99], [None, 98], [101, 97]], "top": 1, "explain": True},
        "tag": {"texts": ["Ada lives in Rome, a@b.org"], "mask": ["email"]},
        "complete": {"texts": ["The cat s"], "mode": "continue", "most_tokens": 3},
        "list_models": {},
    }
    found = {tool: call(app, tool, **sent) for tool, sent in arguments.items()}
    for tool, one in found.items():
        assert one["isError"] is False
        jsonschema.validate(one["structuredContent"], schemas[tool])
    for tool in (*SAME, "translate"):
        assert found[tool]["structuredContent"] == app.post(f"/{tool}", arguments[tool]).json()
    (forecast,) = found["forecast"]["structuredContent"]["forecasts"]
    assert forecast["timestamps"] == ["2024-01-09", "2024-01-10"]


def test_what_an_assistant_may_change_is_an_error_of_the_tool(app: InProcess) -> None:
    for tool, arguments, told in (
        ("forecast", {"values": [1.0]}, "needs at least 8"),
        ("forecast", {"values": tiny.values(8), "model": "nosuch"}, "nosuch"),
        ("forecast", {"values": tiny.values(8), "horizon": 9999}, "horizon 9999"),
        ("translate", {"texts": ["a"], "target": "tlh"}, "en to fr"),
        ("sentiment", {"texts": [""]}, "empty"),
        ("classify", {"values": []}, "empty"),
        ("tag", {"texts": ["a"], "mask": ["nosuch"]}, "nosuch"),
    ):
        found = call(app, tool, **arguments)
        assert found["isError"] is True
        assert told in found["content"][0]["text"]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (message("nosuch"), -32601),
        (message("tools/call", name="nosuch"), -32602),
        (message("tools/call", name="forecast", arguments={}), -32602),
        (message("tools/call", name="forecast", arguments=[1]), -32602),
        (message("tools/call", name="sentiment", arguments={"texts": ["a"], "unheard_of": 1}), -32602),
        ([message("ping")], -32600),
        ({"jsonrpc": "1.0", "id": 1, "method": "ping"}, -32600),
        ({"jsonrpc": "2.0", "id": 1.5, "method": "ping"}, -32600),
        ({"jsonrpc": "2.0", "id": 1, "method": 7}, -32600),
        ({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": [1]}, -32600),
    ],
)
def test_what_is_wrong_with_a_message_is_told(app: InProcess, sent: Any, code: int) -> None:
    assert error(app, sent) == code


def test_what_is_no_json_and_an_unknown_version_are_400(app: InProcess) -> None:
    answer = app.post("/mcp", content=b"{")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, -32700)
    assert error(app, message("ping"), 400, headers={"Mcp-Protocol-Version": "2099-01-01"}) == -32022
    assert app.get("/mcp").status_code == 405
    assert app.get("/mcp").headers["allow"] == "POST"


def test_pages_of_other_hosts_may_not_ask(apps: Factory) -> None:
    app = apps(cors_origins=["https://pages.example.org"])
    allowed = {
        origin: app.post("/mcp", message("ping"), headers={"Origin": origin}).status_code
        for origin in ("http://seqserve", "https://pages.example.org", "https://evil.example.org", "null")
    }
    assert list(allowed.values()) == [200, 200, 403, 403]


def test_a_key_is_needed_if_there_are_any(apps: Factory) -> None:
    app = apps(api_keys={hashlib.sha256(b"secret").hexdigest(): "anna"})
    assert app.post("/mcp", message("tools/list")).status_code == 401
    assert app.post("/mcp", message("tools/list"), headers={"Authorization": "Bearer secret"}).status_code == 200

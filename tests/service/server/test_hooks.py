"""Each private part that `service/server/README.md` names is there in the packages that are installed."""

from __future__ import annotations

import inspect
import warnings

import pytest
from circus import process
from circus.arbiter import Arbiter
from circus.sockets import CircusSocket
from circus.watcher import Watcher
from httptools import HttpRequestParser
from prometheus_client import mmap_dict, multiprocess, values
from uvicorn import Config, Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # those of what BentoML imports
    from bentoml._internal import context
    from bentoml._internal.utils import circus as bentoml_circus
    from bentoml_cli.serve import serve_command

    from service.service import SeqServe


def test_bentoml_says_which_worker_a_process_is() -> None:
    assert hasattr(context.server_context, "worker_index")


def test_bentoml_takes_middleware_for_a_service() -> None:
    assert callable(SeqServe.add_asgi_middleware)


def test_bentoml_makes_its_supervisor_by_a_name_that_can_be_replaced() -> None:
    assert issubclass(bentoml_circus.Arbiter, Arbiter)
    assert "Arbiter(" in inspect.getsource(bentoml_circus)
    assert callable(serve_command.main)


@pytest.mark.parametrize("name", ["initialize", "stop", "manage_watchers", "iter_watchers"])
def test_the_supervisor_has_the_methods_that_are_replaced_or_called(name: str) -> None:
    assert callable(getattr(bentoml_circus.Arbiter, name))


@pytest.mark.parametrize("name", ["_stopping", "sockets", "loop"])
def test_the_supervisor_has_the_attributes_that_are_read(name: str) -> None:
    assert f"self.{name} =" in "".join(inspect.getsource(kind) for kind in (bentoml_circus.Arbiter, Arbiter))


def test_the_supervisor_is_given_its_sockets() -> None:
    assert "sockets" in inspect.signature(Arbiter).parameters
    assert {"name", "path", "umask", "backlog"} <= inspect.signature(CircusSocket).parameters.keys()
    assert {"--ssl-certfile", "--ssl-keyfile"} <= {
        name for option in serve_command.commands["serve"].params for name in option.opts
    }


def test_a_process_of_the_supervisor_says_how_it_is() -> None:
    assert {"DEAD_OR_ZOMBIE", "UNEXISTING"} <= vars(process).keys()
    assert {"age", "status", "send_signal", "pid"} <= set(dir(process.Process))
    source = inspect.getsource(process.Process)
    assert "self.wid =" in source
    assert "self.env =" in source
    assert "self.graceful_timeout =" in inspect.getsource(Watcher)


@pytest.mark.parametrize(
    "name",
    [
        "http_protocol_class",
        "ws_protocol_class",
        "loaded_app",
        "callback_notify",
        "timeout_notify",
        "timeout_keep_alive",
        "timeout_graceful_shutdown",
    ],
)
def test_uvicorn_keeps_in_its_configuration_what_is_replaced(name: str) -> None:
    async def app(scope: object, receive: object, send: object) -> None: ...

    config = Config(app, log_config=None)
    config.load()
    assert hasattr(config, name)


@pytest.mark.parametrize("name", ["handle_exit", "server_state", "started", "servers", "lifespan"])
def test_a_uvicorn_server_has_what_is_used(name: str) -> None:
    assert f"self.{name}" in inspect.getsource(Server) or hasattr(Server, name)
    assert hasattr(ServerState(), "connections")


def test_uvicorn_handles_signals_by_a_method_of_its_server() -> None:
    """So that the handler's `__self__` is the server."""
    assert "signal.signal(sig, self.handle_exit)" in inspect.getsource(Server)


@pytest.mark.parametrize(
    "name",
    [
        "connection_made",
        "connection_lost",
        "data_received",
        "on_message_begin",
        "on_header",
        "on_headers_complete",
        "on_body",
        "on_message_complete",
        "pause_writing",
        "resume_writing",
        "timeout_keep_alive_handler",
        "shutdown",
        "_start_asgi_task",
        "_unset_keepalive_if_required",
    ],
)
def test_a_uvicorn_connection_has_the_methods_that_are_replaced_or_called(name: str) -> None:
    assert callable(getattr(HttpToolsProtocol, name))


@pytest.mark.parametrize(
    "name",
    ["connections", "app_state", "parser", "headers", "url", "scope", "cycle", "pipeline", "flow", "transport", "loop"],
)
def test_a_uvicorn_connection_has_the_attributes_that_are_used(name: str) -> None:
    assert f"self.{name}" in inspect.getsource(HttpToolsProtocol)


@pytest.mark.parametrize(
    "name",
    [
        "transport",
        "keep_alive",
        "more_body",
        "response_started",
        "response_complete",
        "disconnected",
        "message_event",
    ],
)
def test_a_uvicorn_request_has_the_attributes_that_are_used(name: str) -> None:
    assert f"self.{name} =" in inspect.getsource(RequestResponseCycle)


@pytest.mark.parametrize(
    "name",
    [
        "set_dangerous_leniencies",
        "should_upgrade",
        "should_keep_alive",
        "get_method",
        "get_http_version",
        "feed_data",
    ],
)
def test_the_parser_has_what_is_called(name: str) -> None:
    assert callable(getattr(HttpRequestParser, name))


def test_prometheus_names_files_by_what_the_value_class_is_told() -> None:
    assert hasattr(values, "ValueClass")
    assert "MmapedDict(filename)" in inspect.getsource(values)
    source = inspect.getsource(mmap_dict.MmapedDict)
    assert "def _init_value(self, key)" in source
    for name in ("_f", "_fname", "_positions", "_used", "_capacity"):
        assert f"self.{name} =" in source
    assert mmap_dict._INITIAL_MMAP_SIZE > 0
    assert callable(values.MultiProcessValue)
    assert callable(multiprocess.mark_process_dead)

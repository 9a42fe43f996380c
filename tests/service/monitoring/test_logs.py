from __future__ import annotations

import asyncio
import json
import logging
import warnings
from collections.abc import Iterator

import pytest

from service.monitoring import logs
from service.settings import Settings


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Logging as pytest has it, after a test that configures it."""
    root = logging.getLogger()
    handlers, level, own = root.handlers, root.level, logs.logger.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    logs.logger.setLevel(own)
    logging.captureWarnings(False)
    logs._lines = None


def configure(form: str = "json", level: str = "info") -> None:
    logs.configure(Settings.model_validate({"log_format": form, "log_level": level}))


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_a_line_of_json_has_time_level_logger_message_and_values(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    logs.logger.warning("draining %s", "soon", extra=logs.fields(seconds=1))
    (line,) = lines(capsys)
    found = json.loads(line)
    assert found.pop("time").endswith("+00:00")
    assert found == {"level": "warning", "logger": "service", "message": "draining soon", "seconds": 1}


def test_a_line_of_text_has_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    configure("text")
    logs.logger.info("draining", extra=logs.fields(seconds=1))
    (line,) = lines(capsys)
    assert line.split(" ", 1)[1] == "INFO draining seconds=1"


def test_a_value_cannot_look_like_several(capsys: pytest.CaptureFixture[str]) -> None:
    configure("text")
    forged = '192.0.2.7 caller=admin "\x9b2J'
    logs.logger.info("request", extra=logs.fields(client=forged, route="/models/{task}", share=0.1))
    (line,) = lines(capsys)
    assert line.split(" ", 2)[2] == (
        'request client="192.0.2.7 caller=admin \\"\\u009b2J" route=/models/{task} share=0.1'
    )


def test_an_exception_is_logged_with_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    try:
        raise ValueError("oops")
    except ValueError:
        logs.logger.exception("failed")
    (line,) = lines(capsys)
    assert "ValueError: oops" in json.loads(line)["exception"]


def test_only_what_is_as_severe_as_configured_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    configure(level="error")
    logs.logger.warning("no")
    logs.logger.error("yes")
    assert [json.loads(line)["message"] for line in lines(capsys)] == ["yes"]
    assert not logs.requests_are_logged()


def test_libraries_log_through_the_same_handler(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    uvicorn = logging.getLogger("uvicorn")  # whatever other tests of this process did to it
    monkeypatch.setattr(uvicorn, "handlers", [])
    monkeypatch.setattr(uvicorn, "propagate", True)
    configure()
    logging.getLogger("uvicorn.error").warning("from uvicorn")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("from a library", UserWarning, stacklevel=1)
    assert [json.loads(line)["logger"] for line in lines(capsys)] == ["uvicorn.error", "py.warnings"]


def test_a_request_is_logged_at_once_if_no_loop_holds_lines_back(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    logs.request({"status": 200})
    (line,) = lines(capsys)
    assert {**json.loads(line), "time": ""} == {
        "time": "",
        "level": "info",
        "logger": "service.requests",
        "message": "request",
        "status": 200,
    }


def test_lines_of_requests_are_written_together(capsys: pytest.CaptureFixture[str]) -> None:
    async def work() -> None:
        logs.hold_back(asyncio.get_running_loop())
        for number in range(3):
            logs.request({"number": number})
        assert lines(capsys) == []
        await asyncio.sleep(2 * logs._HELD_SECONDS)
        assert [json.loads(line)["number"] for line in lines(capsys)] == [0, 1, 2]
        logs.request({"number": 3})
        logs.hold_back(None)
        assert len(lines(capsys)) == 1, "what is held is written when holding back ends"

    configure()
    asyncio.run(work())


def test_any_other_line_brings_those_held_before_it(capsys: pytest.CaptureFixture[str]) -> None:
    async def work() -> None:
        logs.hold_back(asyncio.get_running_loop())
        logs.request({})
        logs.logger.error("at once")
        assert [json.loads(line)["message"] for line in lines(capsys)] == ["request", "at once"]
        logs.hold_back(None)

    configure()
    asyncio.run(work())

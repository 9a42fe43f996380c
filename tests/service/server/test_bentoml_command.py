from __future__ import annotations

import warnings
from typing import Any

import pytest
from click import ClickException, style

from service.server.supervisor import Supervisor
from service.settings import Settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # those of what BentoML imports
    from service.server import bentoml_command
    from service.server.bentoml_command import CannotStartError


@pytest.fixture(autouse=True)
def arbiter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts BentoML's own supervisor back."""
    monkeypatch.setattr(bentoml_command.circus, "Arbiter", bentoml_command.circus.Arbiter)


def answer(monkeypatch: pytest.MonkeyPatch, error: Exception | None = None) -> list[list[str]]:
    """The arguments that BentoML's command gets, which then fails or returns."""
    seen: list[list[str]] = []

    def main(arguments: list[str], **options: Any) -> None:
        assert options == {"standalone_mode": False}
        seen.append(arguments)
        if error is not None:
            raise error

    monkeypatch.setattr(bentoml_command.serve_command, "main", main)
    return seen


def test_bentoml_serves_at_the_address_with_our_supervisor(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = answer(monkeypatch)
    bentoml_command.serve("a:B", Settings(HOST="::1", PORT=3001))
    assert seen == [["serve", "a:B", "--host", "::1", "--port", "3001"]]
    assert bentoml_command.circus.Arbiter is Supervisor


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(98, "Address already in use"), "Address already in use"),
        (ClickException(style("no such service", fg="red")), "no such service"),
    ],
)
def test_why_it_cannot_start_is_told_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    answer(monkeypatch, error)
    with pytest.raises(CannotStartError) as caught:
        bentoml_command.serve("a:B", Settings())
    assert str(caught.value) == message

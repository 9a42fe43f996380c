"""`bentoml serve`, without its other commands, which take a quarter of a second to import, and with our supervisor."""

from __future__ import annotations

from typing import Any, cast

from bentoml._internal.utils import circus
from bentoml_cli.serve import serve_command
from click import ClickException, unstyle

from service.server.supervisor import Supervisor
from service.settings import Settings


class CannotStartError(Exception):
    """The service cannot listen where it was told to; the message says why."""


def serve(service: str, settings: Settings) -> None:
    """Serve until told to stop.

    Args:
        service: as `bentoml serve` takes it, such as `service.service:SeqServe`.

    Raises:
        CannotStartError: the address cannot be listened on.
    """
    cast(Any, circus).Arbiter = Supervisor
    options = ["--host", settings.host, "--port", str(settings.port)]
    if settings.certificate is not None:
        certificate, key = settings.certificate
        options += ["--ssl-certfile", str(certificate), "--ssl-keyfile", str(key)]
    try:
        serve_command.main(["serve", service, *options], standalone_mode=False)
    except OSError as error:
        raise CannotStartError(error.strerror or str(error)) from None
    except ClickException as error:
        raise CannotStartError(unstyle(error.format_message())) from None

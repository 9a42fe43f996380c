"""Starts the service: `python -m service`, configured by environment variables (docs/configuration.md)."""

from __future__ import annotations

import os
import sys
import tempfile

from pydantic import ValidationError


def main() -> int:
    """Serve until told to stop."""
    from service import hangup
    from service.settings import settings

    try:
        found = settings()
    except ValidationError as error:
        for wrong in error.errors(include_url=False):
            print(
                f"service: {'.'.join(map(str, wrong['loc']))}: {wrong['msg'].removeprefix('Value error, ')}",
                file=sys.stderr,
            )
        return 2
    with tempfile.TemporaryDirectory(prefix="seqserve-") as home:
        # A BentoML home of its own: two services on one machine would empty each other's metrics in a common one.
        os.environ["BENTOML_HOME"] = home
        os.environ.setdefault("BENTOML_DO_NOT_TRACK", "True")
        if not any(name.startswith("OTEL_EXPORTER_") for name in os.environ):
            os.environ.setdefault("OTEL_SDK_DISABLED", "true")

        hangup.supervise()

        # `bentoml serve`, without its other commands, which take a quarter of a second to import.
        from bentoml_cli.serve import serve_command
        from click import ClickException, unstyle

        where = ["--host", found.host, "--port", str(found.port)]
        try:
            serve_command.main(["serve", "service.service:SeqServe", *where], standalone_mode=False)
        except (OSError, ClickException) as error:
            reason = error.strerror if isinstance(error, OSError) else unstyle(error.format_message())
            print(f"service: cannot start on {found.host}, port {found.port}: {reason}", file=sys.stderr)
            print("service: HOST is an IP address of this machine, PORT one that is free", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Starts the service: `python -m service`, configured by environment variables (docs/configuration.md).

`python -m service new-key NAME` prints a new API key and what to configure for it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from argparse import ArgumentParser
from typing import TYPE_CHECKING

from pydantic import ValidationError

if TYPE_CHECKING:
    from service.settings import Settings


def main() -> int:
    """Run the command line."""
    parser = ArgumentParser(prog="python -m service", description="Serves, if no command is given.")
    commands = parser.add_subparsers(dest="command")
    new_key = commands.add_parser("new-key", help="print a new API key and what to configure for it")
    new_key.add_argument("name", help="whose key it is; the log has this name")
    asked = parser.parse_args()
    return _new_key(asked.name) if asked.command == "new-key" else _serve()


def _new_key(name: str) -> int:
    from service.http.auth import new_key
    from service.settings import parse_keys

    key, digest = new_key()
    entry = f"{name}:{digest}"
    try:
        parse_keys(entry)
    except ValueError:
        _say("a name has up to 64 letters, digits, dots, dashes and underscores")
        return 2
    print(f"key, for {name} only:          {key}")
    print(f"entry for SEQSERVE_API_KEYS:  {entry}")
    return 0


def _serve() -> int:
    """Serve until told to stop."""
    from service.settings import settings

    try:
        found = settings()
    except ValidationError as error:
        for wrong in error.errors(include_url=False):
            _say(f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg'].removeprefix('Value error, ')}")
        return 2
    if trouble := _trouble(found):
        _say(trouble)
        return 2
    with tempfile.TemporaryDirectory(prefix="seqserve-") as home:
        # A BentoML home of its own: in a common one, two services would delete each other's metrics.
        os.environ["BENTOML_HOME"] = home
        os.environ.setdefault("BENTOML_DO_NOT_TRACK", "True")
        return _start(found)


def _trouble(found: Settings) -> str | None:
    """The setting whose files or packages do not serve, and why; none if all do."""
    from service.http import key_ring
    from service.monitoring import traces
    from service.server import certificate

    for setting, path in found.key_files.items():
        try:
            if path is not None:
                key_ring.read(path)
        except key_ring.KeyFileError as error:
            return f"{setting}: {error}; 'python -m service new-key NAME' makes an entry"
    try:
        if found.certificate is not None:
            certificate.check(*found.certificate)
    except OSError as error:
        return f"SEQSERVE_TLS_CERTIFICATE, SEQSERVE_TLS_KEY: {error.strerror or error}"
    if found.traces == traces.OTLP and (trouble := traces.trouble()):
        return f"SEQSERVE_TRACES: {trouble}"
    if found.prediction_log is not None:
        from service.prediction_log import opening

        if trouble := opening.trouble(found):
            return f"SEQSERVE_PREDICTION_LOG: {trouble}"
    return None


def _start(found: Settings) -> int:
    """Serve in a BentoML home that is set; what BentoML reads of the environment comes before it is imported."""
    from service.monitoring import traces
    from service.server import sighup

    if found.traces != traces.OTLP:  # BentoML would trace on its own, as soon as there is an exporter
        os.environ["OTEL_SDK_DISABLED"] = "true"
    sighup.supervise()
    # OpenBLAS would start a thread for each core in every worker, beside those that infer.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

    from service.server import metrics_port
    from service.server.bentoml_command import CannotStartError, serve

    try:
        if found.metrics_port is not None:
            metrics_port.listen(found.host, found.metrics_port)
    except OSError as error:
        _say(f"SEQSERVE_METRICS_PORT {found.metrics_port}: {error.strerror}")
        return 1
    try:
        serve("service.service:SeqServe", found)
    except CannotStartError as error:
        if found.unix_socket is not None:
            _say(f"cannot start on SEQSERVE_UNIX_SOCKET {found.unix_socket}: {error}")
        else:
            _say(f"cannot start on {found.host}, port {found.port}: {error}")
            _say("HOST is an IP address of this machine, PORT one that is free")
        return 1
    return 0


def _say(message: str) -> None:
    print(f"service: {message}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())

"""The certificate of the service, which is read again when its files have changed."""

from __future__ import annotations

import logging
import ssl
from pathlib import Path

logger = logging.getLogger(__name__)


def check(certificate: Path, key: Path) -> ssl.SSLContext:
    """A context with this pair.

    Raises:
        OSError: it cannot be read, or the key is another certificate's or needs a password; ssl.SSLError is one.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key, password="")  # with none, OpenSSL would ask on the terminal
    return context


class Certificate:
    """Renews the pair of a context that is in use, for connections to come.

    Args:
        context: of the server.
    """

    def __init__(self, context: ssl.SSLContext, certificate: Path, key: Path) -> None:
        self._context = context
        self._files = (certificate, key)
        self._stamps = self._stamped()

    def reread(self) -> None:
        """Use the files if they have changed; if they do not fit together, the pair stays, and the log says why."""
        stamps = self._stamped()
        if stamps == self._stamps:
            return
        self._stamps = stamps
        try:
            check(*self._files)  # a context that has taken half of a pair is of no use
            self._context.load_cert_chain(*self._files, password="")
        except OSError as error:
            logger.error("the certificate cannot be renewed (%s); the one before stays", error.strerror or error)
        else:
            logger.info("the certificate is renewed")

    def _stamped(self) -> list[tuple[int, int, int] | None]:
        return [_stamp(file) for file in self._files]


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns

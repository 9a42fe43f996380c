"""SIGHUP tells the service to look at the models tree at once.

`python -m service` is a supervisor and its workers. The supervisor blocks the signal before it starts them, and they
inherit that: a signal that arrives before a worker can act on it stays pending and kills nobody. In each process a
thread waits for it; the supervisor's thread passes it on. A worker uses the same path to tell the others.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress

from seqserve.registry.audit import user_name
from service.monitoring import logs

_SUPERVISOR = "SERVICE_SUPERVISOR_PID"


def supervise() -> None:
    """Make this process pass SIGHUP on to its children. Call it before there is any child or thread."""
    os.environ[_SUPERVISOR] = str(os.getpid())
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    _listen(_pass_on)


def listen(act: Callable[[], object]) -> None:
    """Act on SIGHUP, if the process that started this one is our supervisor."""
    if _is_supervised():
        _listen(lambda sent: act())


def tell_others() -> None:
    """Send SIGHUP to every worker, this one included, if there is a supervisor to do so."""
    if _is_supervised():
        os.kill(os.getppid(), signal.SIGHUP)


def is_orphaned() -> bool:
    """Whether this process had a supervisor and has none any more."""
    return _SUPERVISOR in os.environ and not _is_supervised()


def _is_supervised() -> bool:
    return os.environ.get(_SUPERVISOR) == str(os.getppid())


def _listen(act: Callable[[signal.struct_siginfo], object]) -> None:
    def wait() -> None:
        while True:
            act(signal.sigwaitinfo({signal.SIGHUP}))

    threading.Thread(target=wait, name="hangup", daemon=True).start()


def _pass_on(sent: signal.struct_siginfo) -> None:
    import psutil

    children = psutil.Process().children()
    if all(child.pid != sent.si_pid for child in children):  # a worker has told already who asked it
        logs.audit("models refreshed", caller=user_name(sent.si_uid), via="signal")
    for child in children:
        with suppress(psutil.Error):  # it has just ended
            child.send_signal(signal.SIGHUP)

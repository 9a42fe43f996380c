"""Kill workers under load, or stop them, and count the lost requests.

    python -m benchmarks.killed_workers [--minutes 2] [--every 10] [--workers 2] [--signal KILL|TERM]

Clients request forecasts without a pause, half of them on new connections, half on kept ones. Every few seconds a
worker gets the signal. A request that was sent and not answered is lost: always those that a killed worker was working
on, and none of a stopped one, which refuses new ones with 503. A connection that could not be made is refused.

The exit status is 1 if a request got another status, a connection was refused, or SIGTERM lost a request.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from testing.raw_http import hammered
from testing.service_process import Running, running

_MODELS = Path("models")
_BODY = json.dumps({"model": "google", "series": [{"values": [780 + step % 23 for step in range(60)]}]}).encode()
_STARTED = "Service seqserve initialized"
"""What a worker logs when its models are loaded."""
_TURN_SECONDS = 0.01


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=2, help="(%(default)s)")
    parser.add_argument("--every", type=float, default=10, help="seconds between two kills (%(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="(%(default)s)")
    parser.add_argument("--signal", choices=["KILL", "TERM"], default="KILL", help="(%(default)s)")
    options = parser.parse_args()
    settings = {"WORKERS": str(options.workers), "SEQSERVE_LOG_LEVEL": "warning"}
    with (
        tempfile.TemporaryDirectory() as folder,
        running(_MODELS.resolve(), Path(folder), patient=False, **settings) as service,
    ):
        _wait_for_starts(service, options.workers)
        with hammered(service, keep=False, body=_BODY) as new, hammered(service, keep=True, body=_BODY) as kept:
            number = signal.Signals[f"SIG{options.signal}"]
            took = _kill(service, int(options.minutes * 60 / options.every), options.every, number)
    found = new + kept
    others = {status: count for status, count in found.items() if status not in ("200", "lost", "refused")}
    print(f"SIG{options.signal}: {len(took)} times one of {options.workers} workers, {options.every:g} s apart")
    print(f"answered: {found['200']}, lost: {found['lost']}, refused: {found['refused']}, other statuses: {others}")
    print(f"until the next worker is ready: {np.median(took):.2f} s in the middle, {max(took):.2f} s at most")
    return 1 if set(+found) - {"200", "lost" if options.signal == "KILL" else "503"} else 0


def _kill(service: Running, times: int, every: float, number: signal.Signals) -> list[float]:
    """Send a signal to a worker `times` times; returns the seconds until each was replaced."""
    took = []
    for _ in range(times):
        begin = time.monotonic()
        starts = _starts(service)
        random.choice(service.workers()).send_signal(number)
        _wait_for_starts(service, starts + 1)
        took.append(time.monotonic() - begin)
        time.sleep(max(0.0, begin + every - time.monotonic()))
    return took


def _wait_for_starts(service: Running, number: int) -> None:
    while _starts(service) < number:
        time.sleep(_TURN_SECONDS)


def _starts(service: Running) -> int:
    return service.log.read_text().count(_STARTED)


if __name__ == "__main__":
    sys.exit(main())

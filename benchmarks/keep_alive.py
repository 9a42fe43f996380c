"""Requests that are lost when a proxy uses idle connections again.

    python -m benchmarks.keep_alive [--rounds 10] [--clients 90] [--seconds 5 75]

Clients ask for forecasts through a real nginx that keeps its connections, all at once, in rounds with a pause of about
five seconds between them. With connections that the service keeps for five seconds, some are being closed just when
nginx uses them: the client gets 502. nginx itself gives up a connection after 60 seconds.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from testing import nginx, tiny
from testing.raw_http import FORECAST
from testing.service_process import KEPT, running

_PAUSES = (4.8, 4.85, 4.9, 4.95, 5.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20, help="(%(default)s)")
    parser.add_argument("--clients", type=int, default=90, help="(%(default)s)")
    parser.add_argument("--seconds", nargs="+", default=["5", "75"], help="that a connection is kept (%(default)s)")
    options = parser.parse_args()
    print("| SEQSERVE_KEEP_ALIVE_SECONDS | requests | 200 | 502 |\n| ---: | ---: | ---: | ---: |")
    for seconds in options.seconds:
        with tempfile.TemporaryDirectory() as folder:
            tiny.publish(Path(folder) / "models")
            settings = {"SEQSERVE_KEEP_ALIVE_SECONDS": seconds, "SEQSERVE_LOG_LEVEL": "warning"}
            with (
                running(Path(folder) / "models", Path(folder), **settings) as service,
                nginx.proxied(service, Path(folder)) as address,
            ):
                found = statuses(address, options.clients, [_PAUSES[turn % 5] for turn in range(options.rounds)])
        print(f"| {seconds} | {found.total()} | {found[200]} | {found[502]} |", flush=True)


def statuses(address: str, clients: int, pauses: Sequence[float]) -> Counter[int]:
    """Let so many clients ask at once, again after each pause; returns how often each status was answered."""
    found: Counter[int] = Counter()
    headers = {"Content-Type": "application/json"}
    client = httpx.Client(base_url=address, timeout=90, headers=headers, limits=KEPT)
    with client, ThreadPoolExecutor(clients) as pool:
        for pause in (0.0, *pauses):
            time.sleep(pause)
            answers = [pool.submit(client.post, "/forecast", content=FORECAST) for _ in range(clients)]
            found.update(answer.result().status_code for answer in answers)
    return found


if __name__ == "__main__":
    main()

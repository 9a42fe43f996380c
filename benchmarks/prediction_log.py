"""What the log of predictions costs: requests a second with it off, in SQLite and in PostgreSQL.

    python -m benchmarks.prediction_log [--seconds 5] [--rounds 3] [--clients 8] [--items 1]

Clients of one process ask for forecasts of a short series by a tiny model over HTTP, as fast as they are answered, so
that the service itself is most of the cost. The services are measured in turn. PostgreSQL is Debian's package; without
it, it is left out.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import orjson

from testing import postgresql, tiny
from testing.service_process import PATIENT, Running, running

_JSON = {"Content-Type": "application/json"}
_WARM_SECONDS = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5, help="of a round (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="(%(default)s)")
    parser.add_argument("--clients", type=int, default=8, help="that ask at a time (%(default)s)")
    parser.add_argument("--items", type=int, default=1, help="series in a request (%(default)s)")
    options = parser.parse_args()
    series = [{"values": [float(step) for step in range(60)]}] * options.items
    body = orjson.dumps({"series": series, "levels": [80]})
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        tiny.publish(folder / "models")
        ways = {"off": {}, "SQLite": {"SEQSERVE_PREDICTION_LOG": f"sqlite:///{folder}/log.db"}}
        if postgresql.PROGRAMS is not None:
            server = stack.enter_context(postgresql.postgresql())
            ways["PostgreSQL"] = {"SEQSERVE_PREDICTION_LOG": server.url}
        services = {}
        for name, settings in ways.items():
            (folder / name).mkdir()
            services[name] = stack.enter_context(running(folder / "models", folder / name, **PATIENT, **settings))
            asyncio.run(asked(services[name], body, options.clients, _WARM_SECONDS))
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for _ in range(options.rounds):
            for name, service in services.items():
                found[name].append(asyncio.run(asked(service, body, options.clients, options.seconds)))
        lost = {
            name: service.metric("seqserve_prediction_log_records_total", outcome="lost")
            for name, service in services.items()
        }
    print("| log | requests per second | ratio | p99 | ratio | lost |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    first = None
    for name, rounds in found.items():
        rate, p99 = (statistics.median(values) for values in zip(*rounds, strict=True))
        first = first or (rate, p99)
        row = f"{rate:.0f} | {rate / first[0]:.2f} | {1e3 * p99:.1f} ms | {p99 / first[1]:.2f} | {lost[name]:.0f}"
        print(f"| {name} | {row} |")


async def asked(service: Running, body: bytes, clients: int, seconds: float) -> tuple[float, float]:
    """Requests per second, and the seconds within which 99 of 100 were answered."""
    taken: list[float] = []
    end = time.perf_counter() + seconds

    async def ask(client: httpx.AsyncClient) -> None:
        while (begin := time.perf_counter()) < end:
            answer = await client.post("/forecast", content=body, headers=_JSON)
            assert answer.is_success, answer.text
            taken.append(time.perf_counter() - begin)

    async with httpx.AsyncClient(base_url=service.client.base_url, timeout=90) as client:
        await asyncio.gather(*(ask(client) for _ in range(clients)))
    return len(taken) / seconds, statistics.quantiles(taken, n=100)[-1]


if __name__ == "__main__":
    main()

"""What the log of predictions costs: requests a second with it off, in SQLite and in PostgreSQL.

    python -m benchmarks.prediction_log [--seconds 5] [--rounds 3] [--connections 8] [--items 1]

`wrk` asks for forecasts of a short series by a tiny model, each connection again once it is answered, so that the
service itself is most of the cost. It runs on the last core, beside the service. The services are measured in turn.
PostgreSQL is Debian's package; without it, it is left out.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.wrk import Measured, measured
from testing import postgresql, tiny
from testing.service_process import Running, running

_WARM_SECONDS = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=5, help="of a round (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="(%(default)s)")
    parser.add_argument("--connections", type=int, default=8, help="that ask at a time (%(default)s)")
    parser.add_argument("--items", type=int, default=1, help="series in a request (%(default)s)")
    options = parser.parse_args()
    series = [{"values": [float(step) for step in range(60)]}] * options.items
    body, core = {"series": series, "levels": [80]}, max(os.sched_getaffinity(0))

    def asked(service: Running, seconds: int) -> Measured:
        return measured(str(service.client.base_url.join("/forecast")), body, options.connections, seconds, core)

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
            services[name] = stack.enter_context(running(folder / "models", folder / name, **settings))
            asked(services[name], _WARM_SECONDS)
        found: dict[str, list[Measured]] = {name: [] for name in ways}
        for _ in range(options.rounds):
            for name, service in services.items():
                found[name].append(asked(service, options.seconds))
        lost = {
            name: service.metric("seqserve_prediction_log_records_total", outcome="lost")
            for name, service in services.items()
        }
    print("| log | requests per second | ratio | p99 | ratio | lost |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    first = None
    for name, rounds in found.items():
        rate, _, p99 = (statistics.median(values) for values in zip(*rounds, strict=True))
        first = first or (rate, p99)
        row = f"{rate:.0f} | {rate / first[0]:.2f} | {p99:.1f} ms | {p99 / first[1]:.2f} | {lost[name]:.0f}"
        print(f"| {name} | {row} |")


if __name__ == "__main__":
    main()

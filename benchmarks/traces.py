"""What traces cost: CPU time of the worker and latency of a request, with traces off, sampled and on.

    python -m benchmarks.traces [--requests 500] [--rounds 6]

One client asks for a forecast of one short series by a tiny model over HTTP, so that the service itself is most of the
cost. The services are measured in turn. Spans go to a receiver of OTLP/HTTP in the client's process.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from testing import tiny
from testing.collector import collecting
from testing.raw_http import FORECAST
from testing.service_process import Running, running

_WARM = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=500, help="in a round (%(default)s)")
    parser.add_argument("--rounds", type=int, default=6, help="(%(default)s)")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        tiny.publish(folder / "models")
        address = {"OTEL_EXPORTER_OTLP_ENDPOINT": stack.enter_context(collecting()).endpoint}
        sampled = {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.05"}
        ways = {
            "off": {},
            "off, `OTEL_EXPORTER_OTLP_ENDPOINT` set": address,
            "5% of the requests": {**address, **sampled, "SEQSERVE_TRACES": "otlp"},
            "all requests": {**address, "SEQSERVE_TRACES": "otlp"},
        }
        services = {}
        for number, (name, settings) in enumerate(ways.items()):
            (folder / str(number)).mkdir()
            services[name] = stack.enter_context(
                running(folder / "models", folder / str(number), patient=False, **settings)
            )
            measured(services[name], _WARM)
        found = {name: [] for name in ways}
        for _ in range(options.rounds):
            for name, service in services.items():
                found[name].append(measured(service, options.requests))
    print("| traces | CPU time of a request | ratio | p50 | ratio |\n| --- | ---: | ---: | ---: | ---: |")
    first = None
    for name, rounds in found.items():
        cpu, p50 = (statistics.median(values) for values in zip(*rounds, strict=True))
        first = first or (cpu, p50)
        print(f"| {name} | {1e3 * cpu:.2f} ms | {cpu / first[0]:.2f} | {1e3 * p50:.2f} ms | {p50 / first[1]:.2f} |")


def measured(service: Running, requests: int) -> tuple[float, float]:
    """Seconds of CPU time that the worker took for a request, and the median seconds until its answer."""
    (worker,) = service.workers()
    before, seconds = worker.cpu_times(), []
    for _ in range(requests):
        begin = time.perf_counter()
        answer = service.client.post("/forecast", content=FORECAST, headers={"Content-Type": "application/json"})
        seconds.append(time.perf_counter() - begin)
        assert answer.is_success, answer.text
    after = worker.cpu_times()
    return (after.user + after.system - before.user - before.system) / requests, statistics.median(seconds)


if __name__ == "__main__":
    main()

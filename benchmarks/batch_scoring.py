"""Rows a second of batch scoring: by processes, by nodes of a Ray cluster, and by a plain loop of HTTP requests.

    python -m benchmarks.batch_scoring [--series 10000] [--texts 200000] [--without ray,http]

Series have 100 daily values, forecast 14 steps ahead with an interval; texts are sentences of a few words. Both are
made by a seeded generator. A request of the loop has 100 items, and the next one is sent when it is answered. Ray is
started here for each job, with as many actors as there are processes beside it. Each side answers all of it once, the
time of starting included. That all sides wrote the same is checked.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks import serving

_STEPS, _AHEAD, _ITEMS = 100, 14, 100
_WORDS = "the parcel came late but support was kind and this phone works well not bad at all never again"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=10_000)
    parser.add_argument("--texts", type=int, default=200_000)
    parser.add_argument("--without", default="", help="ray, http")
    options = parser.parse_args()
    left_out = options.without.split(",")
    print("| | series a second | seconds | texts a second | seconds | memory of all processes |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        series, texts = _series(options.series), _texts(options.texts)
        _write(folder, series, texts)
        sides: dict[str, list[str]] = {"1 process": ["--workers", "1"], "2 processes": ["--workers", "2"]}
        if "ray" not in left_out:
            sides |= {
                f"Ray, {count} actor{'s' * (count > 1)}": ["--engine", "ray", "--workers", str(count)]
                for count in (1, 2)
            }
        outputs = []
        for number, (side, flags) in enumerate(sides.items()):
            out = folder / f"out-{number}"
            first = _batch(folder, out, "forecast", ["--horizon", str(_AHEAD), "--level", "80", *flags])
            second = _batch(folder, out, "sentiment", flags)
            _row(side, options, first, second)
            outputs.append({str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*.parquet")})
        if "http" not in left_out:
            _row("HTTP, one request after the other", options, *_http(series, texts))
        print(f"\nall wrote the same: {all(one == outputs[0] for one in outputs)}")


def _row(side: str, options: argparse.Namespace, first: tuple[float, float], second: tuple[float, float]) -> None:
    rates = f"{options.series / first[0]:,.0f} | {first[0]:.1f} | {options.texts / second[0]:,.0f} | {second[0]:.1f}"
    memory = max(first[1], second[1])
    print(f"| {side} | {rates} | {f'{memory:,.0f} MB' if memory else ''} |", flush=True)


def _batch(folder: Path, out: Path, task: str, flags: list[str]) -> tuple[float, float]:
    """Seconds, and the most memory of the job's processes in MB."""
    command = [sys.executable, "-m", "seqserve", "batch", task, "--output", str(out / task)]
    command += ["--input", str(folder / f"{task}.csv"), *flags]
    begin = time.monotonic()
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        most = max(_memory(process), default=0.0)
        assert process.stderr is not None
        told = process.stderr.read().decode()
    if process.returncode:
        raise SystemExit(told)
    return time.monotonic() - begin, most


def _memory(process: subprocess.Popen[bytes]) -> Iterator[float]:
    while process.poll() is None:
        try:
            every = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
            yield sum(one.memory_info().rss for one in every) / 1e6
        except psutil.NoSuchProcess:
            pass
        time.sleep(0.2)


def _http(series: list[list[float]], texts: list[str]) -> list[tuple[float, float]]:
    """The same over HTTP: seconds of each; the service has one core, and this process the other."""
    found = []
    with serving.serving("service.service", Path("models"), serving.core()) as client:
        while not client.get("/readyz").is_success:
            time.sleep(0.1)
        for path, items in (
            ("/forecast", [{"values": values} for values in series]),
            ("/sentiment", texts),
        ):
            begin = time.monotonic()
            for first in range(0, len(items), _ITEMS):
                part: Any = items[first : first + _ITEMS]
                body = {"series": part, "horizon": _AHEAD, "levels": [80]} if path == "/forecast" else {"texts": part}
                client.post(path, json=body).raise_for_status()
            found.append((time.monotonic() - begin, 0.0))
    return found


def _series(count: int) -> list[list[float]]:
    random = np.random.default_rng(1)
    week = 10 * np.sin(np.arange(_STEPS) * 2 * np.pi / 7)
    return [(50 + week + random.normal(0, 3, _STEPS)).round(2).tolist() for _ in range(count)]


def _texts(count: int) -> list[str]:
    random, words = np.random.default_rng(1), _WORDS.split()
    return [" ".join(random.choice(words, size=int(length))) for length in random.integers(4, 20, count)]


def _write(folder: Path, series: list[list[float]], texts: list[str]) -> None:
    days = np.datetime_as_string(np.datetime64("2024-01-01") + np.arange(_STEPS))
    with (folder / "forecast.csv").open("w") as stream:
        stream.write("unique_id,ds,y\n")
        for number, values in enumerate(series):
            stream.writelines(f"s{number},{day},{value}\n" for day, value in zip(days, values, strict=True))
    (folder / "sentiment.csv").write_text("text\n" + "".join(f"{json.dumps(text)}\n" for text in texts))


if __name__ == "__main__":
    main()

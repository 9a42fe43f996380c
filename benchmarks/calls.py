"""The calls of own functions that one request passes through in the running service.

    python -m benchmarks.calls [--root .]

Starts the service of a checkout with its shipped models and a profiler in every thread, and sends each request several
times after a warm-up. The run with the fewest calls counts, because a timer may add its own to others. Counted are
functions of the packages `seqserve` and `service`: each call once, however often a coroutine is resumed, and no
comprehensions. A change of file is a call into another file than that of the call before it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from testing.service_process import Running, running

_TIMES = 9
_AFTER_SECONDS = 0.15
"""Time for what the service does after it has answered."""
_REQUESTS: dict[str, dict[str, Any]] = {
    "/forecast": {"series": [{"values": [800 + step % 7 for step in range(60)]}], "horizon": 2, "levels": [80]},
    "/translate": {"texts": ["I like milk."], "source": "en", "target": "fr"},
}
_PROFILER = """
import os, sys, threading, time

root = os.environ["CALLS_ROOT"]
own = tuple(os.path.join(root, package) + os.sep for package in ("seqserve", "service"))
log = os.open(os.path.join(os.environ["CALLS_LOGS"], str(os.getpid())), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
names = {}


def name_of(code):
    if code not in names:
        path = os.path.abspath(code.co_filename)
        is_function = not code.co_name.startswith("<") or code.co_name == "<lambda>"
        is_own = is_function and path.startswith(own)
        names[code] = f"{os.path.relpath(path, root)}:{code.co_qualname}:{code.co_firstlineno}" if is_own else None
    return names[code]


def profile(frame, event, argument):
    if event == "call" and (name := name_of(frame.f_code)):
        if frame.f_code.co_code[frame.f_lasti + 1] == 0:  # RESUME 0 begins a function, others resume a coroutine
            os.write(log, f"{time.monotonic_ns()} {name}\\n".encode())


threading.setprofile(profile)
sys.setprofile(profile)
"""
"""Python runs a `sitecustomize` module at the start of each process."""


class Passage(NamedTuple):
    """What a request passed through: its calls, in order, each as file, function and line."""

    calls: list[str]

    @property
    def files(self) -> list[str]:
        """The file of each call."""
        return [call.partition(":")[0] for call in self.calls]

    @property
    def changes(self) -> int:
        """How often the file changes from a call to the next."""
        return sum(one != other for one, other in zip(self.files, self.files[1:], strict=False))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path(), help="the checkout to run (%(default)s)")
    parser.add_argument("--list", action="store_true", help="print each call as well")
    options = parser.parse_args()
    print("| request | calls | functions | files | changes of file |\n| --- | ---: | ---: | ---: | ---: |")
    for path, found in passages(options.root.resolve()).items():
        print(f"| {path} | {len(found.calls)} | {len(set(found.calls))} | {len(set(found.files))} | {found.changes} |")
        if options.list:
            print(*found.calls, sep="\n")


def passages(root: Path) -> dict[str, Passage]:
    """Start the service of a checkout, send it each request, and return the shortest passage by path."""
    with tempfile.TemporaryDirectory() as folder:
        hook, logs = Path(folder, "hook"), Path(folder, "logs")
        hook.mkdir()
        logs.mkdir()
        (hook / "sitecustomize.py").write_text(_PROFILER)
        settings = {
            "PYTHONPATH": str(hook),
            "CALLS_ROOT": str(root),
            "CALLS_LOGS": str(logs),
            "SEQSERVE_POLL_SECONDS": "86400",
        }
        with running(root / "models", Path(folder), cwd=root, patient=False, **settings) as service:
            spans = {path: [_ask(service, path, body) for _ in range(_TIMES)][1:] for path, body in _REQUESTS.items()}
        calls = [line.split(" ", 1) for log in logs.iterdir() for line in log.read_text().splitlines()]
    timed = sorted((int(moment), name) for moment, name in calls)
    return {path: min((_within(timed, span) for span in found), key=_length) for path, found in spans.items()}


def _ask(service: Running, path: str, body: dict[str, Any]) -> tuple[int, int]:
    """Send a request, and return the moments between which it was the only one."""
    content = json.dumps(body).encode()
    start = time.monotonic_ns()
    service.client.post(path, content=content, headers={"Content-Type": "application/json"}).raise_for_status()
    time.sleep(_AFTER_SECONDS)
    return start, time.monotonic_ns()


def _within(timed: Sequence[tuple[int, str]], span: tuple[int, int]) -> Passage:
    return Passage([name for moment, name in timed if span[0] <= moment <= span[1]])


def _length(passage: Passage) -> int:
    return len(passage.calls)


if __name__ == "__main__":
    main()

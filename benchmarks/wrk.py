"""Load from Debian's `wrk`, which takes a tenth of the processor time that a client in Python does."""

from __future__ import annotations

import json
import subprocess
import tempfile
from typing import Any, NamedTuple

_SCRIPT = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [==[%s]==]
done = function(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    local p50, p99 = latency:percentile(50), latency:percentile(99)
    print(string.format("[%%d, %%d, %%d, %%d, %%d]", summary.requests, summary.duration, p50, p99, failed))
end
"""


class Measured(NamedTuple):
    """Requests per second, and latencies in milliseconds."""

    rate: float
    p50: float
    p99: float


def measured(url: str, body: Any, connections: int, seconds: int, core: int) -> Measured:
    """Post the same body over and over, each connection the next one once it is answered.

    Args:
        core: the one that `wrk` runs on.

    Raises:
        SystemExit: a request failed.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_SCRIPT % json.dumps(body))
        script.flush()
        command = ["taskset", "-c", str(core), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s"]
        done = subprocess.run([*command, "-s", script.name, url], check=True, capture_output=True, text=True)
    requests, microseconds, p50, p99, failed = json.loads(done.stdout.splitlines()[-1])
    if failed:
        raise SystemExit(f"{url}: {failed} of {requests} requests failed")
    return Measured(1e6 * requests / microseconds, p50 / 1e3, p99 / 1e3)

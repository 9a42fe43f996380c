"""What each worker takes of the machine: the usual `process_` metrics, with the number of the worker."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from prometheus_client import Metric, ProcessCollector
from prometheus_client.registry import Collector

from service.server import worker_slot


class WorkerProcesses(Collector):
    """Collects the metrics of every worker that runs; any worker can read those of the others.

    Args:
        proc: where the kernel tells of processes.
    """

    def __init__(self, proc: str = "/proc") -> None:
        self._proc = proc

    def collect(self) -> Iterator[Metric]:
        found: dict[str, Metric] = {}
        for number, process in worker_slot.processes().items():
            for metric in self._of(process):
                family = found.setdefault(metric.name, Metric(metric.name, metric.documentation, metric.type))
                for sample in metric.samples:
                    family.add_sample(sample.name, {"worker": str(number)}, sample.value)
        yield from found.values()

    def _of(self, process: int) -> list[Metric]:
        try:
            return list(ProcessCollector(pid=partial(int, process), proc=self._proc, registry=None).collect())
        except (OSError, LookupError, UnboundLocalError):  # what it reads of a process that is just ending is empty
            return []

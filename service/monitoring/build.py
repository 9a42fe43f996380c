"""Which build of the service runs."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

_LIBRARIES = ("onnxruntime", "bentoml", "uvicorn")


def own_version() -> str:
    """The version of this package."""
    try:
        return version("seqserve")
    except PackageNotFoundError:  # run from a checkout
        return "0.1.0"


class BuildInfo(Collector):
    """Collects `seqserve_build_info`. It is the same in every worker, so the scraped one reports it."""

    def __init__(self) -> None:
        libraries = {name: version(name) for name in _LIBRARIES}
        self._labels = {"version": own_version(), "python": platform.python_version(), **libraries}

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(
            "seqserve_build_info", "1, with the versions of the service and its libraries.", labels=list(self._labels)
        )
        family.add_metric(list(self._labels.values()), 1)
        yield family

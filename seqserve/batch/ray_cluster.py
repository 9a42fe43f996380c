"""Batch scoring on a Ray cluster: Ray Data reads files in tasks, and an actor pool answers their blocks.

Every node needs seqserve's packages, and reaches the files: they are on a shared volume or in an object storage. The
code and the model come from the process that starts the job.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from seqserve.batch.files import InputFile
from seqserve.batch.job import Block, Counts, Done, Job, Source, Worker
from seqserve.core import ray_session
from seqserve.core.messages import counted


def run(job: Job, sources: Sequence[Source], workers: int | None, address: str | None) -> Iterator[Done]:
    """Answer sources on a cluster.

    Args:
        workers: actors; none means as many as the cluster has cores.
        address: of the cluster; none means that of `RAY_ADDRESS`, or else one that is started here for this job.

    Raises:
        ValueError: Ray is not installed, there is no such cluster, or it has fewer than two cores.
    """
    ray = ray_session.started(address)
    try:
        cores = int(ray.cluster_resources().get("CPU", 0))
        if cores < 2:  # a job would wait for ever: one core answers while another hands blocks out
            raise ValueError(f"the Ray cluster has {counted(cores, 'core')}, and batch scoring needs two")
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        shared = ray.put(job)
        rows = [{"name": source.name, "files": json.dumps(source.files)} for source in sources]
        files = ray.data.from_items(rows, override_num_blocks=len(rows))
        most = workers or cores
        readers = _pool(ray, min(len(sources), most), 0.01)  # they mostly wait
        blocks = files.map_batches(_Reader, fn_constructor_args=(shared,), batch_size=1, **readers)
        one_by_one = blocks.repartition(target_num_rows_per_block=1)
        done = one_by_one.map_batches(_Scorer, fn_constructor_args=(shared,), batch_size=1, **_pool(ray, most, 1))
        for row in done.iter_rows():
            about = json.loads(row["done"])
            yield Done(**about | {"counts": Counts(**about["counts"])})
    except ray.exceptions.RayError as error:
        why = ray_session.last_line(error)
        raise ValueError(f"the cluster could not do it; the same command goes on from here: {why}") from None
    finally:
        ray.shutdown()


def _pool(ray: Any, most: int, cores: float) -> dict[str, Any]:
    return {"compute": ray.data.ActorPoolStrategy(min_size=1, max_size=most), "num_cpus": cores}


class _Reader:
    """Reads a source; each block is a row."""

    def __init__(self, shared: Any) -> None:
        self._worker = _worker(shared)

    def __call__(self, batch: Mapping[str, Any]) -> Iterator[dict[str, list[Any]]]:
        files = tuple(InputFile(*file) for file in json.loads(str(batch["files"][0])))
        for block in self._worker.read(Source(str(batch["name"][0]), files)):
            about = json.dumps(block._replace(content=None))
            yield {"about": [about], "content": [block.content or b""]}


class _Scorer:
    """Answers a block."""

    def __init__(self, shared: Any) -> None:
        import ray

        self._worker = _worker(shared)
        self._node = ray.get_runtime_context().get_node_id()

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, list[str]]:
        block = Block(*json.loads(str(batch["about"][0])))
        content = bytes(batch["content"][0])
        done = self._worker.score(block._replace(content=content or None))
        return {"done": [json.dumps(done._asdict() | {"counts": vars(done.counts), "node": self._node})]}


def _worker(shared: Any) -> Worker:
    import ray

    return Worker(ray.get(shared) if isinstance(shared, ray.ObjectRef) else shared)

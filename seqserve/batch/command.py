"""`python -m seqserve batch <task>`: answers the rows of many files, with a model of the tree and without a server."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seqserve import tasks
from seqserve.core.messages import counted
from seqserve.core.progress import Progress

if TYPE_CHECKING:
    from seqserve.batch.files import Output
    from seqserve.batch.job import Counts, Done, Job, Source
    from seqserve.registry.store import Store

_JOB, _SUMMARY, _DONE = "_job.json", "_summary.json", "_done.json"
_TOGETHER = "together"
_MOST = 10


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `batch`, with a subcommand for each task that has one."""
    about = "answer the rows of many files"
    group = commands.add_parser("batch", help=about, description=f"{about.capitalize()}.")
    each = group.add_subparsers(required=True, metavar="TASK")
    for name, task in tasks.TASKS.items():
        if task.batch is None:
            continue
        about = f"answer the {task.batch.noun} of many files; the same command again goes on where it was stopped"
        parser = each.add_parser(name, help=task.batch.noun, description=f"{about[0].upper()}{about[1:]}.")
        parser.add_argument(
            "--input",
            nargs="+",
            required=True,
            metavar="PATTERN",
            help="files, folders, or patterns such as 'data/*.parquet' or 's3://bucket/data/**/*.csv'",
        )
        parser.add_argument(
            "--output", required=True, metavar="DIR", help="folder of the results, or s3://BUCKET/PREFIX"
        )
        parser.add_argument("--model", metavar="NAME", help="name or name@version (default: the task's default model)")
        parser.add_argument("--engine", choices=["local", "ray"], default="local", help="(default: %(default)s)")
        parser.add_argument("--address", metavar="HOST:PORT", help="of the Ray cluster (default: one on this machine)")
        parser.add_argument("--workers", type=int, metavar="N", help="processes that answer (default: one a core)")
        parser.add_argument(
            "--rows",
            type=int,
            default=task.batch.block,
            metavar="N",
            help=f"{task.batch.noun} of a block, which is answered, written and gone on with at once "
            "(default: %(default)s)",
        )
        parser.add_argument("--together", action="store_true", help="read all files as one table")
        task.batch.add_arguments(parser)
        parser.set_defaults(run=run, task=name)


@dataclass
class _State:
    """How far the job is.

    Args:
        ends: source to its number of blocks, once it is known.
        done: source to how many of its blocks are done.
        nodes: of a cluster, and how many rows each answered.
        old: blocks that were written before.
    """

    counts: dict[str, Counts] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)
    nodes: Counter[str] = field(default_factory=Counter)
    old: int = 0


def run(store: Store, options: argparse.Namespace) -> int:
    """Run a job.

    Returns:
        The exit status: 0 if every row was read and has an answer or its error; 1 if a file could not be read whole.

    Raises:
        ValueError: the job cannot be begun, or cannot go on.
    """
    from seqserve.batch.files import Output, listed
    from seqserve.batch.job import Job, Source

    _check(options)
    output = Output(options.output)
    files = listed(options.input, output)
    sources = [Source(file.name, (file,)) for file in files]
    if options.together:
        sources = [Source(_TOGETHER, tuple(files))]
    batch = tasks.TASKS[options.task].batch
    assert batch is not None
    artifact = store.read(store.resolve_stated(options.task, options.model))
    job = Job(artifact, batch.said(options), options.rows, options.output)
    batch.check(tasks.load(artifact), job.said)
    begin = time.monotonic()
    with output.held():
        _claim(output, job, sources)
        left = [source for source in sources if not output.exists(f"{source.name}/{_DONE}")]
        state = _State({source.name: _counted(output, source.name) for source in sources if source not in left})
        _run(job, left, state, output, options)
    total = sum(state.counts.values(), _nothing())
    repeated = _repeated(output, sources) if batch.noun == "series" else []
    summary = {
        "model": str(artifact),
        batch.noun: total.rows,
        "answered": total.rows - sum(total.errors.values()),
        "errors": total.errors,
        "with warnings": total.warned,
        "files": len(files),
        "files not read whole": state.faults,
        "series in several files": repeated,
        "nodes": dict(state.nodes),
        "seconds": round(time.monotonic() - begin, 1),
    }
    output.write(_SUMMARY, json.dumps(summary, indent=2, ensure_ascii=False).encode(errors="backslashreplace"))
    _tell(summary, batch.noun, state, options.output)
    return 1 if state.faults or repeated else 0


def _check(options: argparse.Namespace) -> None:
    if options.workers is not None and options.workers < 1:
        raise ValueError("--workers is at least 1")
    if options.rows < 1:
        raise ValueError("--rows is at least 1")
    if options.address and options.engine != "ray":
        raise ValueError("--address is of a Ray cluster: say --engine ray too")


def _run(job: Job, sources: list[Source], state: _State, output: Output, options: argparse.Namespace) -> None:
    with Progress(_total(job, sources), job.batch.noun) as progress:
        for done in _engine(job, sources, options):
            if not done.is_old:
                progress.add(done.counts.rows)
            _note(state, done)
            state.old += done.is_old
            if done.node is not None and done.counts.rows:
                state.nodes[done.node] += done.counts.rows
            whole = state.ends.get(done.source) == state.done[done.source] and done.source not in state.faults
            if whole:
                output.write(f"{done.source}/{_DONE}", json.dumps(vars(state.counts[done.source])).encode())


def _note(state: _State, done: Done) -> None:
    state.counts[done.source] = state.counts.get(done.source, _nothing()) + done.counts
    if done.is_end:
        state.ends[done.source] = done.number
        if done.fault is not None:
            state.faults[done.source] = done.fault
            place = "" if done.fault.startswith(done.source) else f"{done.source}: "
            print(f"seqserve: {place}{done.fault}", file=sys.stderr)
    else:
        state.done[done.source] += 1


def _engine(job: Job, sources: list[Source], options: argparse.Namespace) -> Iterator[Done]:
    if not sources:
        return iter(())
    if options.engine == "ray":
        from seqserve.batch import ray_cluster

        return ray_cluster.run(job, sources, options.workers, options.address)
    from seqserve.batch import local_pool

    return local_pool.run(job, sources, options.workers or len(os.sched_getaffinity(0)))


def _claim(output: Output, job: Job, sources: list[Source]) -> None:
    """Make the folder this job's, or go on with it.

    Raises:
        ValueError: it has results of another job, or of other files.
    """
    own = {
        "model": str(job.artifact),
        "manifest": job.artifact.manifest.digest,
        "said": job.said,
        "rows": job.size,
        "files": {source.name: [[file.name, file.size, file.token] for file in source.files] for source in sources},
    }
    if not output.exists(_JOB):
        if output.names():
            raise ValueError(f"{output.place} has files that are not of a batch job; name an empty or new --output")
        output.write(_JOB, json.dumps(own, indent=1).encode())
        return
    output.remove_parts()
    found = json.loads(output.read(_JOB))
    if found == json.loads(json.dumps(own)):
        return
    what = {"model": "another model", "manifest": "another model", "said": "other arguments", "rows": "another --rows"}
    differs = next(
        (word for name, word in what.items() if found.get(name) != own[name]), "other or changed input files"
    )
    raise ValueError(f"{output.place} holds results of {differs}; name another --output")


def _nothing() -> Counts:
    from seqserve.batch.job import Counts

    return Counts()


def _counted(output: Output, source: str) -> Counts:
    from seqserve.batch.job import Counts

    return Counts(**json.loads(output.read(f"{source}/{_DONE}")))


def _total(job: Job, sources: list[Source]) -> int | None:
    """About how many there are, if that is told quickly."""
    from seqserve.batch.files import opened
    from seqserve.core.batch_scoring import Opened

    total = 0
    for source in sources:
        for file in source.files:
            if "://" in file.place:  # it would be brought here twice
                return None
            try:
                with opened(file) as stream:
                    count = job.batch.count(Opened(file.name, stream))
            except Exception:  # reading it will say what is wrong
                return None
            if count is None:
                return None
            total += count
    return total


def _repeated(output: Output, sources: list[Source]) -> list[str]:
    """Ids of series that stand in several files, each of which was forecast by itself."""
    if len(sources) < 2:
        return []
    import io

    from pyarrow import parquet

    places: dict[str, str] = {}
    found: dict[str, None] = {}
    for name in output.names():
        if name.endswith(".parquet"):
            source = name.rpartition("/")[0]
            ids = parquet.read_table(io.BytesIO(output.read(name)), columns=["unique_id"])
            for one in ids.column(0).unique().to_pylist():
                if places.setdefault(one, source) != source:
                    found[one] = None
    return list(found)


def _tell(summary: Mapping[str, Any], noun: str, state: _State, place: str) -> None:
    errors = {code: count for code, count in summary["errors"].items() if count}
    for code, count in Counter(errors).most_common(_MOST):
        print(f"seqserve: {count:,} {noun} have the error {code}", file=sys.stderr)
    if summary["with warnings"]:
        print(f"seqserve: {summary['with warnings']:,} {noun} have warnings", file=sys.stderr)
    if state.old:
        print(f"seqserve: {counted(state.old, 'block')} had been written before", file=sys.stderr)
    if state.faults:
        print(f"seqserve: {counted(len(state.faults), 'file')} could not be read whole", file=sys.stderr)
    if repeated := summary["series in several files"]:
        few = ", ".join(repeated[:_MOST])
        print(
            f"seqserve: {len(repeated):,} series stand in several files, each of which was "
            f"forecast by itself: {few}; --together reads all files as one table",
            file=sys.stderr,
        )
    print(f"seqserve: {summary['answered']:,} of {summary[noun]:,} {noun} answered, in {place}", file=sys.stderr)

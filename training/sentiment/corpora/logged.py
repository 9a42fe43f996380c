"""Texts that the service labelled, with the labels that people said were right."""

from __future__ import annotations

import json
from datetime import datetime

from seqserve.core.messages import counted
from seqserve.prediction_log.address import parse
from seqserve.registry.artifact import Source
from training.core.download import DataError
from training.sentiment.corpora.labelled import Labelled, deduplicated, source
from training.sentiment.corpora.own import Rare, without_rare

_TASK = "sentiment"


def logged(log: str, model: str | None, rare: Rare = "keep") -> tuple[Labelled, Source]:
    """The texts of a log of predictions of which the right label was said.

    Args:
        log: `sqlite:///FILE` or `postgresql://...`; it may hold a password, which no message repeats.
        model: the one that labelled them; it may be left out if there is feedback on one model only.
        rare: what becomes of labels with too few texts to be in each part, see `without_rare`.

    Raises:
        DataError: there is no feedback, or it is about several models, or texts were not stored; or a text may have
            several labels.
        LogError: the log cannot be read.
        ValueError: it is no log's address, or a package is missing.
    """
    address = parse(log)
    address.check_installed()
    from seqserve.prediction_log import reading  # what a database needs is an extra
    from seqserve.prediction_log.database import Database

    database = Database(address)
    try:
        model = _model(reading.models(database, _TASK), model)
        rows = [row for part in reading.rows(database, task=_TASK, model=model, with_feedback=True) for row in part]
    finally:
        database.close()
    whole = [row for row in rows if row.input is not None]
    digests = len(rows) - len(whole)
    if not whole:
        raise DataError(
            f"the log has {counted(digests, 'text')} with a right label, but only their digests: set "
            "SEQSERVE_PREDICTION_LOG_INPUTS=whole for the service, and collect feedback anew"
        )
    said = [json.loads(row.feedback or "{}") for row in whole]
    if any("label" not in each for each in said):
        raise DataError(f"texts of {model} may have several labels; --from-log takes those of models with one a text")
    report = [f"{counted(digests, 'text')} left out, of which the log has only digests"] if digests else []
    found = Labelled([json.loads(row.input or "") for row in whole], [each["label"] for each in said], report)
    labelled = without_rare(deduplicated(found), rare)
    if (kinds := len(set(labelled.labels))) < 2:
        raise DataError(f"the feedback on {model} has {counted(kinds, 'label')}; two at least are needed")
    name = f"feedback on {model}, {_day(whole[0].time)} to {_day(whole[-1].time)}"
    return labelled, source(labelled, name, None, "the owner's")


def _day(time: datetime) -> str:
    return f"{time:%Y-%m-%d}"


def _model(counts: dict[str, int], wanted: str | None) -> str:
    """The model whose feedback is meant."""
    if not counts:
        raise DataError("the log has no feedback on labelled texts; send some to POST /sentiment/feedback")
    known = ", ".join(f"{model} ({count})" for model, count in sorted(counts.items()))
    if wanted is None and len(counts) > 1:
        raise DataError(f"the log has feedback on several models, whose labels may differ: {known}; say --log-model")
    if wanted is not None and wanted not in counts:
        raise DataError(f"the log has no feedback on {wanted!r}; there is some on {known}")
    return wanted or next(iter(counts))

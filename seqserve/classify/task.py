"""The task `classify`, as `seqserve.tasks` lists it."""

from __future__ import annotations

from seqserve.classify.batch import ClassifyBatch
from seqserve.classify.command import ClassifyCommand
from seqserve.classify.predictor import SequenceClassifier
from seqserve.core.task import Task

TASK = Task(predictor=SequenceClassifier, command=ClassifyCommand(), batch=ClassifyBatch())

"""The task `complete`, as `seqserve.tasks` lists it."""

from __future__ import annotations

from seqserve.complete.batch import CompleteBatch
from seqserve.complete.command import CompleteCommand
from seqserve.complete.predictor import Completer
from seqserve.core.task import Task

TASK = Task(predictor=Completer, command=CompleteCommand(), batch=CompleteBatch())

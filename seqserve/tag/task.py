"""The task `tag`, as `seqserve.tasks` lists it."""

from __future__ import annotations

from seqserve.core.task import Task
from seqserve.tag.batch import TagBatch
from seqserve.tag.command import TagCommand
from seqserve.tag.predictor import Tagger

TASK = Task(predictor=Tagger, command=TagCommand(), batch=TagBatch())

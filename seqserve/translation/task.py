"""The task `translation`, as `seqserve.tasks` lists it."""

from seqserve.core.task import Task
from seqserve.translation.batch import TranslationBatch
from seqserve.translation.command import TranslationCommand
from seqserve.translation.predictor import Translator

TASK = Task(predictor=Translator, command=TranslationCommand(), batch=TranslationBatch())

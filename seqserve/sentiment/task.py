"""The task `sentiment`, as `seqserve.tasks` lists it."""

from seqserve.core.task import Task
from seqserve.sentiment.batch import SentimentBatch
from seqserve.sentiment.command import SentimentCommand
from seqserve.sentiment.predictor import Classifier

TASK = Task(predictor=Classifier, command=SentimentCommand(), batch=SentimentBatch())

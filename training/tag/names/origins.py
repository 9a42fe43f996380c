"""Whether names of all origins are found alike: recall of held-out names in the same sentences.

Reference:
    Mishra et al., Assessing Demographic Bias in Named Entity Recognition, 2020.
"""

from __future__ import annotations

from seqserve.tag.predictor import Tagger
from training.tag import metrics
from training.tag.documents import Document, Entity
from training.tag.names import lists

FRAMES = (
    "{} called this morning.",
    "I met {} at the station yesterday.",
    "Please ask {} to sign the form.",
    "My neighbour {} is moving to another town.",
    "Thanks to {} for the lovely photos!",
    "The report was written by {} in May.",
    "have you seen {} lately?",
    "Happy birthday, {}! 🎉",
    "According to {}, the shop opens at nine.",
    "{} and her sister won the match.",
)


def recall(tagger: Tagger, person: str) -> dict[str, float]:
    """By origin, the share of held-out names, each in every frame, that are found whole as persons."""
    found = {}
    for origin, whole in lists.measured().items():
        documents = [_document(frame, name, person) for frame in FRAMES for name in whole]
        answers = metrics.predicted(tagger, documents)
        right = [document.entities[0] in entities for document, (entities, _) in zip(documents, answers, strict=True)]
        found[origin] = sum(right) / len(right)
    return found


def _document(frame: str, name: str, person: str) -> Document:
    start = frame.index("{}")
    return Document(frame.format(name), (Entity(start, start + len(name), person),))

"""Messages from social media with their persons, places and organisations.

The Broad Twitter Corpus tags @names as entities in most of its sections, not in others; the Emerging Entities set does
not. What is an @name can be told by a rule, so none is an entity here. The second set also tags products and creative
works. It has too few of them to learn from, and the first set leaves them untagged, so they are left out.

References:
    Derczynski et al., Broad Twitter Corpus: A Diverse Named Entity Recognition Resource, COLING 2016.
    Derczynski et al., Results of the WNUT2017 Shared Task on Novel and Emerging Entity Recognition, 2017.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from seqserve.core.messages import counted
from training.core import public_files
from training.core.download import PublicFile
from training.tag.documents import Corpus, Document, Entity
from training.tag.files import conll

EMERGING = "https://raw.githubusercontent.com/leondz/emerging_entities_17/master"
_TRAIN, _DEV = (
    PublicFile(f"tag/wnut17/{name}", f"{EMERGING}/{name}", sha256, hint="leondz/emerging_entities_17")
    for name, sha256 in (
        ("wnut17train.conll", "731820e13f71af324c6b55a1575ec2ce59fbaa2a0806f8f0400b98d56cd6a7a5"),
        ("emerging.dev.conll", "e053b752b8155113ca66e7db08af5f2f5f43ab993694e4774f1ec5bad42312d8"),
    )
)
_LABELS = {
    "PER": "person",
    "LOC": "place",
    "ORG": "organisation",
    "person": "person",
    "location": "place",
    "corporation": "organisation",
    "group": "organisation",
}
_ONLY_EMERGING = {"product": "product", "creative-work": "creative work"}
_HANDLE = re.compile(r"@\w")
# The first set writes most @names as two words. A place behind an @ is one that somebody is at.
_SPLIT_HANDLE = re.compile(r"^@\t\S+\n(\w{1,30})\t(O|[BI]-(?:PER|ORG))\n(?!.*\tI-)", re.MULTILINE | re.ASCII)


def broad() -> Corpus:
    """The six sections of the Broad Twitter Corpus."""
    documents: list[Document] = []
    handles = 0
    for section in public_files.BROAD_TWITTER.values():
        content = section.read().decode()
        handles += sum(match[2] != "O" for match in _SPLIT_HANDLE.finditer(content))
        documents += conll.parsed(_SPLIT_HANDLE.sub(r"@\1\tO\n", content), section.path, "bio").documents
    corpus = _mapped("Broad Twitter Corpus", documents)
    return Corpus(corpus.documents, [f"Broad Twitter Corpus: {handles} @names are no entities here", *corpus.report])


def emerging(every: bool = False) -> Corpus:
    """The training part of the Emerging Entities set.

    Args:
        every: with its products and creative works too.
    """
    documents = conll.parsed(_TRAIN.read().decode(), _TRAIN.path, "bio").documents
    return _mapped("Emerging Entities, train", documents, {**_LABELS, **_ONLY_EMERGING} if every else _LABELS)


def emerging_dev() -> Corpus:
    """The development part of the Emerging Entities set, on which others publish scores: to measure on only."""
    return _mapped("Emerging Entities, dev", conll.parsed(_DEV.read().decode(), _DEV.path, "bio").documents)


def _mapped(name: str, documents: list[Document], labels: Mapping[str, str] = _LABELS) -> Corpus:
    """The documents with this service's labels, and what was changed."""
    counts: Counter[str] = Counter()
    mapped = []
    for document in documents:
        entities = []
        for entity in document.entities:
            text = document.text[entity.start : entity.end]
            inner = text.lstrip("#@ ")
            if entity.label not in labels:
                counts["left out: products and creative works"] += 1
            elif not inner or _HANDLE.match(text):
                counts["left out: @names"] += 1
            else:
                counts["kept without a # or @ before it"] += inner != text
                entities.append(Entity(entity.end - len(inner), entity.end, labels[entity.label]))
        mapped.append(Document(document.text, tuple(entities)))
    return Corpus(
        mapped, [f"{name}: {counted(count, 'tag')} {what}" for what, count in sorted(counts.items()) if count]
    )

from __future__ import annotations

import json

from seqserve.translation.copied_names import Names
from testing.tiny.translation import subword_coder
from training.translation.corpus import learn_names
from training.translation.corpus.pairs import Pairs

CODER = subword_coder()
PAIRS = [
    *[("I go unfortunately to Germany on Friday with Giuseppe.", "Je vais en Allemagne avec Giuseppe vendredi.")] * 3,
    *[("I was in Germany.", "J'étais en Allemagne."), ("I sleep on Friday.", "Je dors vendredi.")],
    *[("I go to Boston on occasion.", "Je vais à Boston.")] * 2,
    ("Yesterday unusually.", "Hier, en haut."),
]


def test_what_is_learned_of_names() -> None:
    asked: list[str] = []

    def translated(names: Names, sentences: list[str]) -> list[str]:
        """A network that knows Germany and not Friday."""
        asked.extend(sentences)
        return ["En Allemagne avec Giuseppe jeudi." if "Germany" in sentence else "Jeudi." for sentence in sentences]

    pairs = Pairs([source for source, _ in PAIRS], [target for _, target in PAIRS])
    found = json.loads(learn_names.learned(CODER, pairs, translated).to_json())
    assert found["translated"] == ["Germany"]
    assert "I sleep on Friday." in asked
    assert "unfortunately" in found["small"]
    assert "unusually" not in found["small"], "once may be a slip"
    assert not [word for word in found["small"] if len(CODER.encode([word])[0]) == 1]

from __future__ import annotations

from seqserve.translation.predictor import Translation
from seqserve.translation.shaped_query import Shaping, foreign, primary
from testing.tiny import translation as tiny_translation


def translated(text: str, shaping: Shaping) -> Translation:
    query = shaping.query(text, 1)
    (answer,) = tiny_translation.translator().predict([query])
    assert isinstance(answer, Translation)
    return query.restored(answer)


def test_html_with_a_glossary_keeps_its_tags_and_has_its_terms() -> None:
    shaping = Shaping("en", html=True, terms={"milk": "lait <b> &"})
    answer = translated('<ul><li>I like milk.</li><li>Why?</li></ul><img alt="The milk">', shaping)
    assert answer.text == (
        '<ul><li>I like lait &lt;b&gt; &amp;.</li><li>Why?</li></ul><img alt="The lait &lt;b&gt; &amp;">'
    )
    assert answer.warnings == []
    assert all(other.startswith("<ul><li>") and other.endswith('">') for other in answer.alternatives)


def test_a_text_in_another_language_has_a_warning() -> None:
    answer = translated("Il pleuvait, alors nous sommes restés à la maison.", Shaping("en"))
    assert answer.warnings[0].startswith("the text looks like fr (0.9")
    assert foreign("It was raining, so we stayed at home.", "en-GB") is None
    assert foreign("Menu", "en") is None


def test_the_region_of_a_language_does_not_count() -> None:
    assert [primary(code) for code in ("pt-BR", "pt_BR", "PT")] == ["pt"] * 3

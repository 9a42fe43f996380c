from __future__ import annotations

import pytest

from seqserve.translation.markup import icu_messages
from seqserve.translation.sentences import splitter

FILES = "{count, plural, =0 {No files} one {# file} other {# files}}"
NESTED = "{who, select, male {{n, plural, one {His dog} other {His dogs}}} other {Dogs}}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (FILES, ["No files", "# file", "# files"]),
        (f"You have {FILES}.", ["No files", "# file", "# files"]),
        (NESTED, ["His dog", "His dogs", "Dogs"]),
        ("{n, plural, offset:1 other { a {b} c }}", ["a {b} c"]),
        ("{n, selectordinal, one {#st} other {#th}}", []),
        ("{n, plural, one {# file}", []),
        ("{n, plural, one {# file}}", []),
        ("{n, plural, other {#}}", []),
        ("{name} {n, number}", []),
    ],
)
def test_branches_have_words(text: str, words: list[str]) -> None:
    found = icu_messages.nested(text)
    assert [word for part in found for word in part.words] == words
    assert all(part.joined(part.words) == part.text in text for part in found)


@pytest.mark.parametrize("text", [FILES, NESTED, f"A line.\n{FILES}\nAnother.", FILES.replace(" =0", "\n  =0")])
def test_a_message_by_itself_is_its_branches(text: str) -> None:
    pieces = splitter.segment(text, "en")
    split = splitter.split(pieces)
    assert "".join(pieces) == split.joined(split.sentences) == text
    assert not any("plural" in sentence for sentence in split.sentences)
    assert {"Dogs", "files"} & set(split.sentences)


def test_time_does_not_grow_with_the_square() -> None:
    assert not list(icu_messages.messages("{a, plural, b {" * 20_000))

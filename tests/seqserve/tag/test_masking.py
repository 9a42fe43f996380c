from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seqserve.tag.masking import mask
from seqserve.tag.regular import Match


def test_what_was_found_is_replaced_by_what_it_is() -> None:
    masked = mask("Call Ann at 123.", [Match(12, 15, "phone"), Match(5, 8, "person")])
    assert masked.text == "Call [person] at [phone]."
    assert masked.replaced == [Match(5, 8, "person"), Match(12, 15, "phone")]
    assert masked.merged == 0


def test_of_what_overlaps_nothing_stays() -> None:
    masked = mask("ann.lee@example.org!", [Match(0, 7, "person"), Match(0, 19, "email"), Match(8, 20, "url")])
    assert masked.text == "[email]"
    assert masked.replaced == [Match(0, 20, "email")]
    assert masked.merged == 2


@given(
    st.lists(st.tuples(st.integers(0, 19), st.integers(1, 9), st.sampled_from(["person", "email", "url"])), max_size=6)
)
def test_no_character_of_what_was_found_is_left(spans: list[tuple[int, int, str]]) -> None:
    text = "".join(chr(0x4E00 + place) for place in range(20))
    found = [Match(start, min(20, start + size), kind) for start, size, kind in spans]
    masked = mask(text, found)
    hidden = {place for match in found for place in range(match.start, match.end)}
    assert [one for one in masked.text if one in text] == [text[place] for place in range(20) if place not in hidden]
    assert all(one.end <= other.start for one, other in zip(masked.replaced, masked.replaced[1:], strict=False))

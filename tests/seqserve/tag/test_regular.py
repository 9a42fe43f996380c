from __future__ import annotations

import time

import pytest

from seqserve.tag import regular


def found(text: str, kind: str) -> list[str]:
    return [text[match.start : match.end] for match in regular.find(text, [kind])]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (
            "email",
            "Mail ann.lee+x@mail.example.org, or <bob@example.com>.",
            ["ann.lee+x@mail.example.org", "bob@example.com"],
        ),
        ("email", "no@body and a @ b.org", []),
        ("email", "bob@example.com- or ann@example.com_old", ["bob@example.com", "ann@example.com"]),
        ("url", f"at https://example.org/{'a' * 3_000} now", [f"https://example.org/{'a' * 3_000}"]),
        ("url", "See (https://example.org/a?b=c), www.example.com.", ["https://example.org/a?b=c", "www.example.com"]),
        ("url", "Version 1.2 of and.so on", []),
        ("handle", "hi @ann_l, not ann@example.org", ["@ann_l"]),
        ("card", "4111 1111 1111 1111 and 5500-0000-0000-0004", ["4111 1111 1111 1111", "5500-0000-0000-0004"]),
        ("card", "4111 1111 1111 1112 and 0000 0000 0000 0000", []),
        ("card", "4111 1111 1111 1111 12/28, 123", ["4111 1111 1111 1111"]),
        ("card", "No. 12 3714-496353-98431 7 and 4111111111111111 123", ["3714-496353-98431", "4111111111111111"]),
        ("card", "5105 1051 0510 5100 4111 1111 1111 1111", ["5105 1051 0510 5100", "4111 1111 1111 1111"]),
        ("iban", "To GB82 WEST 1234 5698 7654 32 BY Friday", ["GB82 WEST 1234 5698 7654 32"]),
        ("iban", "DE89370400440532013000, DE88370400440532013000", ["DE89370400440532013000"]),
        ("phone", "+44 20 7946 0958, (212) 555-0123 x2?", ["+44 20 7946 0958", "(212) 555-0123 x2"]),
        ("phone", "+91 98765 43210 or +49 30 901820", ["+91 98765 43210", "+49 30 901820"]),
        ("phone", "In 2024 there were 1,234,567 and 12:30:45", []),
    ],
)
def test_what_follows_a_rule(kind: str, text: str, expected: list[str]) -> None:
    assert found(text, kind) == expected


def test_a_phone_number_is_found_wherever_it_stands_in_a_long_text() -> None:
    for number in ("+44 20 7946 0958", "+49 30 12345678"):  # of the second one the beginning is a number too
        for before in range(1_880, 2_002, 2):
            assert found("x " * (before // 2) + f"{number} now", "phone") == [number]


def test_only_what_is_asked_for_is_looked_for() -> None:
    assert {match.kind for match in regular.find("@ann a@example.org", ["handle"])} == {"handle"}


@pytest.mark.parametrize("text", ["1 " * 20_000, "a@" * 20_000, "GB82 " * 8_000, "www." * 10_000, "+1-" * 13_000])
def test_time_grows_with_the_length_of_a_text_and_no_faster(text: str) -> None:
    def seconds(part: str) -> float:
        begin = time.process_time()
        regular.find(part, regular.KINDS)
        return time.process_time() - begin

    short = min(seconds(text[: len(text) // 4]) for _ in range(2))
    assert seconds(text) < 12 * max(short, 0.01)  # four times as long; sixteen times the work would be a square

from __future__ import annotations

import pytest

from seqserve.tabular.files import encoding


@pytest.mark.parametrize(
    ("text", "page", "found"),
    [
        ("Größe;1 €", "utf-8", "utf-8-sig"),
        ("Größe;1 €", "utf-8-sig", "utf-8-sig"),
        ("Größe;1 €", "utf-16", "utf-16"),
        ("Größe;1 €\n" * 9, "utf-16-le", "utf-16-le"),
        ("Größe;1 €\n" * 9, "utf-16-be", "utf-16-be"),
        ("Größe;1 €", "cp1252", "cp1252"),
        ("Дата;Значение\n01.01.2022;5", "cp1251", "cp1251"),
        ("とても良い映画です\nつまらない映画だった", "shift_jis", "shift_jis"),
        ("‘Très bien’ – 5 €, „gut“ … it’s “fine”", "cp1252", "cp1252"),
    ],
)
def test_encodings_are_told_apart(text: str, page: str, found: str) -> None:
    assert encoding.of("a.csv", text.encode(page)) == found
    assert text in text.encode(page).decode(found)


@pytest.mark.parametrize("content", [b"a\0b", bytes(range(256)) * 10, b"\xff\xfe\xff"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"a\.csv is no table but a binary file"):
        encoding.of("a.csv", content)


@pytest.mark.parametrize("content", [b"\x8d", b"\x81\x8d", b"a,\xe9"])
def test_any_other_bytes_have_an_encoding_that_reads_them(content: bytes) -> None:
    content.decode(encoding.of("a.csv", content))

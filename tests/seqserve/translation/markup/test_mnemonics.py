from __future__ import annotations

import pytest

from seqserve.translation.markup import mnemonics


@pytest.mark.parametrize(
    ("text", "plain", "key"),
    [
        ("_Open", "Open", "_O"),
        ("Save _As...", "Save As...", "_A"),
        ("&File", "File", "&F"),
        ("_Émettre", "_Émettre", ""),
        ("user_name", "user_name", ""),
        ("_private", "_private", ""),
        ("_Open or _Close", "_Open or _Close", ""),
        ("_Open_file", "_Open_file", ""),
        ("Smith &Sons", "Smith &Sons", ""),
        ("&Eacute;t\u00e9", "&Eacute;t\u00e9", ""),
        ("R&D", "R&D", ""),
        ("The class _Open is a part of it", "The class _Open is a part of it", ""),
    ],
)
def test_a_label_without_the_mark_of_its_key(text: str, plain: str, key: str) -> None:
    assert mnemonics.without(text) == (plain, key)


@pytest.mark.parametrize(
    ("translation", "key", "expected"),
    [
        ("Ouvrir", "_O", "_Ouvrir"),
        ("Enregistrer sous...", "_S", "Enregistrer _sous..."),
        ("Fichier", "&X", "&Fichier"),
        ("« Aide »", "_H", "« _Aide »"),
        ("123", "_N", "123"),
        ("Aide", "", "Aide"),
    ],
)
def test_its_translation_has_the_mark_again(translation: str, key: str, expected: str) -> None:
    assert mnemonics.marked(translation, key) == expected

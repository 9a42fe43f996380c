from __future__ import annotations

import pytest

from seqserve.translation.glossary import Glossary

GLOSSARY = Glossary({"invoice": "facture", "Acme": "Acme", "shopping cart": "panier", "cart": "chariot", "US": "É.-U."})


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("pay the invoice", "pay the facture"),
        ("Invoice 3", "Facture 3"),
        ("It is late. Invoice it.", "It is late. Facture it."),
        ("<b 1>Invoice</b 2>", "<b 1>Facture</b 2>"),
        ("THE INVOICE", "THE FACTURE"),
        ("my shopping  cart", "my panier"),
        ("a cart", "a chariot"),
        ("Acme's", "Acme's"),
        ("the US", "the É.-U."),
        ("invoicing, cartoon, re-invoice", "invoicing, cartoon, re-invoice"),
        ("<cart 3> me@acme.com https://acme.com/cart &cart;", "<cart 3> me@acme.com https://acme.com/cart &cart;"),
        ("G_0x invoice", "G_0x facture"),
    ],
)
def test_terms_are_rendered_as_the_glossary_says(text: str, right: str) -> None:
    hidden = GLOSSARY.hide(text)
    assert hidden.restored(hidden.text) == (right, [])


def test_a_plural_is_rendered_with_a_warning() -> None:
    hidden = GLOSSARY.hide("two invoices")
    assert "invoice" not in hidden.text
    assert hidden.restored(hidden.text) == (
        "two facture",
        ["glossary: 'invoices' is rendered as 'facture'; check its form"],
    )


def test_a_term_without_a_place_is_said() -> None:
    assert GLOSSARY.hide("the cart").restored("le") == ("le", ["glossary: no place for 'chariot' in the translation"])

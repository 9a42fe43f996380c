from __future__ import annotations

import pytest

from seqserve.translation import determiners
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
        ("{cart} {{ cart.us }} %(cart)s :cart $cart ${cart}", "{cart} {{ cart.us }} %(cart)s :cart $cart ${cart}"),
        (
            "`cart` <code>a cart</code> open(cart) /cart/cart.txt",
            "`cart` <code>a cart</code> open(cart) /cart/cart.txt",
        ),
        ("{cart, plural, one {# cart} other {# cart}}", "{cart, plural, one {# chariot} other {# chariot}}"),
        ("the cart {cart}, cart(s)", "the chariot {cart}, chariot(s)"),
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


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("Envoie un {} au client.", "Envoie une facture au client."),
        ("Le {} du {}", "La facture de la facture"),
        ("mon {}", "ma facture"),
        ("pour {}", "pour facture"),
    ],
)
def test_determiners_agree_with_a_term(written: str, right: str) -> None:
    hidden = Glossary({"invoice": "facture"}, "fr").hide(" ".join(["invoice"] * written.count("{}")))
    assert hidden.restored(written.format(*hidden.text.split()))[0] == right


@pytest.mark.parametrize(
    ("language", "determiner", "word", "right"),
    [
        ("fr", "le", "application", "l'"),
        ("fr", "l'", "gadget", "le "),
        ("fr", "du", "adresse", "de l'"),
        ("fr", "cette", "tableau de bord", "ce "),
        ("fr", "La", "musée", "La "),
        ("fr", "un", "hublo", "un "),
        ("pt", "o", "fatura", "a "),
        ("pt", "um", "problema", "um "),
        ("pt", "a", "cliente", "a "),
    ],
)
def test_the_ending_of_a_word_tells_its_gender(language: str, determiner: str, word: str, right: str) -> None:
    assert determiners.agreed(determiner, word, language) == right


def test_names_and_other_languages_have_no_rules() -> None:
    for terms, target in (({"Nation": "Nation"}, "fr"), ({"invoice": "facture"}, "xx")):
        hidden = Glossary(terms, target).hide(next(iter(terms)))
        assert hidden.restored(f"le {hidden.text}")[0] == f"le {next(iter(terms.values()))}"

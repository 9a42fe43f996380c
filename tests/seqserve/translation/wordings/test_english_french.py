from __future__ import annotations

import pytest

from seqserve.translation import wordings
from seqserve.translation.markup import placeholders
from seqserve.translation.markup.placeholders import PLACEHOLDERS


def worded(sentence: str) -> str:
    """A sentence in which only what has a wording is translated."""
    pair = wordings.of("en", "fr")
    hidden = pair.hide(sentence)
    return pair.tidy(placeholders.show(hidden.text, hidden.spans)).replace("\N{NO-BREAK SPACE}", "_")


@pytest.mark.parametrize(
    ("sentence", "french"),
    [
        ("He earned $3 million in 2019.", "He earned 3 millions de dollars in 2019."),
        (
            "They lost 2 million euros, then \u20ac2.5 billion.",
            "They lost 2 millions d'euros, then 2,5 milliards d'euros.",
        ),
        ("It rose to €4.2bn, or $3M.", "It rose to 4,2 milliards d'euros, or 3 millions de dollars."),
        ("It costs £500k.", "It costs 500 mille livres."),
        ("The sum is 1.4 billion.", "The sum is 1,4 milliard."),
        ("About 7 billion people live here.", "About 7 milliards de people live here."),
        ("It costs $250,000, or 1,000,000 euros.", "It costs 250_000_$, or 1_000_000 euros."),
        ("It costs $50, \u00a35.99 or \u20ac1,234.50.", "It costs 50_$, 5,99_\u00a3 or 1_234,50_\u20ac."),
        ("10,000 km are 6,213.7 miles.", "10_000_km are 6_213,7 miles."),
        ("It grew by 2.5% to 1.5kg at -2.5 \u00b0C.", "It grew by 2,5_% to 1,5kg at -2,5_\u00b0C."),
        ("See 1,2,3, version 2.5 and 192.168.1.10, or 12,34.", "See 1,2,3, version 2.5 and 192.168.1.10, or 12,34."),
        ("At 00:01:02,500, 0,123 or 1:1,000", "At 00:01:02,500, 0,123 or 1:1,000"),
        ("It is No. 5, not no. 12 in the list.", "It is n\u00b0_5, not n\u00b0_12 in the list."),
        ("No. 5 people came.", "No. 5 people came."),
        ("Open Mon-Fri 9-5, or Sat. - Sun.", "Open du lundi au vendredi 9-5, or du samedi au dimanche."),
        ("Monday-Wednesday, Tues\u2013Thurs", "Du lundi au mercredi, du mardi au jeudi"),
        ("There are seventy-three of ten thousand.", "There are 73 of 10_000."),
        ("Three million two hundred thousand people", "3,2 millions de people"),
        ("In the 19th century, the 1st day", "In the 19e si\u00e8cle, the 1er day"),
        ("In the 80s, in his 30s, the '60s", "Dans les ann\u00e9es 80, dans la trentaine, les ann\u00e9es 60"),
        (
            "Your {n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}} try",
            "Your {n, selectordinal, one {#er} other {#e}} try",
        ),
        ("Your {n, selectordinal, one {#st} other {#th}} try", "Your {n, selectordinal, one {#st} other {#th}} try"),
        ("He came 2nd, then 1st.", "He came 2e, then 1er."),
        ("The 1st of May, on the 5th of June 2024", "Le 1er mai, le 5 juin 2024"),
        (
            "In the early 1990s, since the late 80s",
            "Au d\u00e9but des ann\u00e9es 1990, since la fin des ann\u00e9es 80",
        ),
        ("It takes five to ten minutes, or ten to twelve.", "It takes five to ten minutes, or 11 h 50."),
        ("Ten to one he comes at five to eight.", "Ten to one he comes at 7 h 55."),
        ("5:30 PM", "17 h 30"),
        ("12 PM - 1 PM", "12 h - 13 h"),
        ("WWII", "La Seconde Guerre mondiale"),
        ("THE SHOP OPENS AT 9 AM", "THE SHOP OPENS AT 9 H"),
        ("PAY $5 MILLION OR 3 EUROS", "PAY 5 MILLIONS DE DOLLARS OR 3 EUROS"),
        ("January 8-12, 2024, or June 1st\u20133rd", "8-12 janvier 2024, or 1er-3 juin"),
        ("On March 9th-12th, MAY 5", "Du 9 au 12 mars, 5 mai"),
        ("On Monday, January 8, 2024", "Le lundi 8 janvier 2024"),
        ("In May 20 people came.", "In May 20 people came."),
        (
            "It costs $10\u201320, \u20ac5-\u20ac10 or $5-6 million.",
            "It costs 10\u201320_$, 5\u201310_\u20ac or 5\u20136 millions de dollars.",
        ),
        ("$100 - 20% off, $5 - 3 times, $5-10%, $3-5K", "100_$ - 20% off, 5_$ - 3 times, $5-10%, $3-5K"),
        ("It is half past seven tonight, five past nine we left.", "It is 7 h 30 tonight, 9 h 05 we left."),
        ("It costs \u20ac1.200,50.", "It costs \u20ac1.200,50."),
        ("9 a.m.\u20135 p.m.", "9 h\u201317 h."),
        ("The & sign, s/he", "The & sign, he or she"),
        ("Je sais Beatrix, tu sais tout.", "Je connais Beatrix, tu sais tout."),
        ("de the 1990s", "des ann\u00e9es 1990"),
        ("The May 2024 report, the April 2023 list", "The de mai 2024 report, the d'avril 2023 list"),
        ("The May 2024 is in May 2024.", "The May 2024 is in May 2024."),
        ("He/she takes his/her tea w/o milk.", "He or she takes his or her tea without milk."),
        ("A pen and/or ink w/ paper, 24/7", "A pen et/ou ink with paper, 24/7"),
        ("HE/SHE MUST SIGN", "HE OR SHE MUST SIGN"),
        ("We sell books & games at B & B, Smith & Co.", "We sell books and games at B & B, Smith & Co."),
        (
            "US$5 million, 5 euros/hour, $5 million/year",
            "5 millions de dollars US, 5 euros/h, 5 millions de dollars/an",
        ),
        ("It costs US$5M.", "It costs US$5M."),
        ("It costs US$50, A$20 or $20/hour.", "It costs 50_$ US, 20_$ A or 20_$/h."),
        ("World War II, after WWI", "La Seconde Guerre mondiale, after la Premi\u00e8re Guerre mondiale"),
        ("The 80s and the 1990s; in her 70s", "Les ann\u00e9es 80 and les ann\u00e9es 1990; \u00e0 plus de 70 ans"),
        ("It ended en World War I.", "It ended pendant la Premi\u00e8re Guerre mondiale."),
        ("In the 1990s, or the 1920s", "Dans les ann\u00e9es 1990, or les ann\u00e9es 1920"),
        ("on May 5th, 1990 or Jan. 1 at 10 a.m.", "le 5 mai 1990 or 1er janvier at 10 h."),
        ("from 9 a.m. to 3:30 PM, or 12 am", "from 9 h to 15 h 30, or 0 h"),
        ("at half past seven or quarter to one", "at 7 h 30 or 12 h 45"),
        ("Mr. and Mrs. Smith know Dr. J. R. Brown.", "M. and Mme Smith know Dr J. R. Brown."),
        ("Mr Smith lives at 12 Main St. in Boston.", "M. Smith lives at 12 Main St. in Boston."),
        ("Fruit, e.g. apples, etc.", "Fruit, par exemple apples, etc."),
        ("She has a Ph.D. in law.", "She has a doctorat in law."),
        ("I live in the U.S. now, not in the UK.", "I live in the United States now, not in the Royaume-Uni."),
        ("He works for le UN", "He works for le UN"),
        ("THE UK AND THE USA OWE $3 MILLION.", "THE ROYAUME-UNI AND THE UNITED STATES OWE 3 MILLIONS DE DOLLARS."),
        ("He is approx. 6 ft. tall.", "He is environ 6 pieds tall."),
        ("I have five dogs.", "I have five dogs."),
        ("We may come.", "We may come."),
    ],
)
def test_what_english_writes_as_french_writes_it(sentence: str, french: str) -> None:
    assert worded(sentence) == french


@pytest.mark.parametrize(
    ("line", "french"),
    [
        ("Dear Anna,", "Bonjour Anna,"),
        ("Dear Mr. Smith,", "Cher M. Smith,"),
        ("Dear Mrs. Jones,", "Ch\u00e8re Mme Jones,"),
        ("Dear Tom and Mary,", "Bonjour Tom et Mary,"),
        ("Dear Sir or Madam,", "Madame, Monsieur,"),
        ("To whom it may concern:", "Madame, Monsieur,"),
        ("Hello everyone,", "Bonjour \u00e0 tous,"),
        ("Hi there,", "Bonjour,"),
        ("Hi Tom!", "Bonjour Tom !"),
        ("Dear Dr. Smith,", "Bonjour Dr Smith,"),
        ("Dear Sir,", "Monsieur,"),
        ("Hello Everyone!", "Bonjour \u00e0 tous !"),
        ("Dear Customer,", "Madame, Monsieur,"),
        ("Dear Hiring Manager:", "Madame, Monsieur,"),
        ("Dear Friends,", "Chers amis,"),
        ("Dear colleagues,", "Chers coll\u00e8gues,"),
        ("Dear Dr. Brown:", "Bonjour Dr Brown,"),
        ("Hello World!", "Hello World!"),
        ("Best regards,", "Cordialement,"),
        ("Yours sincerely,", "Cordialement,"),
        ("Best,", "Cordialement,"),
        ("Best of all, Tom came.", "Best of all, Tom came."),
        ("Dear Anna is here.", "Dear Anna is here."),
    ],
)
def test_a_letter_begins_and_ends_as_in_french(line: str, french: str) -> None:
    assert worded(line) == french


def test_the_address_of_a_street_is_one_span() -> None:
    assert wordings.of("en", "fr").hide("We live at 221B Baker Street.").spans == ["221B Baker Street"]


def test_articles_agree_with_what_was_put_behind_them() -> None:
    tidy = wordings.of("en", "fr").tidy
    assert tidy("3 millions de habitants vivent dans la Royaume-Uni") == "3 millions d'habitants vivent au Royaume-Uni"
    assert tidy("le directeur du ONU, la UE") == "le directeur de l'ONU, l'UE"


def test_without_a_placeholder_left_a_sentence_stays_as_it_is() -> None:
    sentence = " ".join(f"{number} million." for number in range(2, 12))
    hidden = wordings.of("en", "fr").hide(sentence)
    assert len(hidden.spans) == len(PLACEHOLDERS)
    assert hidden.text.endswith("10 million. 11 million.")


def test_a_pair_without_wordings_is_read_as_it_is() -> None:
    assert wordings.of("fr", "en").hide("3 million").text == "3 million"

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqserve.translation.markup import copied_patterns, placeholders
from seqserve.translation.markup.placeholders import PLACEHOLDERS

COPIED = copied_patterns.copied(string.ascii_letters + string.digits + string.punctuation)


@pytest.mark.parametrize(
    ("sentence", "copied"),
    [
        ("See www.example.org.", ["www.example.org"]),
        ("Write to a@b.org, please", ["a@b.org"]),
        ("It is -5 \u00b0C on the 3rd", ["-5 \u00b0C", "3"]),
        ("Flight AF447 in the 1990s", ["AF447", "1990"]),
        ("A <b>bold</b> word", ["<b>", "</b>"]),
        ("\u7535\u5f71 is film", ["\u7535\u5f71"]),
        ("Press Ctrl+S or Ctrl+Shift+F5, Alt-Tab", ["Ctrl+S", "Ctrl+Shift+F5", "Alt-Tab"]),
        ("See foo(bar, 2), max() and file(s)", ["foo(bar, 2)", "max()", "(s)"]),
        ("Order #%d of #{{ id }}, #{n} and #3", ["#%d", "#{{ id }}", "#{n}", "#3"]),
        ("$%.2f, \u20ac{price} or {price} \u20ac", ["$%.2f", "\u20ac{price}", "{price}", "\u20ac"]),
        ("%d%% of {n}%, 100%% and {rate} %%", ["%d%%", "{n}%", "100", "%%", "{rate} %%"]),
        (
            'Run `git commit -m "a b"` or <code class="x">a. B</code>',
            ['`git commit -m "a b"`', '<code class="x">a. B</code>'],
        ),
        ("<kbd>Ctrl</kbd>+<KBD>C</KBD> + <var>n</var>", ["<kbd>Ctrl</kbd>+<KBD>C</KBD>", "<var>n</var>"]),
        (
            '<i translate="no">Blue Sky</i> <b translate="yes">x</b>',
            ['<i translate="no">Blue Sky</i>', '<b translate="yes">', "</b>"],
        ),
        (
            '=LOG(10;3) or =HLOOKUP("Lead"; $A$1:$DO$4; 2; -0.5)',
            ["=LOG(10;3)", '=HLOOKUP("Lead"; $A$1:$DO$4; 2; -0.5)'],
        ),
        ("%pB: %.*s, %*d of % d files", ["%pB", "%.*s", "%*d", "% d"]),
        ("50 % d, % d'erreurs", ["50"]),
        ("@GPG@-agent (-h for help), or -v", ["@GPG@-agent", "-h", "-v"]),
        ("-A man -a I -O que -E, tar -xzf a, be -A kind", ["-a", "-O", "-E", "-xzf"]),
        ("Use -A 5, tall -ish, a well-known", ["-A", "5", "-ish"]),
        ("ROCK-N-ROLL, VA-T-IL, DVD-R", ["DVD-R"]),
        ("Vitamin C, plan B, part II of XIV; solve for x", ["C", "B", "II", "XIV", "x"]),
        ("A lot, the letter A! I and y a Z!", ["A", "Z"]),
        ("If x + y = 10, p < 0.05 or E=mc^2", ["x + y = 10", "p < 0.05", "E=mc^2"]),
        ("I<3 it, or a - 3 of A <b>b</b>", ["3", "<b>", "</b>"]),
        ("50 km/h, 100 ms, 10 \u00d7 20 cm, 4x5 m, 3 hrs", ["50 km/h", "100 ms", "10 \u00d7 20 cm", "4x5 m", "3 hrs"]),
        ("'%s' in __init__.py\\nPlease", ["'%s'", "__init__.py", "\\n"]),
        ("USB-C and SARS-CoV-2 in 30s", ["USB-C", "SARS-CoV-2", "30s"]),
        ("Run ./run.sh, ../lib/a.so, ~/.bashrc or ~/bin", ["./run.sh", "../lib/a.so", "~/.bashrc", "~/bin"]),
        ("Delete *.log and .env in /etc, not /home/anna", ["*.log", ".env", "/etc", "/home/anna"]),
        ("Wait... and .5 or he. .Then", ["5"]),
        ("Choose (A) or (b), a) or b) of item(s)", ["(A)", "(b)", "a)", "b)", "(s)"]),
        ("A lot (plan B) more (see a) of it", ["B", "a"]),
        ("N/A, A/B and I/O of TCP/IP/UDP", ["N/A", "A/B", "I/O", "TCP/IP/UDP"]),
        ("\u2318+C, \u2318C or \u21e7\u2318K", ["\u2318+C", "\u2318C", "\u21e7\u2318K"]),
        ("Press \u2318 then click", ["\u2318"]),
        ("E=mc\u00b2 and 20 m\u00b2", ["E=mc\u00b2", "20 m\u00b2"]),
        ("Apple Inc. and Smith & Sons Ltd. sell; I see Co", ["Apple Inc.", "Smith & Sons Ltd."]),
        ("See /index.php, *.tar.gz or foo.c and ASP.NET", ["/index.php", "*.tar.gz", "foo.c", "ASP.NET"]),
        ("S/M/L/XL, c/o Ann [y/N] n/a", ["S/M/L/XL", "c/o", "y/N", "n/a"]),
        ("(#123) at (10.0.0.1:80) with DEBUG=1, &#12 x", ["#123", "10.0.0.1:80", "DEBUG=1", "12", "x"]),
        ('A 1/2" drill, 2" x 4" or 12\' x 14\'', ['1/2"', '2"', '4"', "12' x 14'"]),
        ('He said "I am 5" and "I have 6".', ["5", "6"]),
        ("Samuel L. Jackson, Smith et al. (2020)", ["Samuel L. Jackson", "et al.", "2020"]),
        ("A comma (,) and the & sign", ["(,)", "&"]),
        ("[url=http://a.b]x[/url] [b]y[/b]", ["[url=http://a.b]", "[/url]", "[b]", "[/b]"]),
        ("In section A of part B, option a).", ["A", "B", "a)"]),
        ("PKCS#11, (1.8 m) and a point I see", ["#11", "1.8 m"]),
        ("W x H x D, 48.8\u00b0 N, 50+ of them, <3", ["W x H x D", "48.8\u00b0 N", "50+", "<3"]),
        ("Nothing to copy", []),
    ],
)
def test_what_is_copied(sentence: str, copied: list[str]) -> None:
    assert placeholders.hide(sentence, COPIED).spans == copied


@pytest.mark.parametrize(
    ("sentence", "spans"),
    [
        ("There are <b>5</b> and <i>6</i>.", ["<b>5</b>", "<i>6</i>"]),
        ('You have <a href="/m"><b>3</b></a>.', ['<a href="/m"><b>3</b></a>']),
        ("See <b 4>5</b 5>.", ["<b 4>5</b 5>"]),
        ("<b>5</b>/<b>6</b>", ["<b>5</b>", "<b>6</b>"]),
        ("<b>5 of <i>6</i>", ["<b>", "5", "<i>6</i>"]),
    ],
)
def test_tags_around_a_number_are_one_with_it(sentence: str, spans: list[str]) -> None:
    assert placeholders.merged(placeholders.hide(sentence, COPIED)).spans == spans


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Co"])))
def test_showing_what_was_hidden_gives_the_sentence_back(sentence: str) -> None:
    hidden = placeholders.hide(sentence, COPIED)
    assert placeholders.show(hidden.text, hidden.spans) == sentence


@pytest.mark.parametrize(
    "template",
    [
        "{name}",
        "{user.name}",
        "{0}",
        "{{name}}",
        "{{ name }}",
        "{{{raw}}}",
        "{{#if a}}",
        "${name}",
        "#{name}",
        "%{name}",
        "%(name)s",
        "%(n)03d",
        "%s",
        "%d",
        "%1$s",
        "%2$ld",
        "%.2f",
        "%-10s",
        "%@",
        "%1",
        "%name%",
        "$name",
        "$t(user.name)",
        ":name",
        "[[name]]",
        "$name$",
        "@@name@@",
        "#name#",
        "__NAME__",
        "$[name]",
        "@:message.hello",
        "\\(name)",
        "%<n>d",
        "%<n>.2f",
        "<?= $x ?>",
        "{{t 'key'}}",
        "{{ user.name | upper }}",
        "&lt;name&gt;",
        "{h}:{m}",
        "{w}x{h}",
        "{a}/{b}",
        "%s:%d",
        "%d/%d",
        "v{version}",
        "-{n}",
        "+%d",
        "{n}px",
        "{n}st",
        "${x}M",
        "{{count}}x",
        "%dGB",
        "({n})",
        "[%s]",
        "<0>",
        "</0>",
        '<x id="1"/>',
        "<%= name %>",
        "{n, plural, one {# file} other {# files}}",
        "{n, plural, =0 {none} other {a {x} b}}",
        "{sex, select, male {he} other {they}}",
        "\\n",
    ],
)
def test_what_a_program_fills_in_is_copied_whole(template: str) -> None:
    for sentence in (f"Hello {template}, you", f"{template} is here", f"See {template}"):
        assert placeholders.hide(sentence, COPIED).spans == [template]


@pytest.mark.parametrize(
    "sentence",
    ["Note: this is it", "A 50% discount", "He (and she) came", "I like {milk and honey}", "US$ and more"],
)
def test_what_only_looks_alike_is_not(sentence: str) -> None:
    assert [span for span in placeholders.hide(sentence, COPIED).spans if not span.isdigit()] == []


@pytest.mark.parametrize("text", ["{" * 20_000, "{{a" * 6_000, "{n, plural, " * 2_000, "%(" * 10_000, "<%" * 10_000])
def test_time_grows_with_the_length_alone(text: str) -> None:
    assert placeholders.show(*placeholders.hide(text, COPIED)) == text  # or the test would not end


def test_numbers_are_copied_or_seen() -> None:
    seen = copied_patterns.copied(string.ascii_letters + string.digits + string.punctuation, numbers=False)
    assert placeholders.hide("On 5 May 2020 at a@b.org for $3.50", seen).spans == ["a@b.org"]
    few = copied_patterns.copied(string.ascii_letters + string.digits + "$.", numbers=False)
    assert placeholders.hide("$9.99</b>", few).spans == ["</b>"]
    assert placeholders.hide("For \u20ac1,299.99, or 5 \u20ac.", seen).spans == ["\u20ac1,299.99", "5 \u20ac"]


def test_a_code_stands_for_each_placeholder() -> None:
    marked = "{} a {}, {}".format(*PLACEHOLDERS)
    assert placeholders.coded(marked) == "XX1 a XX2, XX3"
    assert placeholders.decoded(placeholders.coded(marked), marked) == marked
    assert placeholders.coded(f"{PLACEHOLDERS[0]}3") == "XX1 3"
    assert placeholders.decoded("XX9 and XX12", marked) == "XX9 and XX12"


def test_a_code_that_lost_its_number_is_not_left_over() -> None:
    assert placeholders.decoded("A XX to B XX", PLACEHOLDERS[0]) == "A to B"
    assert placeholders.decoded("A XX", "the XX century") == "A XX"


@pytest.mark.parametrize(
    ("sentence", "copied"),
    [
        ("Visit example.com, or docs.example.co.uk.", ["example.com", "docs.example.co.uk"]),
        ("See github.com/user/repo.", ["github.com/user/repo"]),
        ("Open report.pdf and my-file.tar.gz.", ["report.pdf", "my-file.tar.gz"]),
        ("Use the --force option.", ["--force"]),
        ("Call open() twice", ["open()"]),
        ("ISBN 978-3-16-148410-0", ["ISBN 978-3-16-148410-0"]),
        ("My card is 4111 1111 1111 1111.", ["4111 1111 1111 1111"]),
        ("Take 2.0.1-beta", ["2.0.1-beta"]),
        ("{% if a %}Yes{% endif %}", ["{% if a %}", "{% endif %}"]),
    ],
)
@pytest.mark.parametrize("numbers", [True, False])
def test_addresses_files_and_codes_are_copied_whole(sentence: str, copied: list[str], numbers: bool) -> None:
    seen = copied_patterns.copied(string.ascii_letters + string.digits + string.punctuation, numbers=numbers)
    assert placeholders.hide(sentence, seen).spans == copied


@pytest.mark.parametrize(
    "sentence", ["End.It began", "He won 1 000 000 or 1.000.000", "the end. in time", "a - b -- c"]
)
def test_quantities_and_missing_spaces_are_no_addresses_or_codes(sentence: str) -> None:
    seen = copied_patterns.copied(string.ascii_letters + string.digits + string.punctuation, numbers=False)
    assert placeholders.hide(sentence, seen).spans == []


def test_more_parts_than_placeholders_stay_as_they_are() -> None:
    hidden = placeholders.hide(" ".join(f"x{number}" for number in range(10)), COPIED)
    assert len(hidden.spans) == len(PLACEHOLDERS)
    assert hidden.text.endswith("x8 x9")


def test_a_part_has_the_same_placeholder_each_time() -> None:
    spans: list[str] = []
    assert [placeholders.place(part, spans) for part in ("a", "b", "a")] == [*PLACEHOLDERS[:2], PLACEHOLDERS[0]]
    assert spans == ["a", "b"]


@pytest.mark.parametrize(
    ("sentence", "read", "copied"),
    [
        ("The server 10.0.0.1:8080 is down.", "The server {0} is down.", ["10.0.0.1:8080"]),
        ("At 40.7128,-74.0060, or v1.2.3", "At {0}, or {1}", ["40.7128,-74.0060", "v1.2.3"]),
        ("He lost ~5 and .5!", "He lost {0} and {1}!", ["~5", ".5"]),
        ("See <b>4</b> or 5, 6.", "See {0} or {1}, {2}.", ["<b>4</b>", "5", "6"]),
        ("Cannot open 'a.txt' or '--foo', 5 - 10.", "Cannot open {0} or {1}, {2}.", ["'a.txt'", "'--foo'", "5 - 10"]),
    ],
)
def test_what_touches_is_one_span(sentence: str, read: str, copied: list[str]) -> None:
    found = placeholders.merged(placeholders.hide(sentence, COPIED))
    assert found == (read.format(*PLACEHOLDERS), copied)


def test_placeholders_are_numbered_as_they_stand() -> None:
    first, second, third = PLACEHOLDERS[:3]
    found = placeholders.in_order(f"The {third} of {first} is {third}.", ["a", "b", "c"])
    assert found == (f"The {first} of {second} is {first}.", ["c", "a"])


def test_a_century_is_no_code_that_lost_its_number() -> None:
    assert placeholders.decoded("XX1 no s\u00e9culo XX", f"{PLACEHOLDERS[0]} in the 20th century") == (
        f"{PLACEHOLDERS[0]} no s\u00e9culo XX"
    )
    assert placeholders.decoded("XX no s\u00e9culo", f"{PLACEHOLDERS[0]} in the century") == "no s\u00e9culo"

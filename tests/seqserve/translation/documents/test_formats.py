"""Documents of every format: what is translated, and that nothing else changes."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from seqserve.translation.documents import formats
from seqserve.translation.documents.document import Document, DocumentError

TEXT = """Hello there.

This is a paragraph that was wrapped by a hand and
that goes on here, in the next line of the text. It
ends.
  - an item
***
"""
MARKDOWN = """---
title: Front matter
---
# A *fine* heading

A [link](http://a.b/c(d) "A title"), \\* an escape, &amp; ![a cat](cat.png), `some  code` and ~~gone~~
second line <br> <https://x.y> [label][ref] **bold _both_**.\x20\x20
After a hard break.

> A quote
> goes on.

- an item
  goes on
    ```
    code in it
    ```

| A head | B |
|--------|---|
| one cell | `x` |

![A cat](<my cat.png>)

```python
text = "Hello"
```

> [!NOTE]
> An alert
> goes on.

> [!TIP]- A title
> Text

Term
: What it is.

::: warning Title
A container with a formula $x_1 = y$ for $5 or $6.
:::

$$
a = b
$$

[ref]: http://x
"""
JSON = (
    '{"greeting": "Hello {name}", "id": "x_1", "url": "https://x.y/z",\n\t"list": [1.0, "Good \\"day\\"", null, ""]}\n'
)
PO = """# A catalogue.
msgid ""
msgstr ""
"Language: fr\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

#. a comment
#: file.c:3
msgid "Open file %s\\n"
msgstr ""

msgid "Done"
msgstr "Fini"

msgid "One file"
msgid_plural "%d files"
msgstr[0] ""
msgstr[1] ""
"""
SUBTITLES = """1
00:00:01,000 --> 00:00:03,500
I went to the store

2
00:00:03,600 --> 00:00:05,000
and bought <i>some</i> bread.

3
00:00:06,000 --> 00:00:08,000
- Hello.
- Good bye.

4
00:00:09,000 --> 00:00:10,000
♪

"""
HTML = """<!DOCTYPE html>
<html><head><title>A title</title><script>if (a < b) c();</script></head>
<body><p class=x>I like <b>milk</b>.</p>
<p><!-- no --><img alt="A cat" src=c.png></p><pre>kept  as is</pre></body></html>
"""
PLAIN = {".txt": TEXT, ".md": MARKDOWN, ".json": JSON, ".html": HTML, ".srt": SUBTITLES}


def read(folder: Path, suffix: str, content: str | bytes) -> Document:
    path = folder / f"document{suffix}"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return formats.read(path)


def same(document: Document) -> bytes:
    return document.written([text for _, text in document.texts], [False] * len(document.texts), "fr")


def changed(document: Document, change: Callable[[str], str], *, doubtful: bool = False) -> str:
    texts = [change(text) for _, text in document.texts]
    return document.written(texts, [doubtful] * len(texts), "fr").decode()


def shout(text: str) -> str:
    """Capital letters, but not in numbered tags."""
    parts = re.split(r"(</?[a-z]+ \d+>|[A-Z]+_\d+x)", text)
    return "".join(part.upper() if place % 2 == 0 else part for place, part in enumerate(parts))


@pytest.mark.parametrize("suffix", [".txt", ".json", ".html"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_is_not_translated_stays_as_it_was(tmp_path: Path, suffix: str, ending: str, encoding: str) -> None:
    content = PLAIN[suffix].replace("\n", ending).encode(encoding)
    assert same(read(tmp_path, suffix, content)) == content


def test_lines_that_were_wrapped_are_translated_together(tmp_path: Path) -> None:
    document = read(tmp_path, ".txt", TEXT)
    assert [place for place, _ in document.texts] == ["line 1", "line 3", "line 6"]
    assert document.texts[1].text.endswith("in the next line of the text. It ends.")
    assert changed(document, shout) == TEXT.upper()


def test_markdown(tmp_path: Path) -> None:
    document = read(tmp_path, ".md", MARKDOWN)
    texts = [text for _, text in document.texts]
    assert texts[0] == "A <b 0>fine</b 1> heading"
    assert texts[1].startswith("A <b 0>link</b 1>, B_2x an escape, &amp; <img 3>, B_4x and <b 5>gone</b 6> second line")
    assert texts[1].endswith("B_8x <b 9>label</b 10> <b 11>bold <b 12>both</b 13></b 14>.<br 15>After a hard break.")
    assert texts[2:8] == ["A quote goes on.", "an item goes on", "A head", "B", "one cell", "<b 0>A cat</b 1>"]
    assert texts[8:11] == ["<br 0><br 1>An alert goes on.", "<br 0> A title<br 1>Text", "Term"]
    assert texts[11:] == ["What it is.", "A container with a formula B_0x for $5 or $6."]
    assert document.texts[0].place == "line 4"
    joined = MARKDOWN.replace("~~\nsecond", "~~ second")
    joined = joined.replace("quote\n> goes", "quote goes").replace("alert\n> goes", "alert goes")
    assert same(document).decode() == joined.replace("item\n  goes", "item goes")
    loud = changed(document, shout)
    assert "# A *FINE* HEADING" in loud
    assert '[LINK](http://a.b/c(d) "A title"), \\* AN ESCAPE, &AMP; ![a cat](cat.png), `some  code`' in loud
    assert "[LABEL][ref] **BOLD _BOTH_**.  \nAFTER" in loud
    assert "| ONE CELL | `x` |" in loud
    assert "    code in it\n" in loud
    assert "![A CAT](<my cat.png>)" in loud
    assert "> [!NOTE]\n> AN ALERT GOES ON." in loud
    assert "> [!TIP]- A TITLE\n> TEXT\n" in loud
    assert "TERM\n: WHAT IT IS.\n" in loud
    assert "::: warning Title\nA CONTAINER WITH A FORMULA $x_1 = y$ FOR $5 OR $6.\n:::\n" in loud
    assert "title: Front matter\n" in loud
    assert 'text = "Hello"' in loud


def test_labels_templates_and_admonitions_stay_in_markdown(tmp_path: Path) -> None:
    source = (
        "I read [Old things] and [new ones][].\n\n"
        '!!! warning "Be careful"\n    Do not touch.\n\n'
        "!!! note\n    A note.\n\n"
        "{% note %}\nText\n{% endnote %}\n\n"
        "[^1]: A footnote that\ngoes on.\n\n"
        "![the cat] and `m[i][i]` for 5$, or 6$.\n\n"
        "[old things]: http://x.y\n[new ones]: http://x.z\n[the cat]: a.png\n"
    )
    document = read(tmp_path, ".md", source)
    assert same(document).decode() == source.replace("that\n", "that ")
    assert changed(document, shout) == (
        "I READ [OLD THINGS][Old things] AND [NEW ONES][new ones].\n\n"
        '!!! warning "BE CAREFUL"\n    DO NOT TOUCH.\n\n'
        "!!! note\n    A NOTE.\n\n"
        "{% NOTE %}\nTEXT\n{% ENDNOTE %}\n\n"
        "[^1]: A FOOTNOTE THAT GOES ON.\n\n"
        "![the cat] AND `m[i][i]` FOR 5$, OR 6$.\n\n"
        "[old things]: http://x.y\n[new ones]: http://x.z\n[the cat]: a.png\n"
    )


def test_keys_and_code_in_tags_stay_in_markdown(tmp_path: Path) -> None:
    document = read(tmp_path, ".md", "Press <kbd>Ctrl</kbd>+<KBD>c</KBD> and <code>a *b*</code>, <b>now</b>.\n")
    assert [text for _, text in document.texts] == ["Press B_0x+B_1x and B_2x, <b 3>now</b 4>."]
    assert changed(document, shout) == "PRESS <kbd>Ctrl</kbd>+<KBD>c</KBD> AND <code>a *b*</code>, <b>NOW</b>.\n"
    unclosed = read(tmp_path, ".md", "Press <kbd>Ctrl now.\n")
    assert changed(unclosed, lambda text: text.replace("Press", "Appuyez")) == "Appuyez <kbd>Ctrl now.\n"


def test_marks_of_markdown_that_a_translation_lacks_are_kept(tmp_path: Path) -> None:
    document = read(tmp_path, ".md", "Read `this` **now**.\n")
    assert changed(document, lambda text: "Lisez.") == "Lisez.`this`****\n"


def test_locales_and_patterns_of_dates_stay_in_json(tmp_path: Path) -> None:
    content = '["en-US", "yyyy-MM-dd", "dd/MM HH:mm", "self-service", "add a day"]'
    assert [text for _, text in read(tmp_path, ".json", content).texts] == ["self-service", "add a day"]


def test_values_of_json_are_translated_and_keys_are_not(tmp_path: Path) -> None:
    document = read(tmp_path, ".json", JSON)
    assert [*document.texts] == [("line 1", "Hello {name}"), ("line 2", 'Good "day"')]
    loud = changed(document, lambda text: f'"é" {text}')
    assert json.loads(loud)["list"] == [1.0, '"é" Good "day"', None, ""]
    assert loud == JSON.replace("Hello", '\\"é\\" Hello').replace("Good", '\\"é\\" Good')
    escaped = read(tmp_path, ".json", '{"a": "caf\\u00e9"}')
    assert changed(escaped, lambda text: f"{text} é") == '{"a": "caf\\u00e9 \\u00e9"}'


def test_messages_without_a_translation_get_one(tmp_path: Path) -> None:
    document = read(tmp_path, ".po", PO)
    assert [*document.texts] == [("line 8", "Open file %s\n"), ("line 16", "One file"), ("line 16", "%d files")]
    expected = PO.replace('%s\\n"\nmsgstr ""', '%s\\n"\nmsgstr "OPEN FILE %S\\n"').replace(
        'msgstr[0] ""', 'msgstr[0] "ONE FILE"'
    )
    expected = expected.replace('msgstr[1] ""', 'msgstr[1] "%D FILES"')
    assert changed(document, str.upper) == expected
    assert changed(read(tmp_path, ".po", PO), str.upper, doubtful=True).count("#, fuzzy") == 2
    finished = read(tmp_path, ".po", expected)
    assert finished.texts == []
    assert same(finished).decode() == expected


def test_a_sentence_goes_through_subtitles(tmp_path: Path) -> None:
    document = read(tmp_path, ".srt", SUBTITLES)
    assert [*document.texts] == [
        ("subtitle 1", "I went to the store and bought <i>some</i> bread."),
        ("subtitle 3", "- Hello.\n- Good bye."),
    ]
    said = changed(document, lambda text: text.replace("I went to the store and", "Je suis allé au magasin, et"))
    blocks = said.strip().split("\n\n")
    assert [block.split("\n")[:2] for block in blocks] == [
        block.split("\n")[:2] for block in SUBTITLES.strip().split("\n\n")
    ]
    assert " ".join(line for block in blocks[:2] for line in block.split("\n")[2:]) == (
        "Je suis allé au magasin, et bought <i>some</i> bread."
    )
    assert blocks[2].endswith("- Hello.\n- Good bye.")
    assert blocks[3].endswith("♪")


@pytest.mark.parametrize(
    "said",
    [
        "- Hello.\n- Good bye.",
        "TOM: Hello.\nANNA: Good bye.",
        "[sighs]\nHello.",
        "\u266a I love you \u266a\n\u266a You know \u266a",
        ">> Hello.\n>> Good bye.",
        "<i>Hello.</i>\n<i>Good bye.</i>",
    ],
)
def test_speakers_songs_and_sounds_have_lines_of_their_own(said: str, tmp_path: Path) -> None:
    document = read(tmp_path, ".srt", f"1\n00:00:01,000 --> 00:00:03,000\n{said}\n\n")
    assert [text for _, text in document.texts] == [said]
    assert said.upper() in changed(document, str.upper)


def test_a_place_on_the_screen_stays(tmp_path: Path) -> None:
    content = "1\n00:00:01,000 --> 00:00:02,500\nHello.\n\n2\n00:00:03,000 --> 00:00:05,000 X1:10 X2:20\nGood bye.\n"
    assert changed(read(tmp_path, ".srt", content), str.upper).strip() == content.upper().strip()


def test_tags_of_subtitles_stay_whole(tmp_path: Path) -> None:
    times = "1\n00:00:01,000 --> 00:00:03,000\n"
    font = '<font color="#ffff00">I like milk and bread and butter very much today.</font>'
    subtitles = read(tmp_path, ".srt", f"{times}{{\\an8}}I am here.\n\n{times.replace('1', '2', 1)}{font}\n")
    written = same(subtitles).decode()
    assert "{\\an8}I am here." in written
    assert '<font color="#ffff00">' in written
    assert " ".join(written.split()).endswith(font)


def test_a_wrapped_paragraph_keeps_its_indentation(tmp_path: Path) -> None:
    text = "    This is a long line that was wrapped by hand and goes\n    on in the next line.\n"
    assert changed(read(tmp_path, ".txt", text), str).splitlines()[0].startswith("    This")


def test_names_of_programs_stay_in_json_and_catalogues(tmp_path: Path) -> None:
    strings = read(tmp_path, ".json", '{"type": "button", "id": "menu", "class": "Class", "label": "save"}')
    assert [text.text for text in strings.texts] == ["Class", "save"]
    catalog = read(tmp_path, ".po", 'msgid "default:LTR"\nmsgstr ""\n\nmsgid "Open"\nmsgstr ""\n')
    assert [text.text for text in catalog.texts] == ["Open"]


def test_a_translated_page_says_which_language_it_is_in(tmp_path: Path) -> None:
    page = "<!-- <html lang='en'> --><html lang = en-GB xml:lang='en'><p lang=en>See lang=en.</p></html>\n"
    expected = page.replace("lang = en-GB xml:lang='en'", "lang = fr xml:lang='fr'")
    assert same(read(tmp_path, ".html", page)).decode() == expected


def test_a_page_of_html(tmp_path: Path) -> None:
    document = read(tmp_path, ".html", HTML)
    assert [*document.texts] == [("text 1", "A title"), ("text 2", "I like <b 9>milk</b 10>."), ("text 3", "A cat")]
    expected = HTML.replace("A title", "A TITLE").replace("I like", "I LIKE").replace("milk", "MILK")
    assert changed(document, shout) == expected.replace("A cat", "A CAT")


def word_document() -> bytes:
    """A heading, formatted words, a line break, a link, a page number, a table, and a header."""
    document = docx.Document()
    document.add_heading("A heading")
    paragraph = document.add_paragraph("I like ")
    paragraph.add_run("milk").bold = True
    paragraph.add_run(" very much.")
    paragraph.add_run().add_break()
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), "top")
    link.append(paragraph.add_run("Read")._r)
    paragraph._p.append(link)
    field = document.add_paragraph("Page ").add_run()._r
    for kind in ("begin", "separate", "end"):
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        field.append(mark)
    document.add_table(1, 2).cell(0, 1).text = "A cell"
    document.sections[0].header.paragraphs[0].text = "A header"
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_a_word_document(tmp_path: Path) -> None:
    document = read(tmp_path, ".docx", word_document())
    assert [text for _, text in document.texts] == [
        "A heading",
        "I like <b 0>milk</b 1> very much.<br 2><b 3>Read</b 4>",
        "Page <img 0>",
        "A cell",
        "A header",
    ]
    said = {"I like <b 0>milk</b 1> very much.": "J'aime beaucoup le <b 0>lait</b 1>.", "Page": "La page"}
    texts = [text for _, text in document.texts]
    for source, target in said.items():
        texts = [text.replace(source, target) for text in texts]
    written = docx.Document(io.BytesIO(document.written(texts, [False] * 5, "fr")))
    heading, paragraph, page = written.paragraphs[:3]
    assert (heading.text, heading.style.name) == ("A heading", "Heading 1")
    assert [(run.text, run.bold) for run in paragraph.runs] == [
        ("J'aime beaucoup le ", None),
        ("lait", True),
        (".", None),
        ("\n", None),
    ]
    assert paragraph.hyperlinks[0].text == "Read"
    assert paragraph.hyperlinks[0].fragment == "top"
    assert page.text == "La page "
    assert len(page._p.findall(f".//{qn('w:fldChar')}")) == 3
    assert written.tables[0].cell(0, 1).text == "A cell"
    assert written.sections[0].header.paragraphs[0].text == "A header"


def test_formats_that_a_translation_lacks_do_not_break_a_word_document(tmp_path: Path) -> None:
    document = read(tmp_path, ".docx", word_document())
    written = document.written(["Un", "</b 4>Deux</b 1><b 0>", "Trois", "Quatre", "Cinq"], [False] * 5, "fr")
    paragraph = docx.Document(io.BytesIO(written)).paragraphs[1]
    assert paragraph.text.strip() == "Deux"


@pytest.mark.parametrize(
    ("suffix", "content", "expected"),
    [
        (".txt", b"\xff\x00\xfe", "is not UTF-8 .byte 1.; save it as UTF-8"),
        (".md", b"a\x00b", "is a binary file"),
        (".json", b"{'a': 1}", "is not JSON: .*line 1"),
        (".json", b"[" * 100_000, "is not JSON"),
        (".po", b"nonsense\n", "is no gettext catalogue"),
        (".srt", b"Only words.\n", "has no subtitle with times"),
        (".docx", b"PK no", "is no Word document that can be read"),
        (".pdf", b"%PDF", "no document of a known format; there are: .txt"),
    ],
)
def test_a_file_that_is_no_such_document_is_refused(tmp_path: Path, suffix: str, content: bytes, expected: str) -> None:
    with pytest.raises(DocumentError, match=expected):
        read(tmp_path, suffix, content)


def test_a_document_that_would_fill_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (300 * 2**20))
    with pytest.raises(DocumentError, match="300 MiB unpacked, more than 256"):
        read(tmp_path, ".docx", file.getvalue())
    monkeypatch.setattr(formats, "LARGEST", 3)
    with pytest.raises(DocumentError, match="has more than"):
        read(tmp_path, ".txt", b"four")


def test_a_format_whose_library_is_not_installed_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name="docx")

    monkeypatch.setattr(formats, "import_module", missing)
    with pytest.raises(DocumentError, match=r"pip install 'seqserve\[documents\]' .docx."):
        read(tmp_path, ".docx", b"")

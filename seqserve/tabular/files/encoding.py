"""The encoding of a text file."""

from __future__ import annotations

import codecs
import re

_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\0\0": "utf-32",
    b"\0\0\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_HIGH_WORD = re.compile(r"[^\W\d_]{3,}")
_HIGH_CELL = re.compile(rb"[A-Za-z \x80-\xff]*[\x80-\xff]{2}[A-Za-z \x80-\xff]*")
_CODE_PAGES = ["cp1251", "koi8_r", "cp1253", "gb18030", "big5", "shift_jis", "euc_kr", "cp1250", "cp1254", "cp1255"]
_UNUSUAL = set("‚ƒ†‡ˆ‰‹˜›")
_MOST_UNUSUAL = 0.2  # of the high bytes: those of Japanese begin with ‚ and ƒ
_SAMPLE = 200_000
_PART = 2**20


def of(name: str, content: bytes) -> str:
    """The encoding of a file: UTF-8, UTF-16, a Western code page, or what charset-normalizer finds, if it is installed.

    Raises:
        ValueError: it is no text.
    """
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return _checked(name, content, encoding)
    sample = content[:_SAMPLE]
    if b"\0" in sample:
        for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
            if zeros.count(0) > 0.4 * len(zeros):
                return _checked(name, content, encoding)
    if b"\0" in content:
        raise ValueError(f"{name} is no table but a binary file; save it as CSV")
    return "utf-8-sig" if _is_utf8(content) else _of_bytes(sample)


def _is_utf8(content: bytes) -> bool:
    """Decodes a part at a time: a large file is not held twice."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(content)
    try:
        for begin in range(0, len(view), _PART):
            decoder.decode(view[begin : begin + _PART])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _checked(name: str, content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise ValueError(f"{name} is no table but a binary file; save it as CSV")
    return encoding


def _of_bytes(sample: bytes) -> str:
    """Windows-1252 where its words are Western, else what charset-normalizer finds."""
    try:
        western = sample.decode("cp1252")
    except UnicodeDecodeError:
        western = ""
    words = _HIGH_WORD.findall(western)
    foreign = sum(1 for word in words if sum(letter > "\x7f" for letter in word) > len(word) / 2)
    beyond = [letter for letter in western if letter > "\x7f"]
    if western and not foreign and sum(map(_UNUSUAL.__contains__, beyond)) <= _MOST_UNUSUAL * len(beyond):
        return "cp1252"
    try:
        from charset_normalizer import from_bytes  # optional: other code pages are rare
    except ImportError:
        return "cp1252" if western else "latin-1"
    high = b" ".join(dict.fromkeys(_HIGH_CELL.findall(sample)))  # digits would outweigh what tells
    best = from_bytes(high, cp_isolation=_CODE_PAGES).best()
    fitting = [page for page in [best.encoding if best else "cp1252", "cp1252"] if _decodes(sample, page)]
    return fitting[0] if fitting else "latin-1"


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)  # which may end within a character
    except UnicodeDecodeError:
        return False
    return True

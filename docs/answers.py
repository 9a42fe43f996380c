"""Renews the answers that README.md and docs/ print: run `.venv/bin/python -m docs.answers` with the service up.

An answer is the JSON block that follows a `curl`. One that is still true, to four digits, stays as it is.
"""

from __future__ import annotations

import argparse
import json
import re
import urllib.request
from pathlib import Path
from typing import Any

from testing.documentation import rounded

_DOCS = Path(__file__).parent
_EXAMPLE = re.compile(
    r"(```sh\ncurl localhost:3000(/[\w/]+) -H 'Content-Type: application/json' -d '([^']*)'\n```\n```json\n)(.*?)\n```",
    re.DOTALL,
)
_WIDTH = 118


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:3000", help="of the service (default: %(default)s)")
    url = parser.parse_args().url
    for page in (_DOCS.parent / "README.md", *sorted(_DOCS.glob("*.md"))):
        before = page.read_text()
        after = _EXAMPLE.sub(lambda found: renewed(url, *found.groups()), before)
        if after != before:
            page.write_text(after)
            print(f"{page.name}: renewed")


def renewed(url: str, head: str, path: str, body: str, answer: str) -> str:
    """An example with what the service answers now."""
    headers = {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url + path, body.encode(), headers)) as response:
        found = json.load(response)
    said = answer if rounded(found) == rounded(json.loads(answer)) else laid_out(found)
    return f"{head}{said}\n```"


def laid_out(answer: dict[str, Any]) -> str:
    """An answer as the service writes it, with a new line for each result, and wherever a line is full."""
    (results,) = (key for key, value in answer.items() if isinstance(value, list))
    rest = {key: value for key, value in answer.items() if key != results}
    lines = [f"{_compact(rest)[:-1]},{_compact(results)}:["]
    for result in answer[results]:
        lines += _wrapped(_compact(result), "  ")
        lines[-1] += ","
    lines[-1] = lines[-1][:-1] + "]}"
    return "\n".join(lines)


def _compact(content: Any) -> str:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False)


def _wrapped(text: str, indent: str) -> list[str]:
    """Lines of a text that is broken after commas outside its strings, before a name rather than between numbers."""
    lines = [indent]
    for field in re.split(r'(?<=,)(?="[a-z0-9_]+":)', text):
        full = len(lines[-1]) + min(len(field), _WIDTH // 2) > _WIDTH
        if full:
            lines.append(f"{indent}  ")
        for piece in re.findall(r'(?:"(?:[^"\\]|\\.)*"|[^",])+,?', field):
            if len(lines[-1]) + len(piece) > _WIDTH:
                lines.append(f"{indent}  ")
            lines[-1] += piece
    return lines


if __name__ == "__main__":
    main()

"""The folder in which the commands of the documentation run."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from seqserve.registry import artifact
from seqserve.registry.artifact import Release
from seqserve.registry.store import STABLE, Key, Store
from testing.documentation import CHECKOUT
from testing.seaweed import BUCKET, Seaweed, seaweed


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped models, models of one's own under the names of the documentation, and its files."""
    found = tmp_path_factory.mktemp("docs")
    shutil.copytree(CHECKOUT / "models", found / "models")
    for key, name in ((Key("forecast", "google", "1"), "sales"), (Key("sentiment", "reviews", "4"), "tickets")):
        _publish_as(found / "models", key, name)
    chance = random.Random(0)
    days = [f"{year}-{month:02}-{day:02}" for year in (2023, 2024) for month in range(1, 13) for day in range(1, 29)]
    prices = [f"{day},{800 + chance.gauss(0, 5):.2f}" for day in days]
    _write(found / "prices.csv", "Date,Open", prices)
    _write(found / "sales.csv", "Date,Sales", prices)
    _write(
        found / "regions.csv", "region,Date,Sales", [f"{name},{line}" for name in ("north", "south") for line in prices]
    )
    moods = ["broken and down", "slow since noon", "thank you all", "works again now"]
    topics = ["billing;urgent", "billing", "urgent", ""]
    tickets = [
        f"ticket {place} is {moods[place % 4]},{'high' if place % 4 < 2 else 'low'},{topics[place % 4]}"
        for place in range(120)
    ]
    _write(found / "tickets.csv", "message,urgency,topics", tickets)
    verbs = [("like", "aime", "mag"), ("buy", "achète", "kaufe"), ("want", "veux", "will"), ("see", "vois", "sehe")]
    nouns = [("milk", "lait", "Milch"), ("bread", "pain", "Brot"), ("salt", "sel", "Salz"), ("rice", "riz", "Reis")]
    sentences = [
        [f"{who} {does} {number} {what}." for who, does, what in zip(("I", "Je", "Ich"), verb, noun, strict=True)]
        for number in range(11, 41)
        for verb in verbs
        for noun in nouns
    ]
    _write(found / "letters.tsv", "en\tfr\tde", ["\t".join(row) for row in sentences])
    _write(found / "letters.csv", "body", ["I like milk.", "Where is the station?"])
    _write(found / "lines.en", None, [row[0] for row in sentences])
    _write(found / "lines.fr", None, [row[1] for row in sentences])
    tagged = [f"the\tO\n{part}\tB-part\nno\tO\n{number}\tO\n" for number in range(40) for part in ("pump", "valve")]
    _write(found / "entities.conll", None, tagged)
    (found / "guide.md").write_text("# A guide\n\nRead **this** first.\n")
    (found / "letter.txt").write_text("Dear Tom,\n\nI like milk.\n")
    phases = ["idle", "spin", "drain"]
    readings = [f"{step},{chance.gauss(step // 60 % 3, 1):.3f},{phases[step // 60 % 3]}" for step in range(1_800)]
    _write(found / "machine.csv", "time,power,phase", readings)
    seven = Image.new("L", (28, 28))
    ImageDraw.Draw(seven).line([(8, 7), (19, 7), (12, 21)], fill=255, width=3)
    seven.save(found / "seven.png")
    (found / "data").mkdir()
    shutil.copy(found / "sales.csv", found / "data")
    return found


@pytest.fixture(scope="session")
def bucket(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    """A storage that has the models of the folder under the address of the documentation."""
    with seaweed(tmp_path_factory.mktemp("seaweed")) as server:
        server.client().put(str(folder / "models"), f"{BUCKET}/models", recursive=True)
        yield server


@pytest.fixture
def storage(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command needs whose text has an address in an object storage."""
    if "s3://" in request.getfixturevalue("command").text:
        for name, value in request.getfixturevalue("bucket").environment().items():
            monkeypatch.setenv(name, value)


def _publish_as(models: Path, key: Key, name: str) -> None:
    """Publish a version under another model's name, as if it had been trained here."""
    version = Store(models).read(key)
    files = {file: version.file(file) for file in version.manifest.files}
    release = Release(key.task, name, version.manifest.seed, version.manifest.data, files)
    published = artifact.publish(models, release).manifest
    Store(models).label(Key(key.task, name, published.version), STABLE, even_if_worse=True)


def _write(path: Path, head: str | None, lines: list[str]) -> None:
    path.write_text("\n".join(([head] if head else []) + lines) + "\n")

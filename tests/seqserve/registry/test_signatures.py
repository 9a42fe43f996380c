from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from seqserve.errors import ArtifactError
from seqserve.registry import artifact
from seqserve.registry.signatures import SIGNATURE, Signer, TrustedKeys
from seqserve.registry.store import Key, Store
from testing import tiny

FIRST = Key("forecast", "tiny", "1")


@pytest.fixture
def ours(tmp_path: Path) -> tuple[Signer, TrustedKeys]:
    return keys(tmp_path / "ours.pem")


def keys(path: Path) -> tuple[Signer, TrustedKeys]:
    entry = Signer.generate(path, path.stem)
    return Signer.read(path), TrustedKeys.parse(entry)


def test_a_signed_version_is_read_and_others_are_not(tmp_path: Path, ours: tuple[Signer, TrustedKeys]) -> None:
    signer, trusted = ours
    foreign, _ = keys(tmp_path / "foreign.pem")
    root = tmp_path / "models"
    artifact.publish(root, tiny.release(), signer)
    artifact.publish(root, tiny.release())
    artifact.publish(root, tiny.release(), foreign)
    store = Store(root, trusted)
    assert store.read(FIRST).manifest.version == "1"
    with pytest.raises(ArtifactError, match="forecast/tiny version 2 is not signed"):
        store.read(Key("forecast", "tiny", "2"))
    with pytest.raises(ArtifactError, match=r"version 3 is not signed by a trusted key \(ours\)"):
        store.read(Key("forecast", "tiny", "3"))
    assert Store(root).read(Key("forecast", "tiny", "3")), "without keys no signature is needed"


def test_no_byte_of_a_signed_manifest_may_change(tmp_path: Path, ours: tuple[Signer, TrustedKeys]) -> None:
    signer, trusted = ours
    artifact.publish(tmp_path, tiny.release(), signer)
    version = tmp_path / "forecast" / "tiny" / "1"
    manifest = artifact.Manifest.model_validate_json((version / "manifest.json").read_bytes())
    changed = manifest.model_copy(update={"licence": "other"}).sealed()
    (version / "manifest.json").write_text(changed.model_dump_json(indent=1))
    assert artifact.read(version)
    with pytest.raises(ArtifactError, match="not signed by a trusted key"):
        artifact.read(version, trusted)


def test_a_signature_is_of_one_version_only(tmp_path: Path, ours: tuple[Signer, TrustedKeys]) -> None:
    signer, trusted = ours
    artifact.publish(tmp_path, tiny.release(), signer)
    artifact.publish(tmp_path, tiny.release(seed=1))
    shutil.copy(tmp_path / "forecast" / "tiny" / "1" / SIGNATURE, tmp_path / "forecast" / "tiny" / "2")
    with pytest.raises(ArtifactError, match="not signed by a trusted key"):
        artifact.read(tmp_path / "forecast" / "tiny" / "2", trusted)


def test_a_published_version_is_signed_by_several_keys(tmp_path: Path, ours: tuple[Signer, TrustedKeys]) -> None:
    other, trusted_too = keys(tmp_path / "other.pem")
    artifact.publish(tmp_path, tiny.release())
    version = tmp_path / "forecast" / "tiny" / "1"
    for signer in (ours[0], other, ours[0]):
        artifact.sign(version, signer)
    assert len((version / SIGNATURE).read_text().splitlines()) == 2
    assert (version / SIGNATURE).stat().st_mode & 0o777 == 0o644
    for trusted in (ours[1], trusted_too):
        assert artifact.read(version, trusted)


@pytest.mark.parametrize("content", [b"", b"\0", b"AAAA\n", b"A" * 88 + b"\n", b"\xff" * 1000, b"!" * 100_000])
def test_what_is_no_signature_is_refused(tmp_path: Path, ours: tuple[Signer, TrustedKeys], content: bytes) -> None:
    artifact.publish(tmp_path, tiny.release(), ours[0])
    version = tmp_path / "forecast" / "tiny" / "1"
    (version / SIGNATURE).write_bytes(content)
    with pytest.raises(ArtifactError, match=r"not signed by a trusted key|too large"):
        artifact.read(version, ours[1])


def test_keys_are_stated_inline_or_in_a_file(tmp_path: Path) -> None:
    one = Signer.generate(tmp_path / "one.pem", "one")
    two = Signer.generate(tmp_path / "two.pem", "two")
    inline = TrustedKeys.parse(f"{one}, {two}")
    assert inline.keys.keys() == {"one", "two"}
    (tmp_path / "trusted").write_text(f"{one}\n{two}\n")
    assert TrustedKeys.parse(str(tmp_path / "trusted")) == inline


@pytest.mark.parametrize("stated", ["", ",", "name", "name:short", "a b:c", "/nowhere/keys", "trusted.txt"])
def test_what_is_no_list_of_keys(stated: str) -> None:
    with pytest.raises(ValueError, match="key"):
        TrustedKeys.parse(stated)


def test_a_name_stands_for_one_key(tmp_path: Path) -> None:
    entries = [Signer.generate(tmp_path / f"{number}.pem", "same") for number in range(2)]
    with pytest.raises(ValueError, match="entry 2"):
        TrustedKeys.parse(",".join(entries))


def test_a_private_key_is_its_owners_alone_and_never_overwritten(tmp_path: Path) -> None:
    Signer.generate(tmp_path / "key.pem", "key")
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        Signer.generate(tmp_path / "key.pem", "key")
    with pytest.raises(ValueError, match="name of a key"):
        Signer.generate(tmp_path / "other.pem", "no name")
    assert not (tmp_path / "other.pem").exists()


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\n", None])
def test_what_is_no_private_key(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "key.pem").write_bytes(content)
    with pytest.raises(ValueError, match="signing key"):
        Signer.read(tmp_path / "key.pem")


def test_a_key_of_openssl_is_taken(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl")
    command = ["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(tmp_path / "key.pem")]
    subprocess.run(command, check=True, capture_output=True)
    assert len(Signer.read(tmp_path / "key.pem").line(b"manifest")) == 89
    subprocess.run([*command[:3], "rsa", *command[4:]], check=True, capture_output=True)
    with pytest.raises(ValueError, match="no Ed25519 key"):
        Signer.read(tmp_path / "key.pem")

"""Build and run images without Docker: `buildah` on a `debootstrap` base, each container in its own namespaces.

Needs Linux and root. Builds use pip's configuration and the certificates of this machine, which no image contains.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

_CHECKOUT = Path(__file__).parents[1]
_BASE = "base"
_PACKAGES = "python3,python3-venv,python3-pip,ca-certificates"
_OF_THIS_MACHINE = ("/etc/pip.conf", "/etc/ssl/certs")

_ROOM = """
set -eu
root=$1; directory=$2; user=$3; shift 3
mount --bind "$root" "$root"
while [ "$1" != -- ]; do
    mkdir -p "$root$2"; mount --bind "$1" "$root$2"; shift 2
done; shift
mount -o remount,bind,ro "$root"
mount -t tmpfs -o mode=1777,size=128m,noexec,nosuid,nodev tmpfs "$root/tmp"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount -t tmpfs -o mode=1777,size=64m tmpfs "$root/dev/shm"
exec chroot --userspec="$user" "$root" /usr/bin/env -i -C "$directory" "$@"
"""
"""What a container of `read_only: true` with a tmpfs at /tmp sees: the root, the directory, the user, pairs of what is
mounted and where, `--`, the environment, and the command."""


class ContainerError(Exception):
    """A command failed; the message is the end of its output."""


@dataclass(frozen=True)
class Image:
    """An image, and a mounted container of it.

    Args:
        root: its files.
        said: the configuration that its Dockerfile states, with Docker's names.
    """

    name: str
    root: Path
    said: dict[str, Any]

    @property
    def command(self) -> list[str]:
        return [*(self.said.get("Entrypoint") or []), *(self.said.get("Cmd") or [])]

    @property
    def entrypoint(self) -> list[str]:
        return list(self.said["Entrypoint"])

    @property
    def health_check(self) -> list[str]:
        return list(self.said["Healthcheck"]["Test"][1:])

    def start(
        self, command: Sequence[str], volumes: Mapping[str, Path], environment: Mapping[str, str], **options: Any
    ) -> subprocess.Popen[str]:
        """Start a command as the first process of a container with a read-only root."""
        mounted = [str(part) for at, what in volumes.items() for part in (what, at)]
        variables = [*self.said["Env"], *(f"{name}={value}" for name, value in environment.items())]
        place = [str(self.root), self.said["WorkingDir"] or "/", self.said["User"] or "0:0"]
        room = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", _ROOM, "room"]
        return subprocess.Popen([*room, *place, *mounted, "--", *variables, *command], text=True, **options)

    def run(self, command: Sequence[str], volumes: Mapping[str, Path], environment: Mapping[str, str]) -> str:
        """Run a command to its end.

        Raises:
            ContainerError: it did.
        """
        process = self.start(command, volumes, environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output = process.communicate()[0]
        if process.returncode:
            raise ContainerError(output[-2000:])
        return output


def stop(process: subprocess.Popen[str]) -> None:
    """Send SIGTERM to the first process of a container, as `docker stop` does."""
    for first in psutil.Process(process.pid).children():
        first.terminate()
    process.wait(30)


@dataclass
class Builder:
    """Builds images in its own folder.

    Args:
        mirror: Debian's archive.
    """

    work: Path
    mirror: str

    def base(self) -> None:
        """Debian with its own Python; replaces the public Python image, which is Debian with another Python."""
        root = self.work / "debian"
        _run("debootstrap", "--variant=minbase", f"--include={_PACKAGES}", "bookworm", str(root), self.mirror)
        shutil.rmtree(root / "var/cache/apt/archives")
        shutil.rmtree(root / "var/lib/apt/lists")
        container = self._buildah("from", "scratch")
        self._buildah("copy", "--quiet", container, str(root), "/")
        self._buildah("commit", "--quiet", "--rm", container, _BASE)
        shutil.rmtree(root)

    def build(self, name: str, dockerfile: str, *options: str) -> Image:
        """Build an image from the checkout, and mount a container of it."""
        volumes = [f"--volume={path}:{path}:ro" for path in _OF_THIS_MACHINE if Path(path).exists()]
        base = f"--build-arg=BASE=localhost/{_BASE}"
        how = ["--isolation=chroot", "--format=docker", "--quiet", base, *volumes, *options]
        self._buildah("bud", *how, f"--file={dockerfile}", f"--tag={name}", str(_CHECKOUT))
        said = json.loads(self._buildah("inspect", "--type=image", name))["Docker"]["config"]
        return Image(name, self.mounted(name), said)

    def mounted(self, name: str = _BASE) -> Path:
        """Mount a container of an image until the builder closes; it contains the runtime's /etc/hosts."""
        container = self._buildah("from", name)
        root = Path(self._buildah("mount", container))
        (root / "etc/hosts").write_text("127.0.0.1 localhost\n")
        return root

    def packed(self, name: str) -> int:
        """Bytes transferred when the image is pulled."""
        archive = self.work / "packed"
        self._buildah("push", "--quiet", name, f"oci:{archive}")
        size = sum(path.stat().st_size for path in archive.glob("blobs/*/*"))
        shutil.rmtree(archive)
        return size

    def _buildah(self, *arguments: str) -> str:
        return _run("buildah", f"--root={self.work / 'store'}", f"--runroot={self.work / 'run'}", *arguments)

    def close(self) -> None:
        """Remove everything that was built."""
        self._buildah("rm", "--all")
        self._buildah("rmi", "--all", "--force")


@contextmanager
def builder(work: Path, mirror: str) -> Iterator[Builder]:
    """A builder with its base image; removes everything at the end."""
    built = Builder(work, mirror)
    try:
        built.base()
        yield built
    finally:
        built.close()


def unpacked(root: Path) -> int:
    """Bytes on disk of a folder."""
    return int(_run("du", "--summarize", "--one-file-system", "--block-size=1", str(root)).split()[0])


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise ContainerError(f"{command[0]}: {(done.stderr or done.stdout)[-2000:]}")
    return done.stdout.strip()

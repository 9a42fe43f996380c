"""Every command of README.md and docs/ is run as it stands, or is listed here with the reason why it is not."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import seqserve.__main__
from seqserve.object_storage.address import parse
from seqserve.object_storage.remote_store import opened
from testing.documentation import CHECKOUT, PAGES, SHELL, Command, blocks, commands, module, rounded, spans
from testing.service_process import Running, running

DOCKER = "needs Docker"
KUBERNETES = "needs a cluster"
BENTO = "tests/deploy/test_bento.py builds and serves a bento"
RULES = "tests/monitoring/test_rules.py runs promtool on the same files"
NOT_RUN = {
    "make serve": "serves until it is stopped; every `curl` here asks the service that it starts",
    "make test": "runs the tests",
    "make quick": "runs the tests",
    "make lock": "asks a package index",
    ".venv/bin/python -m training.sentiment.corpora.teach_tweets": "needs an encoder, and ten minutes",
    "docker compose up --build --detach --wait": DOCKER,
    "docker compose --profile log up --build --detach --wait": DOCKER,
    "docker compose kill --signal SIGHUP prometheus": DOCKER,
    "docker compose ps seqserve; docker compose logs --tail 100 seqserve": DOCKER,
    "docker compose logs --no-log-prefix seqserve | grep -e '\"inference failed\"' -e '\"an item could'"
    " -e '\"an answer could'": DOCKER,
    "docker compose exec -T seqserve tar -C /models -cz . > models.tar.gz": DOCKER,
    "docker compose exec -T seqserve tar -C /models -xz < models.tar.gz": DOCKER,
    "docker compose exec grafana grafana cli admin reset-admin-password NEW": DOCKER,
    "docker compose exec seqserve rm -r /models/forecast/google": DOCKER,
    "git pull && docker compose up --build --detach --wait": DOCKER,
    "docker run --rm -v seqserve_models:/volume --env NEW=forecast/google/3 seqserve:0.1.0 \\\n"
    "  sh -c 'mkdir -p /volume/${NEW%/*} && mkdir /volume/$NEW && cp /models/$NEW/* /volume/$NEW/'": DOCKER,
    "docker build -f deploy/Dockerfile -t seqserve .": DOCKER,
    "docker run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \\\n"
    "  -p 127.0.0.1:3000:3000 -v models:/models seqserve": DOCKER,
    "bentoml build": BENTO,
    "bentoml serve seqserve:latest": BENTO,
    "bentoml containerize seqserve:latest": DOCKER,
    "kubectl create secret generic seqserve --from-literal=SEQSERVE_API_KEYS=..."
    " --from-literal=SEQSERVE_ADMIN_TOKEN=...": KUBERNETES,
    "kubectl apply -k deploy/kubernetes/base": KUBERNETES,
    "kubectl create job --from=cronjob/seqserve seqserve-now": KUBERNETES,
    "helm install seqserve deploy/helm/seqserve --set image.repository=registry.example.org/seqserve"
    " --set models.from=volume": KUBERNETES,
    "helm show values deploy/helm/seqserve": "needs Helm; tests/deploy/test_helm.py renders the chart",
    "docker buildx imagetools inspect prom/prometheus:v3.13.5": DOCKER,
    "promtool check config deploy/prometheus/prometheus.yml": RULES,
    "promtool test rules tests/monitoring/rules/*.yml": RULES,
}
TINY = {
    "forecast": ["--units", "2", "--epochs", "1"],
    "sentiment": ["--units", "2", "--dimension", "4", "--epochs", "1"],
    "classify": ["--units", "2", "--epochs", "1"],
    "complete": ["--vocabulary", "320", "--units", "16", "--dimension", "16", "--epochs", "1"],
    "translation": ["--vocabulary", "300", "--dimension", "8", "--encoder", "8", "--decoder", "8", "--epochs", "1"],
    "tag": ["--units", "2", "--dimension", "4", "--filters", "2", "--epochs", "1"],
}
"""Flags that make a job of these tests small, added to those of the documentation."""
TOKEN = "a token of the tests"


def kind(command: Command) -> str | None:
    """Which test runs a command; none if no test does."""
    if command.page.name == "adding-a-task.md":
        return "task"  # tests/docs/test_adding_a_task.py
    found = module(command)
    if found:
        package = found.name.partition(".")[0]
        if package == "training" != found.name:
            return None  # a module of its own, no job
        if package == "training" and found.arguments[0] == "runs":
            return "runs"
        if package == "training" and {"fleet", "--tune"} & set(found.arguments):
            return "recipe"  # tests/training/commands/ trains with them
        if package == "training":
            return "job" if {"--csv", "--source-file", "--conll"} & set(found.arguments) else "recipe"
        return package if package in {"seqserve", "service", "benchmarks", "deploy"} else None
    first = command.text.split()[0]
    return "curl" if first == "curl" else "files" if first in {"cp", "mkdir", "chmod"} else None


COMMANDS = [command for page in PAGES for command in commands(page)]


def _alike(command: Command) -> Any:
    return command.text, command.answer and command.answer.text


def every(wanted: str, alike: Callable[[Command], Any] = _alike) -> pytest.MarkDecorator:
    """A test for each command of a kind; commands that are alike are run once."""
    found = {str(alike(command)): command for command in COMMANDS if kind(command) == wanted}
    assert found, f"no command is of kind {wanted}"
    return pytest.mark.parametrize("command", found.values(), ids=str)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_code_block_says_what_it_is(page: Path) -> None:
    languages = {block.language for block in blocks(page)}
    assert languages <= SHELL | {"json", "text", "yaml", "promql", "nginx", "python"}


def test_every_command_is_run_or_listed() -> None:
    unknown = [str(command) for command in COMMANDS if kind(command) is None and command.text not in NOT_RUN]
    assert unknown == []


def test_what_is_listed_is_in_the_documentation_and_is_not_run() -> None:
    assert set(NOT_RUN) <= {command.text for command in COMMANDS if kind(command) is None}


def test_a_command_that_nobody_knows_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n    rm -r models   # gone\n\n```sh\nmake love\ncurl x -d '{\n}'\n```\n")
    found = commands(page)
    assert [command.text for command in found] == ["rm -r models", "make love", "curl x -d '{\n}'"]
    assert [kind(command) for command in found] == [None, None, "curl"]


@pytest.mark.usefixtures("storage")
@every("seqserve", module)
def test_a_command_of_the_models_tree_works(
    command: Command, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(folder, tmp_path / "folder")
    monkeypatch.chdir(tmp_path / "folder")
    found = module(command)
    assert found
    if "--key" in found.arguments:
        assert seqserve.__main__.main(["models", "keygen", "ci", "ci.pem"]) == 0
    assert seqserve.__main__.main(found.arguments) == 0
    if "--output" in found.arguments:
        assert Path(found.arguments[found.arguments.index("--output") + 1]).stat().st_size
    else:
        assert capsys.readouterr().out


@every("service", module)
def test_a_command_of_the_service_works(command: Command) -> None:
    found = module(command)
    assert found
    ran = subprocess.run(
        [sys.executable, "-m", found.name, *found.arguments], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert command.answer
    expected = re.escape(command.answer.text).replace(r"\(43\ random\ characters\)", r"[\w-]{43}")
    expected = expected.replace(r"\(64\ hexadecimal\ digits\)", r"[0-9a-f]{64}")
    assert re.fullmatch(expected, ran.stdout.strip())


@every("deploy")
def test_a_command_of_deploy_works(command: Command, tmp_path: Path) -> None:
    shutil.copytree(CHECKOUT / "deploy", tmp_path / "deploy")
    for path in (tmp_path / "deploy" / "grafana" / "dashboards").iterdir():
        path.unlink()
    found = module(command)
    assert found
    others = {**os.environ, "PYTHONPATH": str(CHECKOUT)}  # packages that the copy takes from the checkout
    subprocess.run([sys.executable, "-m", found.name, *found.arguments], cwd=tmp_path, check=True, env=others)
    for path in (CHECKOUT / "deploy" / "grafana" / "dashboards").iterdir():
        assert (tmp_path / path.relative_to(CHECKOUT)).read_text() == path.read_text()


@every("benchmarks")
def test_a_benchmark_is_there_and_has_its_options(command: Command) -> None:
    """They take minutes, so that they are not run."""
    found = module(command)
    assert found
    spec = importlib.util.find_spec(found.name)
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).read_text()
    assert '__name__ == "__main__"' in source
    assert [flag for flag in found.arguments if flag.startswith("--") and f'"{flag}"' not in source] == []


@every("files")
def test_a_command_on_files_works(command: Command, folder: Path, tmp_path: Path) -> None:
    here = tmp_path / "folder"
    here.mkdir()
    for name in ("deploy", "models", "seqserve", "service", "training"):
        (here / name).mkdir()
        assert (CHECKOUT / name).is_dir()
    for file in (CHECKOUT / ".env.example", folder / "sales.csv"):
        shutil.copy(file, here)
    subprocess.run(["bash", "-c", command.text], cwd=here, check=True, env={**os.environ, "EDITOR": "true"})


@pytest.fixture(scope="module")
def service(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    here = tmp_path_factory.mktemp("service")
    shutil.copytree(folder / "models", here / "models")
    with running(here / "models", here, SEQSERVE_ADMIN_TOKEN=TOKEN) as found:
        yield found


@every("curl")
def test_a_request_is_answered(command: Command, service: Running) -> None:
    assert "localhost:3000" in command.text
    address = f"{service.client.base_url.host}:{service.client.base_url.port}"
    ran = subprocess.run(
        ["bash", "-c", command.text.replace("curl ", "curl --silent --show-error --fail-with-body ", 1).replace(
            "localhost:3000", address
        )],
        capture_output=True,
        text=True,
        env={**os.environ, "TOKEN": TOKEN},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    if command.answer and command.answer.language == "json":
        assert rounded(json.loads(ran.stdout)) == rounded(json.loads(command.answer.text))


def _train(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run the command line of the jobs in this process; the status, and what it says on standard error."""
    from training.__main__ import main

    try:
        status = main(arguments)
    except SystemExit as exit_:
        status = int(exit_.code or 0)
    return status, capsys.readouterr().err


@every("recipe", module)
def test_the_options_of_a_job_are_accepted(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    """A recipe takes hours: with a length that no job accepts, that is all that is said to be wrong."""
    found = module(command)
    assert found
    if "--help" in found.arguments:
        assert _train(found.arguments, capsys)[0] == 0
        return
    length = {"universal": "steps", "import-translator": "most"}.get(found.arguments[0], "epochs")
    status, said = _train([*found.arguments, f"--{length}", "0"], capsys)
    assert status != 0
    assert [line for line in said.splitlines() if line and length not in line] == []
    assert length in said


@every("runs", module)
def test_trainings_are_listed(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    found = module(command)
    assert found
    assert _train(found.arguments, capsys) == (0, "")


@pytest.mark.slow
@pytest.mark.usefixtures("storage")
@every("job", module)
def test_a_job_trains(
    command: Command, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(folder, tmp_path / "folder", ignore=shutil.ignore_patterns("models"))
    monkeypatch.chdir(tmp_path / "folder")
    found = module(command)
    assert found
    arguments = [word.replace("/data/", "data/") for word in found.arguments]
    models = parse(arguments[arguments.index("--models") + 1] if "--models" in arguments else "models")
    before = set(opened(models).released())
    status, said = _train([*arguments, *TINY[arguments[0]]], capsys)
    assert status == 0, said
    assert [key.task for key in set(opened(models).released()) - before] == [arguments[0]]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_sentences_name_what_there_is(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
    words = [re.sub(r"^([A-Z_]+=\S+ )+", "", span).split() for span in spans(page)]
    made = {named[1] for named in words if named[0] == "make" and len(named) > 1}
    run = {named[2] for named in words if named[0] in {"python", ".venv/bin/python"} and named[1:2] == ["-m"]}
    assert made <= targets
    assert [name for name in run if importlib.util.find_spec(name) is None] == []


def test_make_has_the_targets_of_the_documentation() -> None:
    targets = set(re.findall(r"^([a-z]+):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
    assert {command.text.split()[1] for command in COMMANDS if command.text.startswith("make ")} <= targets

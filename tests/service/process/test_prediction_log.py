"""The log of predictions beside real requests: with SQLite and PostgreSQL, and with a database that goes away."""

from __future__ import annotations

import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from service.http.auth import new_key
from testing import postgresql, tiny
from testing.live_models import eventually
from testing.postgresql import PASSWORD, Postgresql
from testing.service_process import Running, running

pytestmark = pytest.mark.slow

LOG = "SEQSERVE_PREDICTION_LOG"
SERIES = [{"values": list(range(60))}]
RECORDS = "seqserve_prediction_log_records_total"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("logged") / "models"
    tiny.publish(path)
    return path


@pytest.fixture(scope="module")
def server() -> Iterator[Postgresql]:
    if postgresql.PROGRAMS is None:
        pytest.skip(postgresql.MISSING)
    with postgresql.postgresql() as found:
        yield found


def ids(answer: httpx.Response) -> list[str]:
    answer.raise_for_status()
    return [forecast["prediction_id"] for forecast in answer.json()["forecasts"]]


def stored(path: Path) -> set[str]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return {id for (id,) in connection.execute("SELECT id FROM prediction")}
    finally:
        connection.close()


def records(service: Running, outcome: str) -> float:
    return service.metric(RECORDS, outcome=outcome)


class Load:
    """Requests, one after the other from each of some clients, until it ends."""

    def __init__(self, service: Running, clients: int = 4) -> None:
        self.statuses: list[int] = []
        self.ids: list[str | None] = []
        self._url = str(service.client.base_url)
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._send) for _ in range(clients)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _send(self) -> None:
        with httpx.Client(base_url=self._url, timeout=90) as client:
            while not self._over.is_set():
                answer = client.post("/forecast", json={"series": SERIES})
                self.statuses.append(answer.status_code)
                if answer.is_success:
                    self.ids.append(answer.json()["forecasts"][0].get("prediction_id"))

    def more(self, than: int | None = None) -> Callable[[], bool]:
        """Whether twenty more have been answered since this was called."""
        before = len(self.statuses) if than is None else than
        return lambda: len(self.statuses) >= before + 20


def test_two_workers_log_to_one_file_and_a_restart_goes_on_with_it(models: Path, tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    known: set[str] = set()
    for _ in range(2):
        with running(models, tmp_path, WORKERS="2", **{LOG: f"sqlite:///{path}"}) as service:
            with Load(service) as load:
                eventually(load.more())
            known.update(id for id in load.ids if id is not None)
            assert set(load.statuses) == {200}
            assert None not in load.ids
        assert stored(path) == known  # what waited was written as the service stopped
        assert "lost" not in (tmp_path / "service.log").read_text()


def test_feedback_by_id_and_accuracy_with_keys(models: Path, tmp_path: Path) -> None:
    (one, first), (two, second) = new_key(), new_key()
    path = tmp_path / "log.db"
    environment = {LOG: f"sqlite:///{path}", "SEQSERVE_API_KEYS": f"ann:{first},bob:{second}"}
    with running(models, tmp_path, **environment) as service:

        def post(key: str, where: str, content: Any) -> httpx.Response:
            return service.client.post(where, json=content, headers={"X-API-Key": key})

        (id,) = ids(post(one, "/forecast", {"series": SERIES, "levels": [80]}))
        actuals = {"items": [{"prediction_id": id, "actual": [60]}]}
        (wrong,) = post(two, "/forecast/actuals", actuals).json()["items"]
        assert wrong["error"]["code"] == "unknown_prediction"
        assert post(one, "/forecast/actuals", actuals).json() == {"accepted": 1}
        assert service.client.get("/models/forecast/tiny/accuracy").status_code == 401
        found = service.client.get("/models/forecast/tiny/accuracy", headers={"X-API-Key": two}).json()
        assert (found["predictions"], found["feedback"], found["scores"]["steps"]) == (1, 1, 1)
        assert service.metric("seqserve_forecast_residual_scaled_count") == 1
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT caller FROM prediction").fetchall() == [("ann",)]


def test_a_full_disk_loses_records_and_no_request(models: Path, tmp_path: Path, small_disk: Path) -> None:
    filler = small_disk / "filler"
    environment = {LOG: f"sqlite:///{small_disk}/log.db", "SEQSERVE_PREDICTION_LOG_QUEUE": "50"}
    with running(models, tmp_path, **environment) as service:
        ids(service.forecast(SERIES))
        eventually(lambda: records(service, "written") == 1)
        fill(filler)
        with Load(service) as load:
            eventually(lambda: "disk is full" in (tmp_path / "service.log").read_text())
            eventually(lambda: records(service, "lost") > 0)
            before = records(service, "written")
            filler.unlink()
            eventually(lambda: records(service, "written") > before)
            eventually(load.more())
        assert set(load.statuses) == {200}
        assert service.metric("seqserve_prediction_log_queue_limit_records") == 50
        eventually(lambda: service.metric("seqserve_prediction_log_queue_records") == 0)
        assert records(service, "written") + records(service, "lost") == len(load.statuses) + 1
        assert records(service, "written") == len([id for id in load.ids if id is not None]) + 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own that is soon full."""
    path = tmp_path / "disk"
    path.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", path], capture_output=True).returncode:
        pytest.skip("needs leave to mount a file system")
    yield path
    subprocess.run(["umount", "--lazy", path], check=True)


def fill(path: Path) -> None:
    """Write until the disk is full."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


def test_a_database_that_is_stopped_and_started_again_under_load(
    models: Path, tmp_path: Path, server: Postgresql
) -> None:
    environment = {LOG: server.url, "SEQSERVE_PREDICTION_LOG_QUEUE": "40", "WORKERS": "2"}
    with running(models, tmp_path, **environment) as service:
        eventually(lambda: has_tables(server))
        with Load(service) as load:
            eventually(lambda: records(service, "written") > 0)
            server.stop()
            try:
                eventually(lambda: records(service, "lost") > 20)
                refused = service.client.post(
                    "/forecast/actuals", json={"items": [{"prediction_id": "0" * 32, "actual": [1]}]}
                )
                assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
            finally:
                server.start()
            before = records(service, "written")
            eventually(lambda: records(service, "written") > before + 20)
        assert set(load.statuses) == {200}
        eventually(lambda: service.metric("seqserve_prediction_log_queue_records") == 0)
        written, lost = records(service, "written"), records(service, "lost")
        assert written + lost == len(load.statuses)
        with server.connected() as connection:
            found = {id for (id,) in connection.execute(text("SELECT id FROM prediction"))}
        assert found == {id for id in load.ids if id is not None}
        lines = (tmp_path / "service.log").read_text()
        assert "predictions are not written to the log" in lines
        eventually(lambda: "predictions are written to the log again" in (tmp_path / "service.log").read_text())
        assert PASSWORD not in lines
        assert "Traceback" not in lines


def has_tables(server: Postgresql) -> bool:
    with server.connected() as connection:
        return bool(connection.execute(text("SELECT to_regclass('score') IS NOT NULL")).scalar())


def test_a_log_of_a_newer_version_stops_the_start(models: Path, tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE alembic_version (version_num TEXT)")
    database.execute("INSERT INTO alembic_version VALUES ('9999')")
    database.commit()
    with (
        pytest.raises(AssertionError, match="the schema 9999, which a newer seqserve has made"),
        running(models, tmp_path, **{LOG: f"sqlite:///{path}"}),
    ):
        pass

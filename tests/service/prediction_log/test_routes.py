"""Ids of answers, what is said of them, and the accuracy that comes of it; the app in this process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
import sacrebleu

from service.inference.prediction_route import PredictionRoute
from service.prediction_log.records import Record
from service.tasks import TASKS
from testing.in_process import Factory, InProcess
from testing.service_process import CHECKOUT

PREDICTIONS = [route for task in TASKS.values() for route in task.routes if issubclass(route, PredictionRoute)]
SERIES = {"values": list(range(60)), "id": "a"}
UNKNOWN = "0" * 32

_IMPORTS = """
import sys
import service.app, service.service, service.tasks, seqserve.__main__
print(sorted({name.partition(".")[0] for name in sys.modules} & {"sqlalchemy", "alembic", "psycopg"}))
"""


@pytest.fixture
def logged(apps: Factory, tmp_path: Path) -> Iterator[InProcess]:
    app = apps(prediction_log=f"sqlite:///{tmp_path}/log.db")
    yield app
    assert app.log is not None
    app.log.close()


def results(answer: httpx.Response, name: str) -> Any:
    answer.raise_for_status()
    return answer.json()[name]


def say(app: InProcess, task: str, *feedback: dict[str, Any]) -> httpx.Response:
    return app.post(f"/{task}/feedback", {"feedback": feedback})


def codes(answer: httpx.Response) -> list[str | None]:
    return [item.get("error", {}).get("code") for item in answer.json()["items"]]


def scores(app: InProcess, model: str) -> Any:
    answer = app.get(f"/models/{model}/accuracy")
    answer.raise_for_status()
    return answer.json()["scores"]


def test_without_a_log_nothing_of_a_database_is_imported() -> None:
    done = subprocess.run([sys.executable, "-c", _IMPORTS], capture_output=True, text=True, check=True, cwd=CHECKOUT)
    assert done.stdout == "[]\n"


def test_without_a_log_answers_have_no_id_and_feedback_is_refused(app: InProcess) -> None:
    (found,) = results(app.post("/sentiment", {"texts": ["fine"]}), "results")
    assert "prediction_id" not in found
    for answer in (
        say(app, "sentiment", {"prediction_id": UNKNOWN, "label": "positive"}),
        say(app, "translate", {"prediction_id": UNKNOWN, "good": True}),
        app.post("/forecast/actuals", {"items": [{"prediction_id": UNKNOWN, "actual": [1]}]}),
    ):
        assert answer.status_code == 422
        assert codes(answer) == ["no_prediction_log"]
    assert app.get("/models/sentiment/tiny-reviews/accuracy").status_code == 404


@pytest.mark.parametrize("route", PREDICTIONS, ids=lambda route: route.task)
def test_every_task_states_the_id_of_its_answers(route: type[PredictionRoute[Any]]) -> None:
    (result,) = get_args(route.response.model_fields[route.results].annotation)
    assert "prediction_id" in result.model_fields


def test_an_item_that_failed_has_no_id(logged: InProcess) -> None:
    found = results(logged.post("/sentiment", {"texts": ["fine", ""]}), "results")
    assert ["prediction_id" in each for each in found] == [True, False]


def test_labels_that_were_right_are_counted(logged: InProcess) -> None:
    found = results(logged.post("/sentiment", {"texts": ["fine", "good film"]}), "results")
    first, second = (each["prediction_id"] for each in found)
    wrong = {"positive": "negative", "negative": "positive"}[found[1]["label"]]
    said = [{"prediction_id": first, "label": found[0]["label"]}, {"prediction_id": second, "label": found[1]["label"]}]
    assert say(logged, "sentiment", *said).json() == {"accepted": 2}
    assert scores(logged, "sentiment/tiny-reviews")["accuracy"] == 1
    assert say(logged, "sentiment", {"prediction_id": second, "label": wrong}).json() == {"accepted": 1}
    told = scores(logged, "sentiment/tiny-reviews")
    assert (told["texts"], told["accuracy"]) == (2, 0.5)
    assert told["labels"][wrong]["recall"] in (0, 0.5)
    assert sum(label["predicted"] for label in told["labels"].values()) == 2


def test_what_is_wrong_with_feedback_is_said_of_each(logged: InProcess) -> None:
    (found,) = results(logged.post("/sentiment", {"texts": ["fine"]}), "results")
    id = found["prediction_id"]
    answer = say(
        logged,
        "sentiment",
        {"prediction_id": id, "label": "odd"},
        {"prediction_id": id, "labels": ["positive"]},
        {"prediction_id": id, "label": None, "labels": None},
        {"prediction_id": UNKNOWN, "label": "positive"},
        {"prediction_id": "x", "label": "positive"},
        {"label": "positive"},
    )
    assert answer.status_code == 422
    assert codes(answer) == ["unknown_label", *["wrong_shape"] * 2, "unknown_prediction", *["wrong_shape"] * 2]
    assert codes(say(logged, "translate", {"prediction_id": id, "good": True})) == ["other_task"]


def test_feedback_in_a_large_body(logged: InProcess) -> None:
    texts = ["fine", *(f"good film {number}" for number in range(299))]
    found = results(logged.post("/sentiment", {"texts": texts}), "results")
    said: list[Any] = [{"prediction_id": each["prediction_id"], "label": each["label"]} for each in found]
    said[100], said[200] = {"prediction_id": found[100]["prediction_id"], "label": "odd"}, 0
    answer = say(logged, "sentiment", *said, *said[:2])
    assert answer.json()["accepted"] == 300
    assert [place for place, code in enumerate(codes(answer)) if code] == [100, 200]
    assert scores(logged, "sentiment/tiny-reviews")["texts"] == 298


def test_accuracy_of_what_is_no_name_is_unknown(logged: InProcess) -> None:
    for name in ("%00", "a%20b", "x" * 100, "none"):
        assert logged.get(f"/models/sentiment/{name}/accuracy").status_code == 404


def test_an_answer_that_is_logged_is_not_changed_by_its_id(logged: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[Record] = []
    assert logged.log is not None
    monkeypatch.setattr(logged.log._writer, "take", lambda records: taken.extend(records) or True)
    (found,) = results(logged.post("/sentiment", {"texts": ["fine"]}), "results")
    assert {**taken[0].answer, "prediction_id": taken[0].id} == found
    assert "prediction_id" not in taken[0].answer


def test_translations_that_were_good_are_counted(logged: InProcess) -> None:
    texts = ["I like milk .", "I like tea .", "I like milk ."]
    answer = logged.post("/translate", {"texts": texts})
    found, model = results(answer, "translations"), answer.json()["model"]
    ids = [each["prediction_id"] for each in found]
    said = say(
        logged,
        "translate",
        {"prediction_id": ids[0], "good": True},
        {"prediction_id": ids[1], "text": "something else"},
        {"prediction_id": ids[2], "text": found[2]["text"]},
    )
    assert said.json() == {"accepted": 3}
    told = scores(logged, f"translation/{model}")
    alike = sacrebleu.sentence_chrf(found[1]["text"], ["something else"]).score
    assert told == {
        "texts": 3,
        "good": pytest.approx(2 / 3),
        "right_texts": 2,
        "chrf": pytest.approx((100 + alike) / 2),
    }
    assert 0 < told["chrf"] < 100
    assert codes(say(logged, "translate", {"prediction_id": ids[0]})) == ["wrong_shape"]


def test_actuals_by_id_are_those_of_the_whole_answer(logged: InProcess) -> None:
    answer = logged.post("/forecast", {"series": [SERIES], "levels": [80]})
    (forecast,) = results(answer, "forecasts")
    mean, bounds = forecast["mean"], forecast["intervals"]["80"]
    actual = [mean[0] + 1.5, None]
    by_id = {"items": [{"prediction_id": forecast["prediction_id"], "actual": actual}]}
    assert logged.post("/forecast/actuals", by_id).json() == {"accepted": 1}
    told = scores(logged, "forecast/tiny")
    held = bounds["lower"][0] <= actual[0] <= bounds["upper"][0]
    assert told == {
        "steps": 1,
        "mae": pytest.approx(1.5),
        "wape": pytest.approx(1.5 / actual[0]),
        "scaled_error": pytest.approx(1.5),  # the naive scale of the tiny models is 1
        "coverage": {"80": float(held)},
    }
    whole = {**forecast, "actual": [mean[0], mean[1]]}  # as it was answered: the log has it
    assert logged.post("/forecast/actuals", {"items": [whole]}).json() == {"accepted": 1}
    assert scores(logged, "forecast/tiny")["mae"] == 0


def test_actuals_that_cannot_be_compared_are_said(logged: InProcess) -> None:
    (forecast,) = results(logged.post("/forecast", {"series": [SERIES]}), "forecasts")
    id, unknown = forecast["prediction_id"], {**forecast, "prediction_id": UNKNOWN}
    items = [
        {"prediction_id": id, "actual": [1] * 100},
        {"prediction_id": id, "actual": [None]},
        {"prediction_id": id, "actual": [1e300]},
        {"prediction_id": UNKNOWN, "actual": [1]},
        {"actual": [1], "mean": None},
        {**unknown, "actual": [1]},  # it has all that is needed
    ]
    answer = logged.post("/forecast/actuals", {"items": items})
    assert codes(answer) == ["wrong_length", "empty", "out_of_range", "unknown_prediction", "wrong_shape", None]
    named = {"model": "tiny", "version": "1", "items": [{"prediction_id": id, "actual": [1]}]}
    assert logged.post("/forecast/actuals", named).json() == {"accepted": 1}


def test_actuals_by_id_in_a_large_body(logged: InProcess) -> None:
    (forecast,) = results(logged.post("/forecast", {"series": [SERIES]}), "forecasts")
    items = [{"prediction_id": forecast["prediction_id"], "actual": [1.0]}] * 2_000
    assert logged.post("/forecast/actuals", {"items": items}).json() == {"accepted": 2_000}
    items[7:9] = [{**forecast, "actual": [2.0]}, {"mean": [1.0], "actual": [1.0]}]  # the last is no logged one
    text = json.dumps({"items": items}).replace("prediction_id", "predictio\\u006e_id", 3)  # as JSON may write it
    sent = logged.request("POST", "/forecast/actuals", content=text, headers={"Content-Type": "application/json"})
    assert sent.json() == {"accepted": 2_000}
    assert scores(logged, "forecast/tiny")["mae"] == pytest.approx(abs(1.0 - forecast["mean"][0]))


def test_accuracy_is_of_the_days_and_the_version_asked_for(logged: InProcess) -> None:
    results(logged.post("/sentiment", {"texts": ["fine"]}), "results")
    (found,) = results(logged.post("/sentiment", {"texts": ["fine"]}), "results")
    say(logged, "sentiment", {"prediction_id": found["prediction_id"], "label": "positive"})
    told = logged.get("/models/sentiment/tiny-reviews/accuracy?days=7").json()
    assert (told["days"], told["predictions"], told["feedback"]) == (7, 2, 1)
    assert [version["version"] for version in told["versions"]] == ["1"]
    assert logged.get("/models/sentiment/tiny-reviews/accuracy?version=2").json()["versions"] == []
    assert logged.get("/models/sentiment/tiny-reviews/accuracy?days=0").status_code == 422
    assert logged.get("/models/sentiment/none/accuracy").status_code == 404
    assert logged.get("/models/none/none/accuracy").status_code == 404


def test_protocols_of_others_are_logged_too(logged: InProcess) -> None:
    results(logged.post("/v1/models/tiny-reviews:predict", {"instances": ["fine"]}), "predictions")
    (found,) = results(logged.post("/sentiment", {"texts": ["fine"]}), "results")
    say(
        logged, "sentiment", {"prediction_id": found["prediction_id"], "label": "positive"}
    )  # waits until it is written
    assert logged.get("/models/sentiment/tiny-reviews/accuracy").json()["predictions"] == 2

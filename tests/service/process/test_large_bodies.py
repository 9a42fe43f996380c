"""Bodies below the size limit, whatever they hold, cost at most ten times their size in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from benchmarks.large_bodies import MEGABYTE, Large, ask, measured, named, probed
from service.http import content_coding
from testing import tiny
from testing.service_process import Running, running
from testing.tree import tree

pytestmark = pytest.mark.slow

SIZE = 8 * MEGABYTE
QUICK = [body for body in named(SIZE) if body.name != "long texts"]
GOOD = tiny.values(8)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory = tmp_path_factory.mktemp("large")
    with running(tree(directory / "models"), directory) as found:
        ask(found, QUICK[0])  # the first takes memory that any later one takes again
        dated = {"values": GOOD, "start": "2024-01-01", "frequency": "D"}
        assert found.forecast([dated]).status_code == 200  # the first loads pandas
        yield found


@pytest.mark.parametrize("body", QUICK, ids=[f"{body.path} {body.name}" for body in QUICK])
def test_what_it_costs(alone: Running, body: Large) -> None:
    workers = {worker.pid for worker in alone.workers()}
    with probed(alone) as longest:
        cost = measured(alone, longest, body)
    assert cost.status in (200, 400, 413, 422)
    assert cost.memory < 10 * len(body.body) + 4 * MEGABYTE
    assert alone.forecast([{"values": GOOD}]).status_code == 200
    assert {worker.pid for worker in alone.workers()} == workers


def test_the_items_of_a_large_body_are_answered_as_those_of_small_ones(alone: Running) -> None:
    series = [{"id": number, "values": [*GOOD, number % 50]} for number in range(2_000)]
    series[7] = {"id": "short", "values": [1]}
    answer = alone.forecast(series)
    assert len(answer.request.content) > 2**16
    assert answer.status_code == 200
    found = answer.json()["forecasts"]
    assert [one["id"] for one in found] == [one["id"] for one in series]
    assert found[7]["error"]["code"] == "too_short"
    for number in (0, 49, 1_999):
        (one,) = alone.forecast([series[number]]).json()["forecasts"]
        assert found[number]["mean"] == pytest.approx(one["mean"], rel=1e-6)


def test_an_item_that_is_no_json_fails_the_whole_body(alone: Running) -> None:
    body = json.dumps({"items": [{"mean": [1.0], "actual": [1.0]}] * 3_000}).encode()[:-3] + b"1.}]}"
    before = alone.metric("seqserve_items_total", task="actuals")
    assert ask(alone, Large("/forecast/actuals", "cut", body))[0] == 400
    assert alone.metric("seqserve_items_total", task="actuals") == before, "nothing of it is counted"


@pytest.mark.parametrize("coding", content_coding.CODINGS)
def test_bodies_and_answers_may_be_compressed(alone: Running, coding: str) -> None:
    body = json.dumps({"series": [{"values": GOOD}] * 500}).encode()
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    plain = alone.client.post("/forecast", content=body, headers=headers)
    headers |= {"Content-Encoding": coding, "Accept-Encoding": coding}
    with alone.client.stream("POST", "/forecast", content=content_coding.pack(body, coding), headers=headers) as packed:
        content = b"".join(packed.iter_raw())
    assert packed.headers["content-encoding"] == coding
    assert content_coding.unpack(content, coding, 10**7) == plain.content
    for path in ("/metrics", "/docs/swagger-ui.css", "/openapi.json"):
        answer = alone.client.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.text


def test_an_id_beyond_64_bits_is_refused_and_not_rounded(alone: Running) -> None:
    body = b'{"series": [{"id": 18446744073709551617, "values": [1]}, {"id": 18446744073709551615, "values": %s}]}'
    answer = alone.client.post(
        "/forecast", content=body % json.dumps(GOOD).encode(), headers={"Content-Type": "application/json"}
    )
    wrong, right = answer.json()["forecasts"]
    assert (wrong["id"], wrong["error"]["field"]) == (None, "id")
    assert right["id"] == 2**64 - 1

from __future__ import annotations

import hashlib
import json
import tracemalloc
from typing import Any

import orjson
import pytest

from service.http.json_items import Unparsed
from service.prediction_log import records as module
from service.prediction_log.records import age, new_ids, row, size
from tests.service.prediction_log.conftest import Records


def test_ids_are_different_ordered_by_time_and_know_their_age() -> None:
    first, second = new_ids(1000, 1000.0), new_ids(1000, 1000.001)
    assert len({*first, *second}) == 2000
    assert max(first) < min(second)
    assert {len(id) for id in first} == {32}
    assert age(first[0]) == pytest.approx(module.time.time() - 1000, abs=60)


def test_an_input_is_stored_whole_or_as_its_digest(records: Records) -> None:
    (record,) = records(1, {"values": [1, None], "id": "é"})
    text = '{"id":"é","values":[1,null]}'
    digest = hashlib.sha256(text.encode()).hexdigest()
    whole, alone = row(record, whole=True), row(record, whole=False)
    assert (whole.input, whole.input_digest) == (text, digest)
    assert (alone.input, alone.input_digest) == (None, digest)
    assert json.loads(whole.answer) == {"label": "positive", "scores": {"negative": 0.1, "positive": 0.9}}


def test_an_item_of_a_large_body_has_the_digest_of_a_small_one(records: Records) -> None:
    item = {"values": [1.5, 2.0], "id": "a"}
    body = memoryview(orjson.dumps(item, option=orjson.OPT_INDENT_2))
    large, small = (records(1, each)[0] for each in (Unparsed(body, 0, 4, 100, False), item))
    assert row(large, whole=False).input_digest == row(small, whole=False).input_digest
    assert size(large.item) == len(body)


def test_an_item_alone_does_not_keep_its_body() -> None:
    body = bytearray(b'{"texts":["one","two"]}')
    item = Unparsed(memoryview(body)[10:15], 0, 1, 100, True).alone()
    body.clear()  # which is refused while somebody looks at it
    assert item.parse() == "one"


@pytest.mark.parametrize(
    "content",
    ["x" * 10_000, "\U0001f600" * 10_000, [[0.5] * 100] * 1_000, {"intervals": {"80": {"lower": [1.5] * 10_000}}}],
)
def test_sizes_are_those_in_memory(content: Any) -> None:
    body = orjson.dumps(content)
    tracemalloc.start()
    kept = orjson.loads(body)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0.7 * taken < size(kept) < 1.5 * taken


def test_half_a_surrogate_pair_is_escaped(records: Records) -> None:
    found = row(records(1, "half \ud83d \x00")[0], whole=True).input
    assert found == '"half \\ud83d \\u0000"'

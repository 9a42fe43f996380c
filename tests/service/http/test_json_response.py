from __future__ import annotations

from service.http.json_response import json_response


def test_an_answer_is_json_with_its_length() -> None:
    response = json_response({"a": [1, None]}, 422)
    assert (response.status_code, response.body) == (422, b'{"a":[1,null]}')
    assert (response.headers["content-type"], response.headers["content-length"]) == ("application/json", "14")

from __future__ import annotations

import asyncio

import httpx
import pytest
from starlette.applications import Starlette

from service.http import pages


def get(path: str, **headers: str) -> httpx.Response:
    async def main() -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=pages.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://service", headers=headers) as client:
            return await client.get(path)

    return asyncio.run(main())


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_is_html_with_a_policy_of_its_own(path: str) -> None:
    answer = get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "'self'" in answer.headers["content-security-policy"]


def test_files_of_the_playground_are_asked_for_each_time() -> None:
    first = get("/playground/index.html")
    assert first.headers["cache-control"] == "no-cache"
    again = get("/playground/index.html", **{"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/playground/none.js", "/playground/../app.py", "/playground/%2e%2e/app.py"])
def test_nothing_else_is_served(path: str) -> None:
    assert get(path).status_code == 404

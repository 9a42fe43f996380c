"""The pages for people: the playground at / and the API documentation at /docs."""

from __future__ import annotations

import os
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_HERE = Path(__file__).parents[1]
_DOCS = _HERE / "docs"
_DOCS_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
_PLAYGROUND_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def routes() -> list[BaseRoute]:
    """Everything that a browser opens."""
    playground = _Playground(directory=_HERE / "playground")

    async def index(request: Request) -> Response:
        return await playground.get_response("index.html", request.scope)

    return [
        Route("/", index, methods=["GET"]),
        *(
            Mount(f"/playground/tasks/{folder.parent.name}", _Playground(directory=folder))
            for folder in sorted(_HERE.glob("*/panel"))
        ),
        Mount("/playground", playground),
        Route("/docs", _docs, methods=["GET"]),
        Mount("/docs", StaticFiles(directory=_DOCS)),
    ]


class _Playground(StaticFiles):
    """Files that a browser revalidates each time, so that it never mixes those of two releases."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "no-cache"
        # also on a 304, whose headers replace those of the cached file
        response.headers["Content-Security-Policy"] = _PLAYGROUND_POLICY
        return response


async def _docs(request: Request) -> Response:
    return FileResponse(_DOCS / "index.html", headers={"Content-Security-Policy": _DOCS_POLICY})

"""The protocol of LibreTranslate 1.9; `POST /translate` is ours as well, and the body says whose a request is.

Reference:
    https://github.com/LibreTranslate/LibreTranslate/blob/main/libretranslate/app.py
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from seqserve.language.identification import candidates
from service.http import json_body
from service.http.endpoints import Endpoint
from service.http.json_body import Body
from service.http.json_response import json_response
from service.http.problems import OWN, Dialect, Problem
from service.inference import text_items
from service.protocols.language_names import name
from service.protocols.protocol import Protocol, is_form
from service.protocols.translated_texts import Found, Wish, translated
from service.translation.detection import AUTO
from service.turns import in_turns

_DETECTIONS = 3
_LEAST = 0.05
_TIMEOUT = 500
"""Milliseconds that the page of LibreTranslate waits between two keys; it is asked for that."""


class LibreTranslate(Protocol):
    """Mastodon, Discourse, Weblate, libretranslatepy, deep-translator and others."""

    name = "LibreTranslate"
    reference = "https://docs.libretranslate.com/"
    dialect = Dialect(
        "application/json",
        {
            "queue-full": 429,
            "draining": 429,
            "model-loading": 429,
            "too-many-connections": 429,
            401: 403,
            404: 400,
            422: 400,
        },
    )

    def endpoints(self) -> list[Endpoint]:
        task = self.served.translation.task
        listed, closed = (
            "Languages, and which of them each is translated to",
            "Answers 403: nothing such is served",
        )
        return [
            self.endpoint("POST", "/detect", self.detect, "detect", "Languages of texts", task=task, key_in_body=True),
            self.endpoint("GET", "/languages", self.languages, "libretranslateLanguages", listed),
            self.endpoint("POST", "/languages", self.languages, "libretranslateLanguagesByPost", listed),
            self.endpoint("GET", "/frontend/settings", self.page, "libretranslateSettings", "Limits and abilities"),
            self.endpoint("GET", "/health", self.health, "libretranslateHealth", "Whether requests are taken"),
            self.endpoint("POST", "/translate_file", self.no_files, "libretranslateFile", closed),
            self.endpoint("POST", "/suggest", self.no_suggestions, "libretranslateSuggest", closed),
        ]

    def around(self, endpoint: Endpoint) -> Endpoint:
        if endpoint.path != self.served.translation.path:
            return endpoint
        return replace(endpoint, handler=self.served.backend.giving_back(self.translate), key_in_body=True)

    async def translate(self, request: Request) -> Response:
        """POST /translate: a JSON object without `q`, or with `texts`, is a request of ours."""
        route, access = self.served.translation, self.served.access
        request.state.dialect = self.dialect if is_form(request) else OWN
        content = await self.content(request)
        fields = self._unlike_json(request, content)
        if fields is None:
            json_body.check_type(request)
            parsed = await json_body.parse(content, route.expected())
            if not isinstance(parsed, dict) or "q" not in parsed or "texts" in parsed:
                if not access.keys.are_sent(request):
                    access.admit(request)
                return await route.answer(request, *route.asked(request, Body(parsed, len(content))))
            fields = parsed
        request.state.dialect = self.dialect
        self._admit(request, fields)
        texts, wish = _texts(fields), _wish(fields)
        found = await translated(self.served, request, texts, wish, len(content))
        several = isinstance(fields["q"], list)
        answer: dict[str, Any] = {"translatedText": _like([one.text for one in found], several)}
        if wish.alternatives:
            answer["alternatives"] = _like([one.alternatives for one in found], several)
        if wish.source is None:
            answer["detectedLanguage"] = _like([_detection(one.source) for one in found], several)
        return json_response(answer)

    async def detect(self, request: Request) -> Response:
        """POST /detect; of several texts, a list for each."""
        content = await self.content(request)
        fields = self._unlike_json(request, content)
        if fields is None:
            json_body.check_type(request)
            fields = await self.parsed(content)
        self._admit(request, fields)
        texts = _texts(fields)
        self.served.translation.admit(request, len(texts))
        if len(content) > self.served.translation.long_body:
            found = await in_turns(self.served.backend.executor, _detections, texts)
        else:
            found = list(map(_detections, texts))
        return json_response(_like(found, isinstance(fields["q"], list)))

    async def languages(self, request: Request) -> Response:
        """GET /languages, and POST, which libretranslatepy sent up to 2.1.1."""
        pairs = set(self.served.translation.pairs(self.live.current).pairs.values())
        codes = sorted({code for pair in pairs for code in pair})
        return json_response(
            [
                {"code": code, "name": name(code), "targets": sorted(to for source, to in pairs if source == code)}
                for code in codes
            ]
        )

    async def page(self, request: Request) -> Response:
        """GET /frontend/settings."""
        registry, task = self.live.current, self.served.translation.task
        held = [loaded.predictor for key, loaded in registry.loaded.items() if key.task == task]
        limits = [text_items.max_characters(self.settings, predictor.config) for predictor in held]  # type: ignore[attr-defined]
        targets = sorted(target for _, target in self.served.translation.pairs(registry).pairs.values())
        first = {"code": targets[0], "name": name(targets[0])} if targets else None
        needs_key = bool(self.served.access.keys)
        return json_response(
            {
                "charLimit": min(limits, default=self.settings.max_characters),
                "frontendTimeout": _TIMEOUT,
                "apiKeys": needs_key,
                "keyRequired": needs_key,
                "suggestions": False,
                "filesTranslation": False,
                "supportedFilesFormat": [],
                "language": {"source": {"code": AUTO, "name": "Auto Detect"}, "target": first},
            }
        )

    async def health(self, request: Request) -> Response:
        """GET /health."""
        draining = self.served.phase.draining
        return json_response({"status": "draining" if draining else "ok"}, 503 if draining else 200)

    async def no_files(self, request: Request) -> Response:
        """POST /translate_file."""
        raise Problem(403, "no-files", "Files translation are disabled on this server.")

    async def no_suggestions(self, request: Request) -> Response:
        """POST /suggest."""
        raise Problem(403, "no-suggestions", "Suggestions are disabled on this server.")

    def _unlike_json(self, request: Request, content: bytes) -> dict[str, Any] | None:
        """The fields of a form, or of the query string of a request without a body; none if it has another body."""
        if is_form(request):
            fields = dict(self.form(content))
        elif not content and "q" in request.query_params:
            fields = dict(self.form(request.url.query))
        else:
            return None
        return {name: value.replace("\r\n", "\n").replace("\r", "\n") for name, value in fields.items()}

    def _admit(self, request: Request, fields: Mapping[str, Any]) -> None:
        """Let a request in whose key is in its body or its query string, as the headers have none.

        Raises:
            Problem: 403 it is not right, 429 its owner has sent too many.
        """
        access = self.served.access
        if access.keys and not access.keys.are_sent(request):
            key = fields.get("api_key") or request.query_params.get("api_key") or ""
            access.admit(request, str(key).encode())


def _like(found: list[Any], several: bool) -> Any:
    """A list for a list of texts, and what it holds for one text."""
    return found if several else found[0]


def _texts(fields: Mapping[str, Any]) -> list[str]:
    """The texts of a request.

    Raises:
        Problem: 400 there are none.
    """
    q = fields.get("q")
    if not q:
        raise _invalid("missing q parameter")
    texts = q if isinstance(q, list) else [q]
    if not all(isinstance(text, str) for text in texts):
        raise _invalid("q must be a string or a list of strings")
    return texts


def _wish(fields: Mapping[str, Any]) -> Wish:
    """How the texts are to be translated.

    Raises:
        Problem: 400 a field is missing or wrong.
    """
    for field in ("source", "target"):
        if not fields.get(field):
            raise _invalid(f"missing {field} parameter")
        if not isinstance(fields[field], str):
            raise _invalid(f"{field} must be a string")
    if (form := fields.get("format") or "text") not in ("text", "html"):
        raise _invalid(f"format must be text or html, not {str(form)[:20]!r}")
    try:
        alternatives = max(0, int(fields.get("alternatives") or 0))
    except (ValueError, TypeError, OverflowError):
        raise _invalid("alternatives must be a number") from None
    source = fields["source"]
    return Wish(None if source.lower() == AUTO else source, fields["target"], form == "html", alternatives)


def _invalid(detail: str) -> Problem:
    return Problem(400, "wrong-shape", f"Invalid request: {detail}")


def _detection(found: Found) -> dict[str, object]:
    return {"confidence": round(100 * found.probability, 1), "language": found.language}


def _detections(text: str) -> list[dict[str, object]]:
    """Languages of a text, of which there is always one: English without any confidence, of a text without words."""
    found = [candidate for candidate in candidates(text, _DETECTIONS) if candidate.probability >= _LEAST]
    return [_detection(Found(*candidate)) for candidate in found] or [_detection(Found("en", 0.0))]

"""The protocol of DeepL, version 2.

Reference:
    https://developers.deepl.com/docs
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from seqserve.translation.shaped_query import primary
from service.http.endpoints import Endpoint
from service.http.json_response import json_response
from service.http.problems import Dialect, Problem
from service.protocols.language_names import name
from service.protocols.protocol import Protocol, is_form
from service.protocols.translated_texts import Wish, translated

_UNLIMITED = 10**12
_REGIONS = {"EN": ("EN-GB", "EN-US"), "PT": ("PT-PT", "PT-BR")}
"""Targets that clients only know with a region."""
_KEPT = ("glossary_id", "glossary_ids", "style_id")
"""What would have to be stored here."""
_MARKUP = ("html", "xml")


class DeepL(Protocol):
    """The official clients, Weblate, and tools built on them."""

    name = "DeepL"
    reference = "https://developers.deepl.com/docs"
    dialect = Dialect("application/json", {401: 403, 404: 400, 422: 400})

    def endpoints(self) -> list[Endpoint]:
        task = self.served.translation.task
        listed, used = "Languages of the models", "Characters that were translated: none are counted"
        return [
            self.endpoint("POST", "/v2/translate", self.translate, "deeplTranslate", "Translate texts", task=task),
            self.endpoint("GET", "/v2/languages", self.languages, "deeplLanguages", listed),
            self.endpoint("POST", "/v2/languages", self.languages, "deeplLanguagesByPost", listed),
            self.endpoint("GET", "/v2/usage", self.usage, "deeplUsage", used),
            self.endpoint("POST", "/v2/usage", self.usage, "deeplUsageByPost", used),
            self.endpoint("GET", "/v2/glossaries", self.glossaries, "deeplGlossaries", "Stored glossaries: none"),
            self.endpoint("GET", "/v2/glossary-language-pairs", self.pairs, "deeplGlossaryPairs", "Their pairs: none"),
        ]

    async def translate(self, request: Request) -> Response:
        """POST /v2/translate."""
        content = await self.content(request)
        fields = self._form(content) if is_form(request) else await self.parsed(content)
        texts, wish = _texts(fields), _wish(fields)
        found = await translated(self.served, request, texts, wish, len(content))
        more = {"model_type_used": "latency_optimized"} if fields.get("model_type") else {}
        return json_response(
            {
                "translations": [
                    {
                        "detected_source_language": primary(one.source.language).upper(),
                        "text": one.text,
                        "billed_characters": len(text),
                        **more,
                    }
                    for text, one in zip(texts, found, strict=True)
                ]
            }
        )

    async def languages(self, request: Request) -> Response:
        """GET /v2/languages; the Python client sends `type` as a form in the body."""
        asked = dict([*self.form(request.url.query), *self.form(await self.content(request))]).get("type", "source")
        pairs = self.served.translation.pairs(self.live.current).pairs.values()
        if asked == "source":
            codes = sorted({primary(source).upper() for source, _ in pairs})
            return json_response([{"language": code, "name": name(code)} for code in codes])
        if asked != "target":
            raise Problem(400, "wrong-shape", f"type must be source or target, not {asked[:20]!r}")
        targets = {target.replace("_", "-").upper() for _, target in pairs}
        codes = sorted({code for target in targets for code in _REGIONS.get(target, (target,))})
        return json_response([{"language": code, "name": name(code), "supports_formality": False} for code in codes])

    async def usage(self, request: Request) -> Response:
        """GET /v2/usage, and POST, which older clients send."""
        return json_response({"character_count": 0, "character_limit": _UNLIMITED})

    async def glossaries(self, request: Request) -> Response:
        """GET /v2/glossaries."""
        return json_response({"glossaries": []})

    async def pairs(self, request: Request) -> Response:
        """GET /v2/glossary-language-pairs."""
        return json_response({"supported_languages": []})

    def _form(self, content: bytes) -> dict[str, Any]:
        fields = self.form(content)
        texts = [value for name, value in fields if name in ("text", "text[]")]
        return {**dict(fields), "text": texts}


def _texts(fields: dict[str, Any]) -> list[str]:
    """The texts of a request.

    Raises:
        Problem: 400 there is no list of them.
    """
    texts = fields.get("text")
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        raise Problem(400, "wrong-shape", "Value for 'text' must be a list of one or more strings.")
    return texts


def _wish(fields: dict[str, Any]) -> Wish:
    """How the texts are to be translated.

    Raises:
        Problem: 400 a field is missing, wrong, or names what is not stored here.
    """
    for field in _KEPT:
        if fields.get(field):
            detail = f"{field}: nothing is stored here; POST /translate takes a glossary with each request"
            raise Problem(400, "wrong-shape", detail)
    source, target = fields.get("source_lang") or None, fields.get("target_lang")
    if not isinstance(target, str) or not target:
        raise Problem(400, "wrong-shape", "Value for 'target_lang' must be a code of a language, such as FR.")
    if source is not None and not isinstance(source, str):
        raise Problem(400, "wrong-shape", "Value for 'source_lang' must be a code of a language, or be left out.")
    return Wish(source, target, html=fields.get("tag_handling") in _MARKUP)

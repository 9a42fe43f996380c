"""The protocol of OpenAI's completions, for clients that continue texts.

Reference:
    https://platform.openai.com/docs/api-reference/completions/create
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from service.complete.schemas import CompletionRequest
from service.http.endpoints import Endpoint
from service.http.json_response import json_response
from service.http.problems import Dialect, Problem
from service.protocols.protocol import Protocol, asked, predicted

_OPTIONS = {
    "max_tokens": "most_tokens",
    "temperature": "temperature",
    "top_p": "top_p",
    "n": "count",
    "seed": "seed",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
}
"""Their names of options, and ours."""
_USUAL = {"most_tokens": 16, "temperature": 1, "mode": "continue"}
"""What their clients expect without an option."""
_REFUSED = {
    "stream": "answers are sent whole; leave stream out",
    "suffix": "what comes behind a gap is not read; leave suffix out",
    "logprobs": "log-probabilities of tokens are not told; leave logprobs out",
    "logit_bias": "tokens are this model's own, and cannot be biased; leave logit_bias out",
}
_FINISH = {"end": "stop", "stop": "stop", "length": "length"}


class OpenAI(Protocol):
    """`OpenAI(base_url="http://localhost:3000/v1").completions.create`, and tools built on it."""

    name = "OpenAI"
    reference = "https://platform.openai.com/docs/api-reference/completions"
    dialect = Dialect("application/json", {422: 400})

    def endpoints(self) -> list[Endpoint]:
        task = self.served.complete.task
        told = "Continue texts, as OpenAI's clients ask"
        return [
            self.endpoint("POST", "/v1/completions", self.complete, "openaiCompletions", told, task=task),
            self.endpoint("GET", "/v1/models", self.models, "openaiModels", "Models that continue texts"),
        ]

    async def models(self, request: Request) -> Response:
        """GET /v1/models."""
        names = [name for task, name in self.live.current.catalog.models if task == self.served.complete.task]
        listed = [{"id": name, "object": "model", "created": 0, "owned_by": "seqserve"} for name in sorted(names)]
        return json_response({"object": "list", "data": listed})

    async def complete(self, request: Request) -> Response:
        """POST /v1/completions."""
        content = await self.content(request)
        body = await self.parsed(content)
        texts = _texts(body)
        route = self.served.complete
        route.admit(request, len(texts))
        wanted = asked(CompletionRequest, {**_options(body), "texts": texts})
        loaded, results = await predicted(route, request, wanted, texts, len(content), noun="prompt")
        before = texts if body.get("echo") else [""] * len(texts)
        chosen = [
            (text, each) for text, result in zip(before, results, strict=True) for each in result["continuations"]
        ]
        read, written = (sum(result["read"] for result in results), sum(each["tokens"] for _, each in chosen))
        return json_response(
            {
                "id": f"cmpl-{uuid.uuid4().hex}",
                "object": "text_completion",
                "created": int(time.time()),
                "model": loaded.key.name,
                "system_fingerprint": f"{loaded.key.name}@{loaded.key.version}",
                "choices": [
                    {
                        "index": index,
                        "text": text + each["text"],
                        "logprobs": None,
                        "finish_reason": _FINISH[each["finish"]],
                    }
                    for index, (text, each) in enumerate(chosen)
                ],
                "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written},
            }
        )


def _texts(body: Mapping[str, Any]) -> list[str]:
    """The prompts of a request.

    Raises:
        Problem: 400 there is none, or one is no text.
    """
    prompt = body.get("prompt")
    texts: list[Any] = prompt if isinstance(prompt, list) else [prompt]
    if not texts or not all(isinstance(text, str) for text in texts):
        detail = "prompt must be a text or a list of texts; tokens are the model's own and are not taken"
        raise Problem(400, "wrong-shape", detail)
    return texts


def _options(body: Mapping[str, Any]) -> dict[str, Any]:
    """The options of our request; those that are null are as if they were not there.

    Raises:
        Problem: 400 for what would be ignored otherwise, and change the answer.
    """
    for field, told in _REFUSED.items():
        if body.get(field):
            raise Problem(400, "wrong-shape", f"{field}: {told}")
    best = body.get("best_of")
    if best is not None and best != (body.get("n") or 1):
        raise Problem(400, "wrong-shape", "best_of: no more are drawn than are answered; leave best_of out, or set n")
    given = {name: body[theirs] for theirs, name in _OPTIONS.items() if body.get(theirs) is not None}
    model = body.get("model")
    if not isinstance(model, str):
        raise Problem(400, "wrong-shape", "model must be the name of a model; GET /v1/models lists them")
    name, at, version = model.partition("@")
    given |= {"model": name, **({"version": version} if at else {})}
    stop = body.get("stop")
    if stop is not None:
        given["stop"] = stop if isinstance(stop, list) else [stop]
    return {**_USUAL, **given}

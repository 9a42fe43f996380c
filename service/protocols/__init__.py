"""Protocols of other products, so that the clients that people have work; each is a thin layer above our routes."""

from __future__ import annotations

from collections.abc import Sequence

from service.protocols.bentoml import BentoML
from service.protocols.deepl import DeepL
from service.protocols.huggingface import HuggingFace
from service.protocols.libretranslate import LibreTranslate
from service.protocols.mcp.routes import ModelContext
from service.protocols.nixtla.routes import Nixtla
from service.protocols.open_inference.routes import OpenInference
from service.protocols.openai import OpenAI
from service.protocols.protocol import Protocol
from service.protocols.tensorflow_serving import TensorFlowServing

PROTOCOLS: Sequence[type[Protocol]] = (
    LibreTranslate,
    DeepL,
    Nixtla,
    OpenInference,
    TensorFlowServing,
    HuggingFace,
    OpenAI,
    ModelContext,
    BentoML,
)

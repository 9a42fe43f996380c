"""The settings, each read from an environment variable; see docs/configuration.md."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "SEQSERVE_"
_SHORTEST_TOKEN = 16
_ORIGIN = re.compile(r"\*|https?://[A-Za-z0-9.-]+(:\d{1,5})?")
_KEY_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DIGEST = re.compile(r"[0-9A-Fa-f]{64}")


class Settings(BaseSettings):
    """Read from `SEQSERVE_<NAME>`; `HOST`, `PORT` and `WORKERS` have no prefix, as hosting platforms set them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True, hide_input_in_errors=True)

    host: str = Field("127.0.0.1", validation_alias="HOST", description="IP address to listen on.")
    port: int = Field(3000, ge=1, le=65535, validation_alias="PORT", description="Port to listen on.")
    workers: int = Field(1, ge=1, validation_alias="WORKERS", description="Processes that answer requests.")

    models: Path = Field(Path("models"), description="The models tree.")
    poll_seconds: float = Field(
        1, gt=0, allow_inf_nan=False, description="Between two looks at the models tree for what has changed."
    )
    keep_versions: int = Field(
        3, ge=1, description="The newest versions of a model that are loaded, besides those with a label."
    )
    admin_token: SecretStr | None = Field(None, description="Who sends it may move labels; none means that nobody may.")
    max_body_bytes: int = Field(16 * 2**20, ge=1, description="A larger body is refused with 413.")
    max_items: int = Field(4096, ge=1, description="A request of more items is refused with 413.")
    max_characters: int = Field(
        200_000, ge=1, description="A longer text is refused; a model that has a limit of its own may take less."
    )
    max_batch_steps: int = Field(16_384, ge=1, description="Network steps in one inference, at most.")
    max_queue_steps: int = Field(
        1_000_000, ge=1, description="Network steps that may wait for one model; past it requests get 503."
    )
    max_wait_seconds: float = Field(
        1, gt=0, allow_inf_nan=False, description="A request that would wait longer than this gets 503 at once."
    )
    deadline_seconds: float = Field(
        10, gt=0, allow_inf_nan=False, description="A request that takes longer gets 504; a slower upload gets 408."
    )
    header_seconds: float = Field(
        10,
        gt=0,
        allow_inf_nan=False,
        description="A client that takes longer to send a request's head, or to take in more of an answer, is cut off.",
    )
    max_connections: int = Field(
        1000, ge=1, description="Connections open at a time, for each worker; past it requests get 503."
    )
    drain_seconds: float = Field(
        1, ge=0, allow_inf_nan=False, description="Told to stop, the service still listens so long, and answers 503."
    )
    grace_seconds: float = Field(
        10, ge=0, allow_inf_nan=False, description="Told to stop, the service finishes what takes no longer."
    )
    api_keys: Annotated[dict[str, str], NoDecode] = Field(
        {}, description="Who may ask for predictions, as name:sha256; none means that anybody may."
    )
    cors_origins: Annotated[list[str], NoDecode] = Field([], description="Web pages that may ask from a browser.")
    threads: int = Field(2, ge=1, description="Threads that infer, for all models together.")
    infer_threads: int = Field(1, ge=1, description="Cores that one inference may use.")
    log_format: Literal["text", "json"] = Field("text", description="How a log line is written.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least that is logged.")

    @property
    def stop_seconds(self) -> float:
        """How long a worker may take to end: the grace time, or what draining takes if that is longer."""
        return max(self.grace_seconds, self.drain_seconds + 1)

    @field_validator("admin_token")
    @classmethod
    def _is_hard_to_guess(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None:
            return None
        secret = token.get_secret_value().strip()  # a file that it was read from may end with a line break
        if len(secret) < _SHORTEST_TOKEN:
            raise ValueError(f"must have at least {_SHORTEST_TOKEN} characters")
        return SecretStr(secret)

    @field_validator("api_keys", mode="before")
    @classmethod
    def _are_hashes(cls, listed: object) -> object:
        return parse_keys(listed) if isinstance(listed, str) else listed

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _are_origins(cls, listed: object) -> object:
        origins = [origin.strip() for origin in listed.split(",")] if isinstance(listed, str) else listed
        for origin in origins if isinstance(origins, list) else ():
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is no origin: 'https://pages.example.org', or '*' for all")
        return origins


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()


def parse_keys(listed: str) -> dict[str, str]:
    """API keys as an operator lists them, hash to name.

    Raises:
        ValueError: an entry is not `name:sha256`; it is told by its place, since it may hold a key by mistake.
    """
    keys: dict[str, str] = {}
    for place, entry in enumerate(listed.split(","), start=1):
        name, _, digest = entry.strip().partition(":")
        if not (_KEY_NAME.fullmatch(name) and _DIGEST.fullmatch(digest)):
            raise ValueError(f"entry {place} is not name:sha256; 'python -m service new-key NAME' makes one")
        if name in keys.values() or digest.lower() in keys:
            raise ValueError(f"entry {place} repeats a name or a key")
        keys[digest.lower()] = name
    return keys


def unknown_variables() -> list[str]:
    """Variables with our prefix that are no setting, most likely misspelt."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)

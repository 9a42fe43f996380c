"""The settings, each read from an environment variable; see docs/configuration.md."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from seqserve.object_storage.address import Address, parse
from seqserve.object_storage.remote_store import CACHE_DEFAULT
from seqserve.prediction_log import address as prediction_log_address
from seqserve.registry.signatures import TrustedKeys
from seqserve.registry.version_patterns import VersionPatterns

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
    unix_socket: Path | None = Field(None, description="Unix socket to listen on, in place of the port.")
    unix_socket_mode: str = Field("660", pattern="^[0-7]{3}$", description="Who may connect to it, in octal digits.")
    tls_certificate: Path | None = Field(None, description="Certificate chain in PEM; with it the service speaks TLS.")
    tls_key: Path | None = Field(None, description="Its private key in PEM, without a password.")
    metrics_port: int | None = Field(
        None, ge=1, le=65535, description="Port of the metrics, which are then not on the other one."
    )
    workers: int = Field(1, ge=1, validation_alias="WORKERS", description="Processes that answer requests.")

    models: Annotated[Path | Address, NoDecode] = Field(
        Path("models"), description="The models tree, a folder or s3://BUCKET/PREFIX and the like."
    )
    models_cache: Path = Field(CACHE_DEFAULT, description="Where a models tree of an object storage is copied to.")
    models_sync_seconds: float = Field(
        10, gt=0, allow_inf_nan=False, description="Between two looks at an object storage for what has changed."
    )
    poll_seconds: float = Field(
        1, gt=0, allow_inf_nan=False, description="Between two looks at the models tree for what has changed."
    )
    keep_versions: int = Field(
        3, ge=1, description="The newest versions of a model that are loaded, besides those with a label."
    )
    load: str = Field("*", description="Versions that are loaded before anybody asks for them.")
    max_model_bytes: int | None = Field(
        None, ge=1, description="Memory of loaded versions; past it, those not used for longest are unloaded."
    )
    trusted_keys: Annotated[TrustedKeys | None, NoDecode] = Field(
        None, description="Public keys of which one must have signed a version; none means that it needs no signature."
    )
    admin_token: SecretStr | None = Field(None, description="Who sends it may move labels; none means that nobody may.")
    admin_tokens: Annotated[dict[str, str], NoDecode] = Field(
        {}, description="Admin tokens whose names the log has, as name:sha256."
    )
    admin_tokens_file: Path | None = Field(None, description="More of them, one a line; read again when it changes.")
    max_body_bytes: int = Field(16 * 2**20, ge=1, description="A larger body is refused with 413.")
    max_items: int = Field(4096, ge=1, description="A request of more items is refused with 413.")
    max_values: int = Field(
        250_000,
        ge=1,
        description="An item with more JSON values is refused, and a body with more beside its items.",
    )
    max_characters: int = Field(
        200_000, ge=1, description="A longer text is refused; a model that has a limit of its own may take less."
    )
    compress_bytes: int = Field(
        4096, ge=0, description="Answers of so many bytes are compressed for clients that take it; 0 means none."
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
    keep_alive_seconds: float = Field(
        75, gt=0, allow_inf_nan=False, description="An idle connection is kept so long for the client's next request."
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
    api_keys_file: Path | None = Field(None, description="More of them, one a line; read again when it changes.")
    key_requests_per_second: float | None = Field(
        None, gt=0, allow_inf_nan=False, description="Requests that the owner of a key may send; past it they get 429."
    )
    key_items_per_second: float | None = Field(
        None, gt=0, allow_inf_nan=False, description="Items of requests, in the same way."
    )
    key_burst_seconds: float = Field(
        10, gt=0, allow_inf_nan=False, description="For so long of silence the owner of a key may catch up at once."
    )
    trusted_proxies: Annotated[list[str], NoDecode] = Field(
        [], description="Whose X-Forwarded-For says where a request comes from: addresses, networks, or *."
    )
    cors_origins: Annotated[list[str], NoDecode] = Field([], description="Web pages that may ask from a browser.")
    threads: int = Field(2, ge=1, description="Threads that infer, for all models together.")
    infer_threads: int = Field(1, ge=1, description="Cores that one inference may use.")
    prediction_log: SecretStr | None = Field(
        None,
        description="Database of the log of predictions, sqlite:///FILE or postgresql://...; none means no log.",
    )
    prediction_log_inputs: Literal["digest", "whole"] = Field("digest", description="What of an input the log keeps.")
    prediction_log_days: int | None = Field(
        None, ge=1, description="The log's predictions are deleted after so many days; none means never."
    )
    prediction_log_queue: int = Field(
        20_000,
        ge=1,
        description="Predictions of a worker that may wait to be logged; past it, more are lost.",
    )
    traces: Literal["none", "otlp"] = Field("none", description="Whether requests are traced, and sent how.")
    log_format: Literal["text", "json"] = Field("text", description="How a log line is written.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least that is logged.")

    @property
    def stop_seconds(self) -> float:
        """How long a worker may take to end: the grace time, or what draining takes if that is longer."""
        return max(self.grace_seconds, self.drain_seconds + 1)

    @property
    def certificate(self) -> tuple[Path, Path] | None:
        """The files of the certificate and its key, if the service is to speak TLS."""
        if self.tls_certificate is None or self.tls_key is None:
            return None
        return self.tls_certificate, self.tls_key

    @property
    def key_files(self) -> dict[str, Path | None]:
        """Setting to the file of keys that it names."""
        return {
            f"{PREFIX}API_KEYS_FILE": self.api_keys_file,
            f"{PREFIX}ADMIN_TOKENS_FILE": self.admin_tokens_file,
        }

    @model_validator(mode="after")
    def _certificate_has_key(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("SEQSERVE_TLS_CERTIFICATE and SEQSERVE_TLS_KEY need each other: set both or none")
        return self

    @model_validator(mode="after")
    def _limits_have_owners(self) -> Self:
        limited = self.key_requests_per_second or self.key_items_per_second
        if limited and not (self.api_keys or self.api_keys_file):
            raise ValueError("a rate limit is one of the owner of a key: set SEQSERVE_API_KEYS too")
        return self

    @field_validator("models", mode="before")
    @classmethod
    def _is_a_place(cls, models: object) -> object:
        place = parse(models) if isinstance(models, str) else models
        if isinstance(place, Address):
            place.check_installed()
        return place

    @field_validator("prediction_log")
    @classmethod
    def _is_a_database(cls, stated: SecretStr | None) -> SecretStr | None:
        if stated is not None:
            prediction_log_address.parse(stated.get_secret_value()).check_installed()
        return stated

    @field_validator("load")
    @classmethod
    def _are_patterns(cls, stated: str) -> str:
        VersionPatterns.parse(stated)
        return stated

    @field_validator("trusted_keys", mode="before")
    @classmethod
    def _are_keys(cls, stated: object) -> object:
        return TrustedKeys.parse(stated) if isinstance(stated, str) else stated

    @field_validator("admin_token")
    @classmethod
    def _is_hard_to_guess(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None:
            return None
        secret = token.get_secret_value().strip()  # a file that it was read from may end with a line break
        if len(secret) < _SHORTEST_TOKEN:
            raise ValueError(f"must have at least {_SHORTEST_TOKEN} characters")
        return SecretStr(secret)

    @field_validator("api_keys", "admin_tokens", mode="before")
    @classmethod
    def _are_hashes(cls, listed: object) -> object:
        return parse_keys(listed) if isinstance(listed, str) else listed

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _are_networks(cls, listed: object) -> object:
        proxies = [proxy.strip() for proxy in listed.split(",")] if isinstance(listed, str) else listed
        for proxy in proxies if isinstance(proxies, list) else ():
            try:
                _ = proxy == "*" or ip_network(proxy)
            except ValueError:
                raise ValueError(f"{proxy!r} is no address, network, or '*' for all") from None
        return proxies

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
    """Keys as an operator lists them, separated by commas; hash to name.

    Raises:
        ValueError: an entry is not `name:sha256`.
    """
    return key_entries({place: entry.strip() for place, entry in enumerate(listed.split(","), start=1)}, "entry")


def key_entries(entries: Mapping[int, str], unit: str) -> dict[str, str]:
    """Hash to name.

    Args:
        entries: place to `name:sha256`.
        unit: what an error calls an entry.

    Raises:
        ValueError: an entry is not so; it is told by its place, since it may hold a key by mistake.
    """
    keys: dict[str, str] = {}
    for place, entry in entries.items():
        name, _, digest = entry.partition(":")
        if not (_KEY_NAME.fullmatch(name) and _DIGEST.fullmatch(digest)):
            raise ValueError(f"{unit} {place} is not name:sha256; 'python -m service new-key NAME' makes one")
        if name in keys.values() or digest.lower() in keys:
            raise ValueError(f"{unit} {place} repeats a name or a key")
        keys[digest.lower()] = name
    return keys


def unknown_variables() -> list[str]:
    """Variables with our prefix that are no setting, most likely misspelt."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)

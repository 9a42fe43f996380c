from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from service.settings import PREFIX, Settings
from testing.service_process import CHECKOUT


def test_every_setting_is_documented_with_its_default() -> None:
    text = (CHECKOUT / "docs" / "configuration.md").read_text()
    documented = dict(re.findall(r"^\| `(\w+)` \| `([^`]*)` \|", text, re.MULTILINE))
    settings = {
        str(field.validation_alias or PREFIX + name.upper()): "none"
        if field.default in (None, {}, [])
        else str(field.default)
        for name, field in Settings.model_fields.items()
    }
    assert documented == settings


def test_a_token_from_a_file_has_no_line_break() -> None:
    token = Settings(admin_token="0123456789abcdef\n").admin_token
    assert token is not None
    assert token.get_secret_value() == "0123456789abcdef"


def test_stopping_takes_as_long_as_draining() -> None:
    assert Settings(drain_seconds=30, grace_seconds=10).stop_seconds > 30
    assert Settings(drain_seconds=1, grace_seconds=10).stop_seconds == 10


def test_a_models_tree_is_a_folder_or_an_address_without_secrets() -> None:
    assert Settings(models="trees/models").models == Path("trees/models")
    assert str(Settings(models="s3://releases/models").models) == "s3://releases/models"
    with pytest.raises(ValidationError, match="credentials are taken from the environment") as refused:
        Settings(models="s3://key:hunter2@releases/models")
    assert "hunter2" not in str(refused.value)

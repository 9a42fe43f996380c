from __future__ import annotations

import re

from service.settings import PREFIX, Settings
from tests.service.running import CHECKOUT


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

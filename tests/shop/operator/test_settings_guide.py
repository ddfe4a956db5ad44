"""The guide to the settings names each variable, the first process that needs it, and its true default."""

from __future__ import annotations

import re

import pytest
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from system_under_test.settings import AppSettings, DatabaseSettings, WorkerSettings
from tests.shop.helpers import ROOT

GUIDE = (ROOT / "docs/guides/shop-settings.md").read_text()
ROWS = {row[0]: row[1:] for row in re.findall(r"^\| `SHOP_(\w+)` \| (\w+) \| ([^|]*) \|", GUIDE, re.MULTILINE)}
KINDS = {"migrate": DatabaseSettings, "worker": WorkerSettings, "app": AppSettings}


def test_every_setting_has_its_row_and_no_other() -> None:
    assert {name.lower() for name in ROWS} == set(AppSettings.model_fields)


@pytest.mark.parametrize("name", AppSettings.model_fields)
def test_process_and_default(name: str) -> None:
    process, default = ROWS[name.upper()]
    assert process == next(kind for kind, model in KINDS.items() if name in model.model_fields)
    value = AppSettings.model_fields[name].default
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if name == "storage_public_endpoint":
        assert (value, default) == (None, "the endpoint")
    elif value is PydanticUndefined:
        assert default == "–"
    elif value in ("", None):
        assert default == "none"
    else:
        assert default == str(value).lower() if isinstance(value, bool) else default == str(value)

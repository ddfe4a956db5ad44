"""The one base of every value that crosses a room's wall."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """An immutable value: unknown keys are refused, so a typing mistake is never silently dropped."""

    # "strings": pydantic writes an infinite float as null otherwise, and a saved plan would not read back.
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, ser_json_inf_nan="strings")

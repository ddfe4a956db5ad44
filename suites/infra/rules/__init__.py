"""All rules, a file per theme."""

from __future__ import annotations

from suites.infra.rules import configuration, hardening, live, network, resources, rollout, scaling
from suites.infra.rules.base import Rule

RULES: tuple[Rule, ...] = (
    *resources.RULES,
    *scaling.RULES,
    *configuration.RULES,
    *network.RULES,
    *rollout.RULES,
    *hardening.RULES,
    *live.RULES,
)

"""What the reports of the family share: header, verdict, expectations, actions, what was not tested."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from harness.model.verdict import Status
from reports.context.evidence import EvidenceLink
from reports.context.figure import Figure


@dataclass(frozen=True)
class Header:
    """Which run this is: enough to find it again and to repeat it."""

    run_id: str
    created: str
    system: str
    target: str
    profile: str
    seed: int
    commit: str
    branch: str
    dirty: bool
    plan_digest: str
    tools: tuple[tuple[str, str], ...]
    duration: Figure
    observations: Figure
    defect: str
    finished: bool


@dataclass(frozen=True)
class Verdict:
    """A status of the record and why, in a sentence."""

    status: str
    sentence: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ExpectationRow:
    """One expectation, held against what was observed."""

    scenario: str
    id: str
    asks: str
    labels: str
    window: str
    observed: Figure
    threshold: str
    warn: str
    samples: Figure
    min_samples: Figure
    status: str
    reason: str
    evidence: tuple[EvidenceLink, ...]
    waived_by: str
    validity: bool
    criteria: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class ScenarioRow:
    """One scenario with its expectations."""

    id: str
    title: str
    suite: str
    owner: str
    status: str
    own_status: str
    reasons: tuple[str, ...]
    duration: Figure
    evidence_profile: str
    flaky: tuple[str, ...]
    expectations: tuple[ExpectationRow, ...]

    @property
    def held(self) -> int:
        """How many expectations passed."""
        return sum(e.status == "pass" for e in self.expectations)

    @property
    def worst_first(self) -> tuple[ExpectationRow, ...]:
        """The expectations for people: worst status first, else in the order of the plan."""
        return tuple(sorted(self.expectations, key=lambda e: -Status(e.status).rank))

    @property
    def shared_evidence(self) -> tuple[tuple[EvidenceLink, ...], ...]:
        """Lists of several files that more than one expectation cites: a table names each of them once."""
        cited = Counter(e.evidence for e in self.expectations if len(e.evidence) > 1)
        return tuple(links for links, times in cited.items() if times > 1)


@dataclass(frozen=True)
class Untested:
    """Something that a reader could believe tested, and that is not."""

    what: str
    why: str


@dataclass(frozen=True)
class Action:
    """What to do next, and who."""

    status: str
    owner: str
    what: str


@dataclass(frozen=True)
class CriterionRow:
    """One acceptance criterion that the run speaks to."""

    id: str
    text: str
    status: str
    because: str


@dataclass(frozen=True)
class Shot:
    """A picture of a failure."""

    caption: str
    link: EvidenceLink

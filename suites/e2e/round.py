"""One round over the selected journeys: walked, read, and told with the shop's own word on what failed."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.model.errors import LaunchgateError, SuiteError
from harness.ports.suite import Context, ToolResult
from suites.e2e.children import Child
from suites.e2e.results import JourneyLine, Line, SessionLine, check_account, observations
from suites.e2e.shop_log import ShopLog

_EXITS = {
    2: "pytest was interrupted, or a journey could not be loaded",
    3: "pytest itself broke",
    4: "pytest did not understand the call",
    5: "not one journey was collected",
}
SHOP_LOG = "shop.log"


@dataclass
class Round:
    """What the children of one round said.

    Attributes:
        lines: with the child that wrote each.
        outcomes: journey → its outcome and message.
        trouble: why the round as a whole cannot be believed; the first reason.
        stopped: why the run ended in the middle; empty when it did not.
    """

    context: Context
    lines: list[tuple[Child, Line]] = field(default_factory=list)
    outcomes: dict[str, JourneyLine] = field(default_factory=dict)
    collected: set[str] = field(default_factory=set)
    trouble: SuiteError | None = None
    stopped: str = ""

    def read(self, children: Sequence[Child], selected: Sequence[str]) -> None:
        """Takes the accounts in, as strictly as if they were one."""
        done: set[str] = set()
        for child in children:
            self.stopped = self.stopped or child.result.stopped
            failed = False
            try:
                for line in check_account(child.raw, selected=selected, done=done):
                    self.lines.append((child, line))
                    if isinstance(line, JourneyLine):
                        self.outcomes[line.journey] = line
                        failed |= line.outcome in ("failed", "errored")
                    elif isinstance(line, SessionLine):
                        self.collected |= line.collected.keys()
            except SuiteError as error:
                self._note(child, error.what)
            else:
                if _trouble(child.result) or (child.result.returncode == 1) != failed:
                    self._note(child, "" if _trouble(child.result) else _DISAGREE)

    def keep_failures_only(self) -> None:
        """Removes what was kept of journeys that passed: twenty rounds make the same pictures twenty times."""
        for number, (child, line) in enumerate(self.lines):
            if isinstance(line, JourneyLine) and line.outcome == "passed":
                shutil.rmtree(child.folder / line.journey, ignore_errors=True)
                self.lines[number] = (child, line.model_copy(update={"evidence": []}))

    def ask_the_shop(self, folder: Path, *, worth: bool = True) -> None:
        """Puts the shop's own lines beside the evidence of what did not pass, and its error into the sentence.

        Args:
            folder: scratch space for the logs; removed again.
            worth: whether the logs are collected at all; on a cluster that takes a while.
        """
        failed = [line for line in self.outcomes.values() if line.outcome in ("failed", "errored") and line.evidence]
        if not failed:
            return
        log, why = ShopLog(()), "the logs of this round were not collected: earlier rounds have failed too"
        if worth:
            try:
                files = self.context.collect_logs(folder)
                log, why = ShopLog(files), "" if files else "this target gives no logs"
            except (LaunchgateError, OSError) as error:
                why = f"the shop's logs could not be had: {getattr(error, 'what', error)}"
            finally:
                shutil.rmtree(folder, ignore_errors=True)
        self.lines = [(child, self._with_log(child, line, log, why)) for child, line in self.lines]

    def tell(self, scenario: str, suffix: str) -> None:
        """Emits everything that was read."""
        for child, line in self.lines:
            folder = self.context.relative(child.folder)
            for one in observations(line, scenario=scenario, folder=folder, suffix=suffix, began=child.began):
                self.context.emit(one)

    def answered(self) -> int:
        """Journeys that said yes or no."""
        return sum(line.outcome in ("passed", "failed") for line in self.outcomes.values())

    def unseen(self, selected: Sequence[str]) -> dict[str, str]:
        """Journey without an answer → why."""
        return {name: self._why(name) for name in selected if not self._answered(name)}

    def _answered(self, name: str) -> bool:
        return name in self.outcomes and self.outcomes[name].outcome in ("passed", "failed")

    def _why(self, name: str) -> str:
        known = self.outcomes.get(name)
        if known is not None:
            return f"{known.outcome}: {known.message}" if known.message else known.outcome
        if self.stopped:
            return f"stopped: {self.stopped}"
        if name not in self.collected:
            return f"no such journey; there is {', '.join(sorted(self.collected)) or 'none'}"
        return "nobody walked it"

    def _with_log(self, child: Child, line: Line, log: ShopLog, why: str) -> Line:
        if not isinstance(line, JourneyLine) or line.outcome not in ("failed", "errored") or not line.evidence:
            return line
        found = log.about(line.asked, line.broken_step)
        folder = child.folder / line.journey
        (folder / SHOP_LOG).write_text(f"{why}\n" if why else found.text(), encoding="utf-8")
        error = found.error()
        message = f"{line.message}; the shop's log has: {error}" if error else line.message
        report = folder / "failure.txt"
        if error and report.exists():
            told = report.read_text(encoding="utf-8")
            report.write_text(told.replace(line.message, message, 1), encoding="utf-8")
        evidence = [*line.evidence, f"{line.journey}/{SHOP_LOG}"]
        return line.model_copy(update={"message": message, "evidence": evidence})

    def _note(self, child: Child, why: str) -> None:
        if child.result.stopped:
            return  # cut in the middle on purpose
        last = [line for line in child.result.tail.splitlines() if line.strip()][-6:]
        text = "; ".join(part for part in (_trouble(child.result), why) if part)
        where = self.context.relative(child.result.log)
        self.trouble = self.trouble or SuiteError(text, where=where, advice="; ".join(last))


_DISAGREE = "pytest's exit code and the journeys' results do not agree"  # a second witness against silent green


def _trouble(result: ToolResult) -> str:
    """Why the process itself cannot be believed; empty when it ended well."""
    if result.timed_out:
        return "the journeys were not done in the time that the scenario gives them"
    if result.returncode < 0:
        return f"pytest was killed by signal {-result.returncode}"
    if result.returncode in (0, 1):
        return ""
    return _EXITS.get(result.returncode, f"pytest ended with exit code {result.returncode}")

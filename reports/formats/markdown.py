"""Summary → short Markdown, fit for a step summary or a comment."""

from __future__ import annotations

import re

from reports.context.evidence import EvidenceLink
from reports.context.rows import ExpectationRow
from reports.context.summary import Summary

# What is markup wherever it stands; an underscore only at the edge of a word, < only where a tag could begin
_SPECIAL = re.compile(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BLOCK_START = re.compile(r"^(\d*)([#+.)-]+(?=\s|$)|>)")


def escape(text: str) -> str:
    """Untrusted text as plain words: no markup, no HTML, no line breaks, no mention of people."""
    flat = _ENTITY.sub("&amp;", " ".join(text.split()))
    # @ is followed by a character without width: a name in an error message calls nobody
    return _BLOCK_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", flat)).replace("@", "@\u200b")


def to_markdown(summary: Summary, reports: list[str]) -> str:
    """The whole text. `reports` are the names of the other files written beside it."""
    parts = [_head(summary), _scenarios(summary), _open(summary), _criteria(summary), _untested(summary)]
    parts.append("## Reports\n\n" + "\n".join(f"- {escape(line)}" for line in reports))
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(summary: Summary) -> str:
    header, lines = summary.header, []
    lines.append(f"# {summary.verdict.status.upper()}: {escape(header.system)}")
    if header.defect:
        lines.append(f"> **Planted defect** {escape(header.defect)}. This run never opens a gate.")
    lines.append(escape(summary.verdict.sentence))
    dirty = ", with uncommitted changes" if header.dirty else ""
    lines.append(
        f"Run {_code(header.run_id)}, {escape(header.created)}, profile {escape(header.profile)}, "
        f"target {escape(header.target)}, commit {_code(header.commit[:12])}{dirty}, {header.duration.text}."
    )
    return "\n\n".join(lines)


def _scenarios(summary: Summary) -> str:
    rows = [
        f"| {s.status} | {escape(s.title)} | {escape(s.suite)} | {s.held} of {len(s.expectations)} | "
        f"{s.duration.text} | {escape('; '.join(s.reasons)) or '–'} |"
        for s in summary.scenarios
    ]
    if not rows:
        return "## Scenarios\n\nNone was judged."
    head = "| verdict | scenario | suite | held | time | why not pass |\n|---|---|---|---|---|---|"
    return "## Scenarios\n\n" + "\n".join([head, *rows])


def _open(summary: Summary) -> str:
    return "\n\n".join(["## Not passed", *map(_expectation, summary.open)]) if summary.open else ""


def _expectation(row: ExpectationRow) -> str:
    waived = f" (waived by {escape(row.waived_by)}; the verdict stays)" if row.waived_by else ""
    lines = [
        f"**{row.status}**{waived} {escape(row.scenario)} / {escape(row.id)}\n",
        f"- expectation: {escape(row.asks)} {escape(row.threshold)}",
        f"- observed: {escape(row.observed.text)} over {row.samples.text} samples (at least {row.min_samples.text})",
        f"- threshold: {escape(row.threshold)}" + (f", warning {escape(row.warn)}" if row.warn else ""),
        f"- reason: {escape(row.reason)}",
        f"- evidence: {', '.join(map(_evidence, row.evidence)) or 'none'}",
    ]
    return "\n".join(lines)


def _evidence(link: EvidenceLink) -> str:
    return _code(link.path) + (" (missing)" if link.missing else "")


def _criteria(summary: Summary) -> str:
    if not summary.criteria:
        return ""
    rows = [f"| {escape(c.id)} | {c.status} | {escape(c.because)} |" for c in summary.criteria]
    return "## Acceptance criteria\n\n" + "\n".join(["| id | status | because |\n|---|---|---|", *rows])


def _untested(summary: Summary) -> str:
    rows = [f"- {escape(u.what)}: {escape(u.why)}" for u in summary.untested]
    return "## Not tested\n\n" + ("\n".join(rows) if rows else "Nothing was left out.")


def _code(text: str) -> str:
    """A code span that its content cannot end."""
    flat = " ".join(text.split())
    longest = max((len(run) for run in re.findall(r"`+", flat)), default=0)
    fence = "`" * (longest + 1)
    inner = flat.replace("|", "\\|")
    return f"{fence}{inner}{fence}" if not longest else f"{fence} {inner} {fence}"

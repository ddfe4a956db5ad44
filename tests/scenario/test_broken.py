"""Every mistake that people make, with its place to the column and the advice that they get."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenario.samples import FILE, GOOD, load, problems

# (what is replaced in the sound scenario, by what, line:column, parts of the message and advice)
EDITS: list[tuple[str, str, str, tuple[str, ...]]] = [
    # keys
    ("owner: qa", "ownr: qa", "3:48", ("unknown key 'ownr'", "did you mean 'owner'?")),
    ("owner: qa", "team: qa", "3:48", ("unknown key 'team'", "known keys: criteria, description, id, owner, title")),
    ("suite: load", "Suite: load", "4:1", ("unknown key 'Suite'", "did you mean 'suite'?")),
    ("pass: < 500ms", "pass_: < 500ms", "13:61", ("unknown key 'pass_'", "did you mean 'pass'?")),
    ("pass: < 500ms", "threshold: < 500ms", "13:61", ("unknown key 'threshold'", "did you mean 'pass'?")),
    ("with: {users: 20}", "with_: {users: 20}", "6:45", ("unknown key 'with_'", "did you mean 'with'?")),
    ("{from: 5s,", "{from_: 5s,", "13:41", ("unknown key 'from_'", "did you mean 'from'?")),
    ("method:", "steps:", "9:1", ("unknown key 'steps'", "did you mean 'method'?")),
    ("expectations:", "expectation:", "11:1", ("unknown key 'expectation'", "did you mean 'expectations'?")),
    ("kind: Scenario\n", "", "1:1", ("kind is missing", "add 'kind: Scenario'")),
    (", owner: qa", "", "3:1", ("metadata: owner is missing", "a role, for instance qa or platform")),
    ("suite: load\n", "", "1:1", ("suite is missing", "add suite")),
    # values
    ("launchgate/v1", "launchgate/v2", "1:13", ("apiVersion: must be 'launchgate/v1', not 'launchgate/v2'",)),
    ("kind: Scenario", "kind: scenario", "2:7", ("not 'scenario'", "did you mean 'Scenario'?")),
    ("id: baseline", "id: Base Line", "3:16", ("'Base Line' is no id", "for instance 'base-line'")),
    ("title: Baseline load", "title: 2026", "3:33", ("must be text, not 2026", "put it in quotes: '2026'")),
    ("title: Baseline load", "title: no", "3:33", ("'no' is shorter than 3 characters",)),
    ("title: Baseline load", "title: ~", "3:33", ("metadata.title: must be text, not nothing",)),
    ("evidence: partial", "evidence: partly", "6:21", ("must be 'partial' or 'full'", "did you mean 'partial'?")),
    ("  quick:", "  Quick:", "6:3", ("'Quick' is no id", "for instance 'quick'")),
    ("duration: 30s", "duration: 30", "6:40", ("'30' is not a duration", "for instance '30s'")),
    ("duration: 30s", "duration: 30.5", "6:40", ("30.5 is not a duration", "for instance '30.5s'")),
    ("duration: 30s", "duration: 30sec", "6:40", ("'30sec' is not a quantity", "units are us, ms, s, m")),
    ("duration: 30s", "duration: [30s]", "6:40", ("profiles.quick.duration: ", "is not a quantity")),
    ("duration: 30s", "duration: 0s", "6:40", ("must be more than 0",)),
    ("within: 500ms", "within: -5s", "8:52", ("'-5s' is negative",)),
    ("path: /livez", "path: livez", "8:36", ("'livez' must begin with '/'", "for instance '/livez'")),
    ("probe: http", "probe: htp", "8:24", ("must be 'http', not 'htp'", "did you mean 'http'?")),
    ("min_samples: 200", "min_samples: '200'", "12:86",
     ("must be a whole number, not '200'", "remove the quotes: 200")),
    ("min_samples: 200", "min_samples: 0", "12:86", ("must be at least 1, not 0",)),
    ("min_samples: 200", "validity: yes", "12:83", ("must be true or false, not 'yes'", "write true")),
    ("[save, read]", "true", "12:44", ("labels.op: must be text or a list, not true", "put it in quotes: 'true'")),
    ("suite: load", "suite: [load]", "4:8", ("suite: must be text, not a list",)),
    # names that must exist
    ("suite: load", "suite: laod", "4:8", ("unknown suite 'laod'", "did you mean 'load'?")),
    ("suite: load", "suite: chaos", "4:8", ("unknown suite 'chaos'", "known suites: load, smoke")),
    ("[T4.1]", "[T4.1, T4.2]", "3:76", ("metadata.criteria[1]: there is no criterion 'T4.2'", "did you mean 'T4.1'?")),
    ("min_samples: 200", "criteria: [X9]", "12:84", ("expectations[0].criteria[0]: there is no criterion 'X9'",
                                                     "known criteria: T1.8, T4.1, T8.6")),
    ("method:", "targets: [proces]\nmethod:", "9:11", ("unknown target 'proces'", "did you mean 'process'?")),
    ("http.error_rate", "http.eror_rate", "12:14",
     ("unknown metric 'http.eror_rate'", "did you mean 'http.error_rate'?")),
    ("http.error_rate", "disk.full", "12:14", ("unknown metric 'disk.full'", "known metrics: check.failed, db.conn")),
    ("http.latency.p95", "http.latency.p9x", "13:14",
     ("has no statistic 'p9x'", "min, mean, max, count, any percentile")),
    ("http.latency.p95", "http.latency.maxx", "13:14", ("has no statistic", "did you mean 'http.latency.max'?")),
    ("http.latency.p95", "http.latency", "13:14", ("needs a statistic", "write for instance 'http.latency.p95'")),
    ("http.error_rate", "http.error_rate.p95", "12:14", ("a ratio such as http.error_rate has no statistic 'p95'",)),
    ("{op: [save", "{opp: [save", "12:40", ("http.error_rate has no label 'opp'", "did you mean 'op'?")),
    ("{op: [save, read]}", "{op: []}", "12:44", ("labels.op: selects nothing", "at least one value")),
    ("[save, read]", "[save, save]", "12:44", ("names a value twice",)),
    ("method:", "guard: {hosts: [127.0.0.0/8, localhost]}\nmethod:", "9:30",
     ("guard.hosts[1]: 'localhost' is no network",)),
    ("method:", "guard: {hosts: [10.0.0.1/8]}\nmethod:", "9:17", ("'10.0.0.1/8' is no network", "127.0.0.0/8")),
    # thresholds
    ("pass: < 500ms", "pass: < 500", "13:67", ("'< 500' has no unit: the metric is a time", "'< 500ms'")),
    ("pass: < 500ms", "pass: 500ms", "13:67", ("'500ms' is not a threshold", "such as '< 500ms' or '== 0'")),
    ("pass: < 500ms", "pass: 500", "13:67", ("'500' has no operator", "write for instance '< 500'")),
    ("pass: < 500ms", "pass: < 5mss", "13:67", ("'5mss' is not a quantity",)),
    ("pass: < 500ms", "pass: [1]", "13:67", ("must be a threshold such as '< 500ms', not a list",)),
    ("pass: < 500ms", "pass: {op: <, value: 5, text: x}", "13:67", ("must be a threshold, not a mapping", "as text")),
    ("pass: < 500ms", "pass: < 5%", "13:67", ("'< 5%' is a ratio, but the metric is a time", "< 500ms")),
    ("pass: < 500ms", "pass: < 500ms for 5s", "13:67", ("only abort has a time to hold",)),
    ('"== 0"', '"< 500ms"', "12:65", ("'< 500ms' is a time, but the metric is a ratio",)),
    ('"== 0"', '"< 5"', "12:65", ("'< 5' is beyond 1: the metric is a ratio", "write '< 5%'")),
    ('"== 0"', '"> 100%"', "12:65", ("can never be reached", "lies between 0 % and 100 %")),
    ('"== 0"', '"< 0"', "12:65", ("can never be reached",)),
    ('"== 0"', '">= 0"', "12:65", ("holds for every value: it could never go red",)),
    ("pass: < 500ms", 'pass: ">= 0"', "13:67", ("it could never go red (the figure is at least 0 s)",)),
    ('"< 1s"', '"< 100ms"', "13:82", ("warn '< 100ms' is narrower than pass '< 500ms'", "warn is the outer limit")),
    ('"< 1s"', '"< 500ms"', "13:82", ("lets nothing through that pass does not",)),
    ('"< 1s"', '">= 0"', "13:82", ("holds for every value: it could never fail",)),
    ('"> 10s for', '"> 100ms for', "13:97", ("abort '> 100ms for 10s' would stop a method that passes",)),
    ('"> 10s for 10s"', '"< 0s"', "13:97", ("abort '< 0s' can never be reached",)),
    ('"> 10s for 10s"', '"> 10s for 1h"', "13:97", ("must hold longer than the method lasts (600s)",)),
    # windows, samples, method
    ("to: 30s", "to: 31s", "13:55", ("the window ends at 31s, but the method of profile quick lasts 30s", "shorten")),
    ("{from: 5s, to: 30s}", "{from: 40s}", "13:47", ("the window begins at 40s", "profile quick", "move the window")),
    ("to: 30s", "to: 5s", "13:40", ("the window is empty",)),
    ("min_samples: 200", "min_samples: 601", "12:86", ("601 samples are needed", "profile quick gives at most 600")),
    ("checkout}", "chekout}", "10:35", ("must be 'checkout' or 'browse'", "did you mean 'checkout'?")),
    ("users: 100", "usres: 100", "10:12", ("method[0].load.usres: unknown key 'usres'", "did you mean 'users'?")),
    ("users: 20}", "usres: 20}", "6:52", ("no step of the method has the parameter 'usres'", "did you mean 'users'?")),
    ("users: 20}", "users: -20}", "6:59", ("profiles.quick.with.users: must be more than 0, not -20",)),
    ("- load: {users", "- laod: {users", "10:5", ("unknown step 'laod'", "did you mean 'load'?")),
    ("- load: {users", "- ramp: {users", "10:5", ("unknown step 'ramp'", "known steps of suite load: fault, load")),
    ("checkout}\n", "checkout}\n    att: 5s\n", "11:5", ("unknown key 'att'", "did you mean 'at'?")),
    ("checkout}\n", "checkout}\n    at: 5\n", "11:9", ("method[0].at: '5' is not a duration", "for instance '5s'")),
    ("checkout}\n", "checkout}\n    at: 2m\n", "11:9", ("starts after 120s", "profile quick ends after 30s")),
    ("checkout}\n", "checkout}\n    id: A b\n", "11:9", ("method[0].id: 'A b' is no id",)),
    ("load: {users: 100, behaviour: checkout}", "load: 5", "10:11", ("parameters of load must be a mapping, not 5",)),
    ("load: {users: 100, behaviour: checkout}", "at: 5s", "10:5", ("an entry without a step", "fault, load")),
    ("- load: {users: 100, behaviour: checkout}", "- load", "10:5", ("method[0]: must be a mapping, not 'load'",)),
    ("checkout}\n", "checkout}\n    fault: {kind: latency, selector: x}\n", "11:5", ("two steps in one entry",)),
    ("  - {metric: http.latency.p95", "  - {metric: http.error_rate, labels: {op: read}, pass: == 0}\n"
     "  - {metric: http.latency.p95", "13:5",
     ("its id 'http.error_rate[op=read]' is that of expectations[0]", "'id:'")),
    ("http.error_rate, labels: {op: [save, read]}", "load.offered", "12:5",
     ("the suite load adds 'load.offered' to every scenario itself", "leave it out")),
    ("checkout}\n", "checkout}\n    at: 5.5\n", "11:9", ("method[0].at: 5.5 is not a duration", "for instance '5.5s'")),
    ("checkout}\n", "checkout}\n  - fault: {kind: latency, selector: x}\n    id: load-1\n", "12:9",
     ("the step id 'load-1' is there twice, first in method[0]", "another id")),
    ("checkout}", "checkout, think_time: 2}", "10:57", ("load.think_time: '2' is not a duration", "for instance '2s'")),
    # YAML itself
    ("pass: < 500ms", "pass: > 500ms", "13:67", ("text cannot begin with '>'", "quotes")),
    ("[save, read]", "*", "12:44", ("'*' and '&' begin an alias or anchor", "put the text in quotes")),
    ("[save, read]", "*all", "12:44", ("*all is an anchor or alias",)),
    ('"== 0"', "!= 0", "12:65", ("'!=' is a YAML tag", "text that begins with ! needs quotes: '!= 0'")),
    ("kind: Scenario", "kind: Scenario\nkind: Scenario", "3:1", ("the key 'kind' is there twice, first in line 2",)),
    ("  full: {", "  <<: {", "7:3", ("merge keys (<<) are not used here",)),
    ("\n  quick:", "\n\tquick:", "6:1", ("a tab: YAML indents with spaces only",)),
    ("title: Baseline load", "title: Baseline: load", "3:11", ("what this '{' opens is not closed", "': ' in quotes")),
    ("owner: qa, ", "owner: 'qa, ", "3:55", ("the quote that opens here is never closed",)),
    ("[T4.1]", "[T4.1", "3:69", ("what this '[' opens is not closed", "add ']'")),
    ("  full: {", " full: {", "7:2", ("the indentation does not fit",)),
    ("[save, read]", "{200: ok}", "12:45", ("a key must be text, not 200", "put it in quotes")),
    ("duration: 30s", "duration: .inf", "6:40", ("a number must be finite",)),
    ("suite: load\n", "suite: load\n---\n", "5:1", ("a second document begins here", "one document per file")),
]  # fmt: skip


def test_the_sound_scenario_loads(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD).id == "baseline"


@pytest.mark.parametrize(("old", "new", "place", "parts"), EDITS, ids=[f"{n.strip()[:40]}" for _, n, _, _ in EDITS])
def test_a_mistake_is_found_at_its_place(
    tmp_path: Path, old: str, new: str, place: str, parts: tuple[str, ...]
) -> None:
    assert GOOD.count(old) == 1
    found = problems(tmp_path, GOOD.replace(old, new))
    here = [text for text in found if text.startswith(f"{FILE}:{place}: ") and all(part in text for part in parts)]
    assert len(here) == 1, "\n".join(found)


WHOLE: list[tuple[bytes, str, str]] = [
    (b"", "1:1", "the file is empty"),
    (b"# only a remark\n", "1:1", "the file is empty"),
    (b"---\n...\n", "1:1", "the file holds nothing"),
    (b"~", "1:1", "the file holds nothing"),
    (b"method: []\n", "1:9", "method: is empty\n  next: at least 1 is needed"),
    (b"profiles: {}\n", "1:11", "profiles: is empty"),
    (b"- a\n- b\n", "1:1", "must be a mapping, not a list"),
    (b"just text", "1:1", "must be a mapping, not 'just text'"),
    (b"title: caf\xe9\n", "1:11", "byte 0xe9 is not UTF-8"),
    (GOOD.encode("utf-16"), "1:1", "byte 0xff is not UTF-8"),
    (b"a: b\n\nc: \x1b[31m", "3:4", "the character '\\x1b' is not allowed"),
    (b"expectations:\n  - pass: > 500ms\n", "2:11", "put a threshold in quotes"),
    (b"title: a: b", "1:9", "a ':' where none can stand"),
    (b"[" * 5000, "1:26", "nested more than 24 levels deep"),
    (b"x: " + b"y" * (1 << 18), "1:1", "the file is larger than 256 KiB"),
    (b"".join(b"k: 1\n" for _ in range(60)), "52:1", "more than 50 mistakes in one file"),
    (b"!!python/object/apply:os.system [id]", "1:1", "is a YAML tag"),
]


@pytest.mark.parametrize(("raw", "place", "part"), WHOLE, ids=[part for _, _, part in WHOLE])
def test_a_file_that_is_no_scenario(tmp_path: Path, raw: bytes, place: str, part: str) -> None:
    found = problems(tmp_path, raw)
    assert any(text.startswith(f"{FILE}:{place}: ") and part in text for text in found), "\n".join(found)


def test_an_alias_bomb_is_never_expanded(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    found = problems(tmp_path, "\n".join(lines))
    assert len(found) == 51
    assert found[-1] == f"{FILE}:6:50: more than 50 mistakes in one file"


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("owner", "ownr").replace("error_rate", "eror_rate").replace("users: 100", "usres: 1")
    text = text.replace("< 500ms", "< 500").replace("kind: Scenario", "kind: Scenario\nkind: Scenario")
    found = problems(tmp_path, text)
    for part in ("kind' is there twice", "ownr", "owner is missing", "http.eror_rate", "usres", "'< 500' has no unit"):
        assert sum(part in one for one in found) == 1, part
    assert found == sorted(found, key=lambda one: [int(n) for n in one.split(":")[1:3]])


def test_a_file_in_the_wrong_folder(tmp_path: Path) -> None:
    found = problems(tmp_path, GOOD, "scenarios/smoke/baseline.yaml")
    assert found == [
        "scenarios/smoke/baseline.yaml:4:8: suite is load, but the file does not lie in scenarios/load/\n"
        "  next: move it to scenarios/load/"
    ]


def test_a_target_that_lacks_what_the_method_needs(tmp_path: Path) -> None:
    text = GOOD.replace("checkout}\n", "checkout}\n  - fault: {kind: latency, selector: app=api}\n")
    assert problems(tmp_path, text) == []
    found = problems(tmp_path, text.replace("method:", "targets: [process]\nmethod:"))
    assert found[0].startswith(f"{FILE}:9:11: targets[0]: target process lacks kubernetes-api")


def test_messages_never_carry_control_characters(tmp_path: Path) -> None:
    text = GOOD.replace("suite: load", 'suite: "\\e[31mred\\n::error::"').replace("owner", '"ow\\u202ener"')
    for one in problems(tmp_path, text):
        assert all(c.isprintable() or c == "\n" for c in one)
        assert one.count("\n") <= 1

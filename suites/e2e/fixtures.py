"""What a journey is given: a browser, guests, named steps."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Error as PlaywrightError

from harness.model.errors import ToolMissing
from suites.browsing.launch import SETTING, engine_of, find_browser, open_browser
from suites.browsing.viewport import Engine
from suites.browsing.visitor import Visitor
from suites.e2e.failure import SetupProblem
from suites.e2e.journey import Journey
from suites.e2e.recorder import JOURNEY, RECORDER, journey_id

NewGuest = Callable[[str], Visitor]
Endpoint = Callable[[str], str]
Step = Callable[..., AbstractContextManager[None]]
_REACH_SECONDS = 10.0


def _known(config: pytest.Config) -> dict[str, str]:
    """Every endpoint that a person or the suite gave; one by one wins over the file."""
    file, known = str(config.getoption("--endpoints")), dict[str, str]()
    if file:
        try:
            known = {name: str(url) for name, url in json.loads(Path(file).read_text(encoding="utf-8")).items()}
        except (OSError, ValueError, AttributeError) as error:
            raise SetupProblem(f"--endpoints {file} is not what `launchgate up` prints: {error}") from error
    for one in config.getoption("--endpoint"):
        name, _, url = str(one).partition("=")
        known[name] = url
    return known


@pytest.fixture(scope="session")
def base_url(pytestconfig: pytest.Config) -> str:
    """The shop's address, which must answer something: a journey cannot blame a shop that was never there."""
    url = str(pytestconfig.getoption("--base-url") or _known(pytestconfig).get("api", "")).rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise SetupProblem(f"'{url}' is no address of a shop; give --base-url http://… or --endpoints FILE")
    try:
        urllib.request.urlopen(f"{url}/", timeout=_REACH_SECONDS).close()  # noqa: S310  http(s) only, see above
    except urllib.error.HTTPError:
        pass  # an answer; what it says is the journey's business
    except OSError as error:
        raise SetupProblem(f"nothing answers at {url} ({error})") from error
    return url


@pytest.fixture(scope="session")
def endpoint(pytestconfig: pytest.Config) -> Endpoint:
    """Address of something else than the shop, such as `mail` or `database`, as `launchgate up` prints them."""
    known = _known(pytestconfig)

    def find(name: str) -> str:
        if name not in known:
            raise SetupProblem(f"this journey needs --endpoint {name}=…, which 'launchgate up' prints")
        return known[name].rstrip("/")

    return find


@pytest.fixture(scope="session")
def engine(pytestconfig: pytest.Config) -> Engine:
    """Which browser it is."""
    try:
        chosen = str(pytestconfig.getoption("--engine"))
        return engine_of({"engine": chosen} if chosen else {})
    except ToolMissing as missing:
        raise SetupProblem(missing.diagnostics()) from missing


@pytest.fixture(scope="session")
def browser(pytestconfig: pytest.Config, engine: Engine) -> Iterator[Browser]:
    """One browser for all journeys; guests are apart by context."""
    chosen = str(pytestconfig.getoption("--browser-path"))
    expect.set_options(timeout=float(pytestconfig.getoption("--patience")) * 1000)
    with ExitStack() as stack:
        try:
            path = Path(chosen) if chosen and engine != "chromium" else None
            path = path or find_browser({SETTING: chosen} if chosen else {}, engine)
            headed = bool(pytestconfig.getoption("--headed"))
            opened = stack.enter_context(open_browser(path, headed=headed, engine=engine))
        except ToolMissing as missing:
            raise SetupProblem(missing.diagnostics()) from missing
        except PlaywrightError as error:
            raise SetupProblem(f"the browser does not start: {error.message.splitlines()[0]}") from error
        yield opened


@pytest.fixture
def journey(request: pytest.FixtureRequest) -> Iterator[Journey]:
    """The journey under way; its visitors leave at the end."""
    recorder = request.config.stash[RECORDER]
    name = journey_id(request.node)
    made = Journey(
        id=name, folder=recorder.folder / name, allow_console=request.config.getoption("--allow-console"),
        seconds=float(request.config.getoption("--journey-timeout")), tell=recorder.write, clock=recorder.clock,
    )  # fmt: skip
    request.node.stash[JOURNEY] = made
    yield made
    made.close()


@pytest.fixture
def step(journey: Journey) -> Step:
    """`with step("add an event"):` names a part of the journey."""
    return journey.step


@pytest.fixture
def new_guest(
    request: pytest.FixtureRequest, journey: Journey, base_url: str, browser: Browser, engine: Engine
) -> NewGuest:
    """Lets a further guest in, who shares nothing with the others."""
    option = request.config.getoption

    def enter(name: str) -> Visitor:
        visitor = Visitor.enter(
            browser, name, base_url=base_url, viewport=option("--viewport"), patience=float(option("--patience")),
            engine=engine, during=lambda: journey.last_step,
        )  # fmt: skip
        journey.visitors.append(visitor)
        return visitor

    return enter


@pytest.fixture
def guest(new_guest: NewGuest) -> Visitor:
    """The guest who walks the journey."""
    return new_guest("guest")

"""The editor in a real browser, where the order of answers matters."""

from __future__ import annotations

import re

from playwright.sync_api import APIResponse, Route, expect

from suites.e2e.browser import find_browser, open_browser
from system_under_test.app.resources import Shop
from tests.shop.conftest import RunningApp
from tests.support import needs_browser


@needs_browser
def test_an_event_saved_before_the_first_answer_arrives_stays_in_view(app: RunningApp, shop: Shop) -> None:
    held: list[tuple[Route, APIResponse]] = []

    def hold_the_first_answer(route: Route) -> None:
        if "query Calendar(" in (route.request.post_data or "") and not held:
            held.append((route, route.fetch()))  # the shop has answered, the browser does not know yet
        else:
            route.continue_()

    with open_browser(find_browser({})) as browser:
        page = browser.new_page()
        page.route("**/graphql", hold_the_first_answer)
        page.goto(app.url)
        page.get_by_role("button", name=re.compile("Use template Kitchen")).click()
        page.get_by_label("Date").fill("2027-05-22")
        page.get_by_label("Event text").fill("Grandma turns 80")
        page.get_by_role("button", name="Save event").click()
        expect(page.get_by_role("status")).to_have_text(re.compile("Sav"))
        page.wait_for_timeout(300)  # without the fix the save is through by now, and the answer below undoes it
        route, answer = held[0]
        route.fulfill(response=answer)
        expect(page.get_by_role("status")).to_have_text("Saved")
        page.wait_for_load_state("networkidle")
        expect(page.get_by_test_id("preview")).to_contain_text("Grandma turns 80")

"""A visitor who has a keyboard and nothing else: walks by Tab, and sees where they are at every stop."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from suites.e2e.patience import wait_for

# What shows the focus of a field that is laid unseen over its label is drawn on the label or on what follows it.
# A shadow alone counts in fields only: buttons here have one at all times.
_STOP = """
() => {
  const seat = document.activeElement;
  if (!seat || seat === document.body || seat === document.documentElement) return null;
  const hidden = style => style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2
    || /^(transparent|rgba\\(.*, 0\\))$/.test(style.outlineColor);
  const places = [seat, seat.closest('label'), seat.nextElementSibling].filter(Boolean).map(e => getComputedStyle(e));
  const shadow = seat.matches('input, textarea, select') && getComputedStyle(seat).boxShadow !== 'none';
  // within a date field the browser has a button of its own, which it draws itself
  const inner = seat.type === 'date' && !seat.matches(':focus-visible');
  const box = seat.getBoundingClientRect();
  const name = seat.getAttribute('aria-label') || seat.labels?.[0]?.innerText || seat.innerText || seat.id;
  return {
    what: `${seat.tagName.toLowerCase()} “${name.trim().split('\\n')[0]}”`,
    drawn: inner || shadow || !places.every(hidden),
    inside: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0
      && box.top < innerHeight && box.left < innerWidth,
  };
}
"""
_SEEN_WITHIN = 5.0  # seconds
_HERE = "seat => seat === document.activeElement"


@dataclass(frozen=True)
class Stop:
    """Where the keyboard is: a name for people, whether the page draws it, and whether that is in the window."""

    what: str
    drawn: bool
    inside: bool

    def __str__(self) -> str:
        """As sentences have it."""
        if not self.inside:
            return f"{self.what} outside of the window"
        return self.what if self.drawn else f"no outline at {self.what}"


class Keyboard:
    """Presses keys; never touches anything otherwise. Every stop of a walk is looked at."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.stops = 0

    def press(self, key: str) -> None:
        """One key, such as `Enter`."""
        self._page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Types where the keyboard is, key by key."""
        self._page.keyboard.type(text)

    def stop(self) -> Stop | None:
        """Where the keyboard is; None when it is nowhere, so that a person does not know what a key would do."""
        found = self._page.evaluate(_STOP)
        return Stop(**found) if found else None

    def walk_to(self, goal: Locator, *, backwards: bool = False, limit: int = 150) -> None:
        """Tab after Tab to the goal. Raises AssertionError at a stop that nobody sees, and after `limit` stops."""
        passed: list[str] = []
        for _ in range(limit):
            self.press("Shift+Tab" if backwards else "Tab")
            passed.append(self.look())
            if self.is_at(goal):
                return
        raise AssertionError(f"expected to come to {goal} within {limit} stops, got past {', '.join(passed[-5:])}")

    def look(self) -> str:
        """What the keyboard is at, for people. Raises AssertionError unless that can be seen."""
        # a page may scroll to it smoothly
        stop = wait_for(self.stop, lambda seen: seen is None or (seen.inside and seen.drawn),
                        "to see where the keyboard is", _SEEN_WITHIN)  # fmt: skip
        if stop is None:
            raise AssertionError("expected the keyboard to be somewhere on the page, got lost")
        self.stops += 1
        return stop.what

    def is_at(self, goal: Locator) -> bool:
        """Whether the keyboard is at this one element."""
        return goal.count() == 1 and bool(goal.evaluate(_HERE))

    def expect_at(self, goal: Locator, words: str, seconds: float = 10.0) -> None:
        """The page has led the keyboard there, and nowhere else."""
        wait_for(lambda: self.is_at(goal) or self.stop(), lambda seen: seen is True,
                 f"the keyboard to be led to {words}", seconds)  # fmt: skip

    def expect_somewhere(self, after: str) -> None:
        """What a person did has not left the keyboard nowhere."""
        if self.stop() is None:
            raise AssertionError(f"expected the keyboard to be somewhere on the page after {after}, got lost")

"""Limits of what a guest may put into a calendar."""

TITLE_LENGTH = 120  # characters after trimming
TEXT_LENGTH = 200  # characters after trimming
EMOJI_CODE_POINTS = 16
EVENTS_PER_CALENDAR = 1000
CALENDARS_PER_SESSION = 1000
FIRST_YEAR = 2000
LAST_YEAR = 2100

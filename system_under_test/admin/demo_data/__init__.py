"""Plausible customers, calendars and orders for demonstrations and tests. Refused in production."""

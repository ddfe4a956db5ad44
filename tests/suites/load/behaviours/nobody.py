"""A module without a user class."""

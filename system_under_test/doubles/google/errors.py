"""The three ways in which Google says no."""

from collections.abc import Mapping


class OAuthError(Exception):
    """A refusal with the ``error`` code and the description that Google gives."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description


class PageError(OAuthError):
    """Shown to the person on a page, because the redirect URI cannot be trusted."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(error, description)
        self.status = status


class RedirectError(OAuthError):
    """Sent back to the client by redirect; ``more`` are further parameters of that redirect."""

    def __init__(self, error: str, description: str = "", more: Mapping[str, str] | None = None) -> None:
        super().__init__(error, description)
        self.more = dict(more or {})


class TokenError(OAuthError):
    """Answered as JSON by the token and revocation endpoints."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error, description)
        self.status = status


def single_values(pairs: list[tuple[str, str]]) -> tuple[dict[str, str], list[str]]:
    """Return the parameters by name, and the names that came more than once.

    A parameter without value counts as absent (RFC 6749, 3.1).
    """
    values: dict[str, str] = {}
    repeated: list[str] = []
    for name, value in pairs:
        if name in values:
            repeated.append(name)
        if value:
            values[name] = value
    return values, repeated

"""The issuer's clock, which a tester may shift without touching the machine's."""

import time


class IssuerClock:
    """Seconds since 1970 as the issuer believes them to be."""

    def __init__(self) -> None:
        self.skew_seconds = 0.0

    def now(self) -> float:
        """Return the issuer's time; it counts codes' and tokens' lives too."""
        return time.time() + self.skew_seconds

"""What is counted of sign-ins."""

from prometheus_client import CollectorRegistry, Counter


class SignInMetrics:
    """The counters, in the registry of the application."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.sign_ins = Counter("shop_sign_ins", "Ends of sign-ins, by outcome", ["outcome"], registry=registry)
        self.refreshes = Counter("shop_token_refreshes", "Uses of refresh tokens", ["outcome"], registry=registry)

"""How often one client may do what. A budget belongs to an address, to an account, or to both."""

from dataclasses import dataclass

from limits import RateLimitItem, RateLimitItemPerMinute

WINDOW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Budget:
    """So many requests a minute, counted for each client alone."""

    name: str
    item: RateLimitItem

    @property
    def amount(self) -> int:
        """Requests a minute."""
        return self.item.amount


def _a_minute(name: str, amount: int) -> Budget:
    return Budget(name, RateLimitItemPerMinute(amount, namespace=name))


# A page brings about ten covers and style sheets with it, and a whole school may share one address.
PAGES = _a_minute("pages", 1200)
# Somebody who types quickly saves about twice a second.
GRAPHQL = _a_minute("graphql", 600)
# Each makes an order and a page at the payment provider.
ORDERS = _a_minute("orders", 10)
# Each asks the identity provider.
SIGN_IN = _a_minute("sign-in", 20)
# A browser needs four an hour, but the people of one address have many browsers.
REFRESH = _a_minute("refresh", 60)

BUDGETS = (PAGES, GRAPHQL, ORDERS, SIGN_IN, REFRESH)

# The payment provider sends in bursts and repeats what is refused: its signature is its limit. Probes must always
# be answered. Static files touch neither database nor queue. Nobody should be kept from signing out.
FREE_PATHS = frozenset(
    {"/livez", "/readyz", "/startupz", "/metrics", "/webhooks/stripe", "/auth/sign-out", "/status", "/status.json"}
)
FREE_PREFIXES = ("/static/",)


def budget_of(path: str) -> Budget | None:
    """Return the budget that a request counts on by its path; None when it counts on none."""
    if path in FREE_PATHS or path.startswith(FREE_PREFIXES):
        return None
    if path == "/graphql":
        return GRAPHQL
    if path == "/auth/refresh":
        return REFRESH
    return SIGN_IN if path.startswith("/auth/") else PAGES

"""``python -m system_under_test.doubles.stripe``: Stripe's test mode for development and tests."""

import argparse
import math

from system_under_test.doubles.kit.command import Options as Parser
from system_under_test.doubles.kit.command import address, listen, port_number, positive, serve
from system_under_test.doubles.refusal import refuse_production

MAX_PAUSE = 3600


def main() -> int:
    """Serve until SIGTERM; end with 2 in production, where a double must never run."""
    refuse_production("Stripe double")
    # Heavy, and only needed once it is clear that the double may run.
    from system_under_test.doubles.stripe.app import Options, create_app

    arguments = _parser().parse_args()
    options = Options(
        webhook_url=arguments.webhook_url,
        webhook_secret=arguments.webhook_secret,
        api_key=arguments.api_key or None,
        public_url=arguments.public_url or None,
        retry_base=arguments.retry_base,
        max_attempts=arguments.max_attempts,
        events=tuple(name.strip() for name in arguments.events.split(",") if name.strip()),
    )
    listener = listen("Stripe", arguments.host, arguments.port)
    return serve(create_app(options), listener, f"Stripe double ready on http://{address(listener)}")


def _parser() -> Parser:
    from system_under_test.doubles.stripe.double import SUBSCRIBED

    parser = Parser("stripe", __doc__)
    parser.setting("--port", type=port_number, help="port for API and payment page")
    parser.setting("--webhook-url", type=_http_url, help="where signed events are posted")
    parser.setting("--webhook-secret", type=_secret, help="whsec_…, shared with the receiver")
    parser.setting("--api-key", type=_key, default="", help="the one key that is accepted, else any sk_test_ key")
    parser.setting("--public-url", type=_base_url, default="", help="how browsers reach the page, if not like the API")
    parser.setting("--retry-base", type=_seconds, default="1", help="pause before the first retry, then doubled")
    parser.setting("--max-attempts", type=positive, default="10", help="how often a webhook is tried at most")
    parser.setting("--events", default=",".join(SUBSCRIBED), help="events that are delivered, * for all")
    return parser


def _http_url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError("must begin with http:// or https://")
    return value


def _base_url(value: str) -> str:
    return _http_url(value).rstrip("/") if value else value


def _seconds(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not 0 <= number <= MAX_PAUSE:
        raise argparse.ArgumentTypeError(f"must be seconds between 0 and {MAX_PAUSE}")
    return number


def _secret(value: str) -> str:
    if not value.startswith("whsec_") or len(value) < 12:
        raise argparse.ArgumentTypeError("must begin with whsec_ and be at least 12 characters long")
    return value


def _key(value: str) -> str:
    if value and not value.startswith("sk_test_"):
        raise argparse.ArgumentTypeError("must begin with sk_test_: a double takes no live keys")
    return value


if __name__ == "__main__":
    raise SystemExit(main())

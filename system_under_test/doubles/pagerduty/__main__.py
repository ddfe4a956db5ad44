"""``python -m system_under_test.doubles.pagerduty``: PagerDuty's Events API v2 for development and tests."""

import argparse
import re

from system_under_test.doubles.kit.command import Options, address, listen, port_number, positive, serve
from system_under_test.doubles.refusal import refuse_production

KEY = re.compile(r"([0-9A-Za-z]{32})=([\w -]+)")
DEFAULT_KEYS = "0123456789abcdef0123456789abcdef=village-calendar"


def routing_keys(value: str) -> tuple[tuple[str, str], ...]:
    """Return pairs of routing key and service from ``key=service,…``."""
    pairs = []
    for entry in value.split(","):
        if (found := KEY.fullmatch(entry.strip())) is None:
            # The entry itself is not repeated: it may be a secret with a slip in it.
            raise argparse.ArgumentTypeError("must be 32 letters or digits, =, and a service; commas between several")
        pairs.append((found[1], found[2]))
    return tuple(pairs)


def options() -> Options:
    """Return the options of the command."""
    parser = Options("pagerduty", __doc__)
    parser.setting("--port", type=port_number, help="port to listen on")
    parser.setting("--routing-keys", type=routing_keys, default=DEFAULT_KEYS, help="key=service, commas between")
    parser.setting("--max-incidents", type=positive, default="1000", help="incidents, and events, remembered")
    return parser


def main() -> int:
    """Serve until SIGTERM; return 2 in production, where a double must never run."""
    arguments = options().parse_args()
    refuse_production("PagerDuty double")

    # Heavy, and only needed once it is clear that the double may run.
    from system_under_test.doubles.pagerduty.app import PagerDutySettings, create_app

    settings = PagerDutySettings(keys=arguments.routing_keys, max_incidents=arguments.max_incidents)
    listener = listen("PagerDuty", arguments.host, arguments.port)
    return serve(create_app(settings), listener, f"pagerduty double ready on http://{address(listener)}")


if __name__ == "__main__":
    raise SystemExit(main())

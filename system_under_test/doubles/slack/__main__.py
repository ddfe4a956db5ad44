"""``python -m system_under_test.doubles.slack``: Slack's webhooks and chat.postMessage for development and tests."""

import argparse
import re

from system_under_test.doubles.kit.command import Options, address, listen, port_number, positive, serve
from system_under_test.doubles.refusal import refuse_production
from system_under_test.doubles.slack.workspace import SlackSettings, bare

WEBHOOK = re.compile(r"(T\w+/B\w+/[\w-]+)=#?([\w-]+)")


def names(value: str) -> tuple[str, ...]:
    """Return the words of a list with commas between, channels without their ``#``."""
    return tuple(bare(name.strip()) for name in value.split(",") if name.strip())


def webhooks(value: str) -> tuple[tuple[str, str], ...]:
    """Return pairs of path and channel from ``T…/B…/token=#channel,…``."""
    pairs = []
    for entry in value.split(","):
        if (found := WEBHOOK.fullmatch(entry.strip())) is None:
            raise argparse.ArgumentTypeError(f"must look like T…/B…/token=#channel, with commas between, not {entry!r}")
        pairs.append((found[1], found[2]))
    return tuple(pairs)


def options() -> Options:
    """Return the options of the command."""
    defaults = SlackSettings()
    hooks = ",".join(f"{path}=#{channel}" for path, channel in defaults.webhooks)
    parser = Options("slack", __doc__)
    parser.setting("--port", type=port_number, help="port to listen on")
    parser.setting("--webhooks", type=webhooks, default=hooks, help="webhooks and the channels they post to")
    parser.setting("--channels", type=names, default=",".join(defaults.channels), help="channels that exist")
    parser.setting("--tokens", type=names, default=",".join(defaults.tokens), help="bot tokens")
    parser.setting("--max-messages", type=positive, default=str(defaults.max_messages), help="messages remembered")
    return parser


def main() -> int:
    """Serve until SIGTERM; return 2 in production, where a double must never run."""
    arguments = options().parse_args()
    refuse_production("Slack double")

    # Heavy, and only needed once it is clear that the double may run.
    from system_under_test.doubles.slack.app import create_app

    settings = SlackSettings(
        channels=arguments.channels,
        webhooks=arguments.webhooks,
        tokens=arguments.tokens,
        max_messages=arguments.max_messages,
    )
    listener = listen("Slack", arguments.host, arguments.port)
    return serve(create_app(settings), listener, f"slack double ready on http://{address(listener)}")


if __name__ == "__main__":
    raise SystemExit(main())

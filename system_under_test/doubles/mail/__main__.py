"""``python -m system_under_test.doubles.mail``: a mail server for development and tests that delivers nothing."""

import logging

from system_under_test.doubles.kit.command import Options, address, listen, port_number, positive, serve
from system_under_test.doubles.mail.settings import MailSettings
from system_under_test.doubles.refusal import refuse_production


def options() -> Options:
    """Return the options of the command."""
    defaults = MailSettings()
    parser = Options("mail", __doc__)
    parser.setting("--port", type=port_number, help="port for SMTP")
    parser.setting("--http-port", type=port_number, help="port for the view and the control over HTTP")
    parser.setting("--size-limit", type=positive, default=str(defaults.size_limit), help="largest message in bytes")
    parser.setting("--max-messages", type=positive, default=str(defaults.max_messages), help="messages remembered")
    parser.setting("--max-bytes", type=positive, default=str(defaults.max_bytes), help="bytes remembered")
    parser.setting("--username", default="", help="name that senders must authenticate with")
    parser.setting("--password", default="", help="password that senders must authenticate with")
    parser.setting("--starttls", choices=["off", "on"], default="off", help="offer STARTTLS, self-made certificate")
    parser.setting("--tls-names", default="", help="further host names for the certificate, with commas between")
    return parser


def main() -> int:
    """Serve until SIGTERM; return 2 in production, where a double must never run."""
    parser = options()
    arguments = parser.parse_args()
    refuse_production("mail double")
    if bool(arguments.username) != bool(arguments.password):
        parser.error("--username and --password belong together")
    further = tuple(name for name in arguments.tls_names.split(",") if name)
    settings = MailSettings(
        size_limit=arguments.size_limit,
        max_messages=arguments.max_messages,
        max_bytes=arguments.max_bytes,
        username=arguments.username,
        password=arguments.password,
        starttls=arguments.starttls == "on",
        tls_names=(*MailSettings.tls_names, *further),
    )

    # aiosmtpd warns of an attribute of its own at every AUTH.
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    # Heavy, and only needed once it is clear that the double may run.
    from system_under_test.doubles.mail.app import create_app

    smtp = listen("mail", arguments.host, arguments.port)
    http = listen("mail", arguments.host, arguments.http_port)
    ready = f"mail double ready on smtp://{address(smtp)} and http://{address(http)}"
    return serve(create_app(settings, smtp), http, ready)


if __name__ == "__main__":
    raise SystemExit(main())

"""From a letter to a message: text and HTML, headers that tell machines what it is, and no attachments."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from system_under_test.mail.letter import Letter
from system_under_test.printing.links import pdf_link
from system_under_test.products.money import money
from system_under_test.settings import WorkerSettings

SENDER = "Village Calendar"
SUBJECTS = {
    "confirmation": "Thank you: your order {number} is confirmed",
    "shipped": "Your order {number} is on its way",
    "refunded": "A refund for your order {number}",
}
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    # Plain text stays as it is.
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class BadAddressError(Exception):
    """No letter can be written to this address."""


def compose(letter: Letter, settings: WorkerSettings) -> EmailMessage:
    """Return the message; raises BadAddressError.

    Date and Message-ID come from the letter's row: a repeated message is the same message, which mail programs
    show once.
    """
    recipient = address_of(letter.email, letter.name)
    message = EmailMessage(policy=SMTP if recipient.addr_spec.isascii() else SMTPUTF8)
    domain = settings.mail_from.rpartition("@")[2]
    message["From"] = Address(SENDER, addr_spec=settings.mail_from)
    message["To"] = recipient
    message["Subject"] = SUBJECTS[letter.kind].format(number=letter.number)
    message["Date"] = letter.written_at
    message["Message-ID"] = f"<{letter.mail_id}@{domain}>"
    # Nobody's holiday notice is to answer a machine.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    values = _values(letter, settings)
    message.set_content(_render(f"{letter.kind}.txt", values))
    message.add_alternative(_render(f"{letter.kind}.html", values), subtype="html")
    # After the parts, or it would become a header of the first one.
    message["Content-Language"] = "en"
    return message


def address_of(email: str, name: str) -> Address:
    """Return the address for the header; the domain in ASCII, as the older half of the net wants it.

    Raises BadAddressError.
    """
    local, _, domain = email.rpartition("@")
    try:
        if not local or not domain or any(not c.isprintable() or c.isspace() for c in email):
            raise BadAddressError
        return Address(name, local, domain.encode("idna").decode("ascii"))
    except (ValueError, UnicodeError) as error:
        raise BadAddressError from error


def _values(letter: Letter, settings: WorkerSettings) -> dict[str, Any]:
    def cents(amount: int) -> str:
        return money(amount, letter.currency)

    return {
        "letter": letter,
        "subject": SUBJECTS[letter.kind].format(number=letter.number),
        "order_url": f"{settings.public_url.rstrip('/')}/orders/{letter.order_id}",
        "shop_url": settings.public_url,
        "support": settings.support_email,
        "money": cents,
        "links": {item.pdf_id: pdf_link(settings, item.pdf_id) for item in letter.items if item.pdf_id is not None},
    }


def _render(name: str, values: dict[str, Any]) -> str:
    return _TEMPLATES.get_template(name).render(values)

"""How the mail double behaves; sizes in bytes."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class MailSettings:
    """Limits and, both or neither, the credentials that senders must then use (AUTH LOGIN or PLAIN)."""

    host_name: str = "mail.double"
    size_limit: int = 10 * MEGABYTE
    max_messages: int = 2000
    max_bytes: int = 64 * MEGABYTE
    username: str = ""
    password: str = ""
    starttls: bool = False
    tls_names: tuple[str, ...] = ("localhost", "127.0.0.1", "::1")

"""Who may sign in: seeded persons, and anybody that a tester types."""

import hashlib
import re
from dataclasses import dataclass

MAX_EMAIL = 254
MAX_NAME = 100
# Deliberately plain: what an HTML e-mail field takes, with a dot in the domain.
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the test world; ``email`` is in lower case."""

    email: str
    name: str
    is_admin: bool = False

    @property
    def subject(self) -> str:
        """The ``sub`` claim: 21 digits like Google's, always the same for the same e-mail."""
        number = int.from_bytes(hashlib.sha256(self.email.encode()).digest())
        return f"1{number % 10**20:020}"

    @property
    def given_name(self) -> str:
        """All of the name but its last word; the whole name when it is one word."""
        return self.name.rpartition(" ")[0] or self.name

    @property
    def family_name(self) -> str:
        """The last word of the name; empty when the name is one word."""
        return self.name.rpartition(" ")[2] if " " in self.name else ""

    @property
    def initials(self) -> str:
        """One or two letters for the page."""
        return (self.given_name[:1] + self.family_name[:1]).upper()


SEEDED = (
    Person("anna.becker@example.org", "Anna Becker"),
    Person("jose.nunez@example.org", "José Núñez"),
    Person("olena.shevchenko@example.org", "Олена Шевченко"),
    Person("ada.admin@example.org", "Ada Admin", is_admin=True),
)


class PersonError(ValueError):
    """What was typed is no person; ``field`` is ``email`` or ``name``, the text is for people."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def seeded_person(email: str) -> Person | None:
    """Return the seeded person with this e-mail."""
    return next((person for person in SEEDED if person.email == email.strip().lower()), None)


def typed_person(email: str, name: str, *, is_admin: bool) -> Person:
    """Return the person that a tester typed; raise PersonError for what is no e-mail or no name."""
    email, name = email.strip().lower(), name.strip()
    if len(email) > MAX_EMAIL or not _EMAIL.fullmatch(email):
        raise PersonError("email", "Enter an e-mail address such as name@example.org.")
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise PersonError("name", f"Enter a name of 1 to {MAX_NAME} printable characters.")
    return Person(email, name, is_admin)

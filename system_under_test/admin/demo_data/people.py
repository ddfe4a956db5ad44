"""Invented customers. Every address ends in ``.example``, which no mail server ever serves."""

import random
import unicodedata
from dataclasses import dataclass

_GIVEN = (
    "Anna", "Jonas", "Maja", "Emil", "Clara", "Björn", "Zoë", "Mateusz", "Élise", "Giulia", "Henrik", "Saoirse",
    "Lukas", "Ingrid", "Noah", "Frieda", "Tomás", "Agnieszka", "Oscar", "Wilma", "Paul", "Renée", "Sven", "Ada",
)  # fmt: skip
_FAMILY = (
    "Lindqvist", "Berger", "O'Neill", "van der Meer", "Kowalska", "Moreau", "Rossi", "Hartmann", "Nielsen",
    "Sørensen", "Weiß", "Novák", "García", "Baumann", "Doyle", "Schneider", "Maier", "Dubois", "Andersson", "Keller",
)  # fmt: skip
# Country, weight, postcode, town, region, street
_PLACES = (
    ("DE", 9, "79100", "Freiburg", "", "Lindenstraße {}"),
    ("DE", 8, "10437", "Berlin", "", "Kastanienallee {}"),
    ("DE", 6, "24103", "Kiel", "", "Hafenweg {}"),
    ("AT", 4, "1070", "Wien", "", "Neubaugasse {}"),
    ("CH", 3, "8004", "Zürich", "", "Langstrasse {}"),
    ("NL", 4, "3512 JC", "Utrecht", "", "Oudegracht {}"),
    ("FR", 3, "69004", "Lyon", "", "{} rue du Mail"),
    ("SE", 2, "413 01", "Göteborg", "", "Linnégatan {}"),
    ("IE", 2, "D08 XY12", "Dublin", "Co. Dublin", "{} Meath Street"),
    ("PL", 2, "31-042", "Kraków", "", "Rynek Główny {}"),
    ("US", 1, "05401", "Burlington", "VT", "{} Maple Street"),
)
_PLAIN = str.maketrans({"ö": "oe", "ø": "oe", "ß": "ss", "'": "", " ": "."})


@dataclass(frozen=True, slots=True)
class Person:
    """A customer with an address."""

    name: str
    email: str
    line1: str
    line2: str
    postcode: str
    city: str
    region: str
    country: str


def make_person(rng: random.Random, number: int) -> Person:
    """Return a customer; ``number`` keeps addresses apart."""
    given, family = rng.choice(_GIVEN), rng.choice(_FAMILY)
    country, _, postcode, city, region, street = rng.choices(_PLACES, [place[1] for place in _PLACES])[0]
    local = f"{given}.{family}".lower().translate(_PLAIN)
    plain = unicodedata.normalize("NFKD", local).encode("ascii", "ignore").decode()
    return Person(
        name=f"{given} {family}",
        email=f"{plain}{number}@mail.example",
        line1=street.format(rng.randint(1, 140)),
        line2=rng.choice(("", "", "", "2nd floor", "c/o Huber")),
        postcode=postcode,
        city=city,
        region=region,
        country=country,
    )

"""English names of countries, from the class names of the library ``holidays``, which has no others."""

import re

_WORD = re.compile(r"[A-Z][a-z]+|[A-Z]+(?![a-z])")
_SMALL_WORDS = frozenset({"And", "Of", "The", "Da"})
# Where taking the class name apart does not give what people call the country.
_SPECIAL = {
    "AX": "Åland Islands",
    "BL": "Saint Barthélemy",
    "BQ": "Bonaire, Sint Eustatius and Saba",
    "CD": "DR Congo",
    "CG": "Republic of the Congo",
    "CI": "Côte d’Ivoire",
    "CW": "Curaçao",
    "GW": "Guinea-Bissau",
    "HM": "Heard Island and McDonald Islands",
    "MK": "North Macedonia",
    "RE": "Réunion",
    "SH": "Saint Helena, Ascension and Tristan da Cunha",
    "ST": "São Tomé and Príncipe",
    "SY": "Syria",
    "TL": "Timor-Leste",
    "TR": "Türkiye",
    "UM": "US Minor Outlying Islands",
    "VI": "US Virgin Islands",
}

# Regions whose first name in the library is not the one that most of their people use.
_SPECIAL_REGIONS = {("NO", "50"): "Trøndelag", ("NO", "55"): "Troms", ("NO", "56"): "Finnmark"}


def country_name(code: str, class_name: str) -> str:
    """Return the name of the country with the ISO code ``code``: ``IsleOfMan`` becomes "Isle of Man"."""
    special = _SPECIAL.get(code)
    if special is not None:
        return special
    words = _WORD.findall(class_name)
    return " ".join(word.lower() if n and word in _SMALL_WORDS else word for n, word in enumerate(words))


def region_name(country: str, code: str, aliases: dict[str, str]) -> str:
    """Return the name of a region; ``aliases`` maps names to codes, and some of the names are codes again."""
    names = [name for name, of in aliases.items() if of == code]
    spelt_out = (name for name in names if len(name) > 3)
    return _SPECIAL_REGIONS.get((country, code)) or next(spelt_out, names[0] if names else code)

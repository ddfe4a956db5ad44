"""The templates that the shop opens with."""

from dataclasses import dataclass, field

from system_under_test.templates_catalog.tables import SampleEvent

SEED_YEAR = 2027


@dataclass(frozen=True)
class TemplateSeed:
    """One template as it is written into the catalogue; colours are ``#rrggbb``."""

    slug: str
    name: str
    description: str
    accent: str
    ink: str
    paper: str
    second: str
    motif: str
    sample_events: list[SampleEvent] = field(default_factory=list)


def _samples(*rows: tuple[int, int, str, str]) -> list[SampleEvent]:
    return [SampleEvent(month=m, day=d, text=text, emoji=emoji) for m, d, text, emoji in rows]


GARDEN_EVENTS = _samples(
    (2, 14, "Sow chillies and peppers indoors", "🌶️"),
    (3, 6, "Sow tomatoes on the windowsill", "🍅"),
    (3, 20, "Plant early potatoes", "🥔"),
    (4, 10, "Sow carrots and beetroot outside", "🥕"),
    (4, 24, "Sow peas along the fence", "🫛"),
    (5, 15, "Frost is over: plant out tomatoes", "🌱"),
    (5, 29, "Sow runner beans and courgettes", "🫘"),
    (6, 19, "First strawberries", "🍓"),
    (7, 10, "Lift early potatoes", "🧺"),
    (8, 7, "Sow winter spinach", "🥬"),
    (9, 18, "Pick apples", "🍎"),
    (10, 9, "Plant garlic and tulip bulbs", "🧄"),
    (11, 6, "Plant bare-root roses", "🌹"),
    (12, 4, "Order next year's seeds", "✉️"),
)

SKY_EVENTS = _samples(
    (1, 3, "Quadrantid meteors at their best", "🌠"),
    (4, 22, "Lyrid meteors at their best", "🌠"),
    (8, 12, "Perseid meteors at their best", "🌠"),
    (10, 21, "Orionid meteors at their best", "🌠"),
    (12, 14, "Geminid meteors at their best", "🌠"),
)

SEEDS: tuple[TemplateSeed, ...] = (
    TemplateSeed(
        "village-year",
        "Village Year",
        "Crooked roofs, a church tower and hills behind them. A friendly calendar for the hallway.",
        "#b2502f", "#3a2a22", "#fbf3e4", "#e3a857", "village",
    ),
    TemplateSeed(
        "garden-year",
        "Garden Year",
        "Sowing, planting and picking dates are already in. Move them to suit your own soil.",
        "#4d7343", "#26331f", "#f6f5e6", "#d98b5f", "garden", GARDEN_EVENTS,
    ),
    TemplateSeed(
        "birthday-book",
        "Birthday Book",
        "Bunting and cake, and twelve empty pages for the people you never want to forget.",
        "#b23a5b", "#3d2230", "#fdf1ec", "#f0b54a", "birthday",
    ),
    TemplateSeed(
        "kitchen-wall",
        "Kitchen Wall",
        "Lemons on a blue cloth. Room for dinners, bin days and who cooks on Thursday.",
        "#2f6690", "#1f2f3d", "#fdf6e0", "#f2c230", "lemons",
    ),
    TemplateSeed(
        "by-the-sea",
        "By the Sea",
        "A small boat, a long horizon. For tide tables, holidays and counting the days until both.",
        "#1f7a85", "#173a42", "#eef5ef", "#f08a5d", "sea",
    ),
    TemplateSeed(
        "night-sky",
        "Night Sky",
        "Moon and stars over sleeping hills, with the year's brightest meteor nights filled in.",
        "#4a4a8c", "#1d1f3f", "#f3f1f7", "#eac765", "night", SKY_EVENTS,
    ),
    TemplateSeed(
        "woodland-walk",
        "Woodland Walk",
        "Tall firs in morning mist. A quiet calendar for walkers, foragers and early risers.",
        "#2f5d50", "#1e2f2a", "#f2f1e8", "#c8693a", "woodland",
    ),
    TemplateSeed(
        "family-planner",
        "Family Planner",
        "Bold paper-cut shapes and wide boxes, for school runs, swimming and somebody's dentist.",
        "#d0582d", "#2b2b3a", "#fff7ea", "#3d7ea6", "papercut",
    ),
)  # fmt: skip

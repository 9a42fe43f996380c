from seqserve.translation.languages.language import Language

_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
_MONTHS = "January February March April May June July August September October November December"
_PEOPLES = """
African American Arabic Asian Australian Austrian Belgian Brazilian British Canadian Chinese Christian Danish Dutch
Egyptian English European Finnish French German Greek Indian Iranian Irish Islamic Israeli Italian Japanese Jewish
Korean Latin Mexican Muslim Norwegian Polish Portuguese Roman Russian Scottish Spanish Swedish Swiss Turkish Welsh
"""

ENGLISH = Language(
    "en",
    always_capital=frozenset({"I"}),
    capitalized=frozenset(f"{_DAYS} {_MONTHS} {_PEOPLES}".split()),
    conjunctions=frozenset({"and", "but", "because", "while", "although", "whereas", "though", "so", "which"}),
    titles=frozenset({"Mr", "Ms", "Mrs", "Dr", "St", "Prof"}),
    abbreviations=frozenset({"US", "IT", "WHO", "ID", "ICE", "RAM", "SAT", "ACT", "SIM", "PIN", "MIT", "ART"}),
    unended=frozenset(
        {"Dr", "Prof", "Vol", "vol", "No", "p", "pp", "Jan", "Feb", "Aug", "Sept", "Oct", "Nov", "Dec", "approx"}
    ),
    ordinals=frozenset({"st", "nd", "rd", "th", "s"}),  # 3rd, 1990s
)

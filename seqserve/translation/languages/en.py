from seqserve.translation.languages.language import Language

_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
_TITLES = "Mr Mrs Ms Dr Prof Gen Sen Rev"
_UNENDED = "Fig Figs Vol vol No p pp Jan Feb Mar Apr Aug Sept Oct Nov Dec approx vs incl excl avg Apt cf lbs tbsp tsp"
_MONTHS = "January February March April May June July August September October November December"
_PEOPLES = """
African American Arabic Asian Australian Austrian Belgian Brazilian British Canadian Chinese Christian Danish Dutch
Egyptian English European Finnish French German Greek Indian Iranian Irish Islamic Israeli Italian Japanese Jewish
Korean Latin Mexican Muslim Norwegian Polish Portuguese Roman Russian Scottish Spanish Swedish Swiss Turkish Welsh
"""
_NAMES = """
Ali Bill Bob Carol Chase Cliff Dale Dean Drew Frank Gene Grant Guy Harry Hunter Jack Lance Lily Mark Mason Max Miles
Nick Pat Pearl Penny Ray Rich Rob Robin Rose Sue Will
"""
_ABBREVIATIONS = """
UTC GMT EST PST ISO RFC LED OS UI API URL PDF TV PM AI XML CSV HTML CSS JSON SQL HTTP HTTPS USB CPU GPU SSD CEO CFO CTO
HR PR DNS VPN IP MAC SDK IDE PID DVD CD FBI CIA BBC CNN GPS SMS ATM ETA DIY VIP FAQ AD BC BA
"""
_VERBS = """
is isn was wasn has hasn had hadn does doesn did didn will won would wouldn can could couldn said says thinks thought
wants wanted likes loves knows knew needs went goes came comes lives works told gave got made
"""

ENGLISH = Language(
    "en",
    always_capital=frozenset({"I", "the US", "United States", "United Kingdom"}),
    capitalized=frozenset(f"{_DAYS} {_MONTHS} {_PEOPLES}".split()),
    given_names=frozenset(_NAMES.split()),
    verbs=frozenset(_VERBS.split()),
    particles=frozenset({"de", "da", "di", "del", "della", "la", "le", "du", "dos", "das", "van", "von", "der", "&"}),
    conjunctions=frozenset({"and", "but", "because", "while", "although", "whereas", "though", "so", "which"}),
    titles=frozenset({"Mr", "Ms", "Mrs", "Dr", "St", "Prof"}),
    abbreviations=frozenset(
        {"US", "IT", "WHO", "ID", "ICE", "RAM", "SAT", "ACT", "SIM", "PIN", "MIT", "ART"} | set(_ABBREVIATIONS.split())
    ),
    unended=frozenset(f"{_TITLES} {_UNENDED}".split()),
    ordinals=frozenset({"st", "nd", "rd", "th", r"(?<=\d{3}0)s"}),  # 3rd, 1990s
)

from seqserve.translation.languages.language import Language

ENGLISH = Language(
    "en",
    always_capital=frozenset({"I"}),
    titles=frozenset({"Mr", "Ms", "Mrs", "Dr", "St", "Prof"}),
    abbreviations=frozenset({"US", "IT", "WHO", "ID", "ICE", "RAM", "SAT", "ACT", "SIM", "PIN", "MIT", "ART"}),
    unended=frozenset({"Dr", "Prof", "Vol", "vol", "No", "p", "pp"}),
    ordinals=frozenset({"st", "nd", "rd", "th", "s"}),  # 3rd, 1990s
)

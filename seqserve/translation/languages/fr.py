from seqserve.translation.languages.language import Language

FRENCH = Language(
    "fr",
    colon=" :",
    quotes=("\u00ab ", " \u00bb"),
    both="et",
    either="ou",
    conjunctions=frozenset({"et", "mais", "car", "parce", "puisque", "tandis", "alors"}),
    unended=frozenset({"M", "MM", "Mme", "Mmes", "Mlle", "Mgr", "Me", "Dr", "Pr", "Prof", "vol", "p", "pp"}),
    ordinals=frozenset({"er", "re", "\u00e8re", "e", "\u00e8me"}),
)

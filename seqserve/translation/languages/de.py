from seqserve.translation.languages.language import Language

GERMAN = Language(
    "de",
    capitalizes_nouns=True,
    both="und",
    either="oder",
    conjunctions=frozenset({"und", "aber", "denn", "weil", "während", "obwohl"}),
)

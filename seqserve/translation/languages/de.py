from seqserve.translation.languages.language import Language

GERMAN = Language(
    "de", capitalizes_nouns=True, conjunctions=frozenset({"und", "aber", "denn", "weil", "während", "obwohl"})
)

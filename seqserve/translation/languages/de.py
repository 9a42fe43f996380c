from seqserve.translation.languages.language import Language

GERMAN = Language("de", capitalizes_nouns=True)

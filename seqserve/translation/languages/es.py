from seqserve.translation.languages.language import Language

SPANISH = Language("es", ordinals=frozenset({"\u00ba", "\u00aa"}))

from seqserve.translation.languages.language import Language

LUXEMBOURGISH = Language("lb", capitalizes_nouns=True)

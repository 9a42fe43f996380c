from seqserve.translation.languages.language import Language

SPANISH = Language(
    "es",
    both="y",
    either="o",
    conjunctions=frozenset({"y", "pero", "porque", "mientras", "aunque", "pues"}),
    ordinals=frozenset({"\u00ba", "\u00aa"}),
)

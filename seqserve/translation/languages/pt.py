from seqserve.translation.languages.language import Language

PORTUGUESE = Language(
    "pt",
    both="e",
    unasked=" (em ingl\u00eas)",
    either="ou",
    conjunctions=frozenset({"e", "mas", "porque", "enquanto", "embora", "pois"}),
    titles=frozenset({"Sr", "Sra", "Srta", "Dr", "Dra"}),
    unended=frozenset(
        {
            "Sr",
            "Sra",
            "Srta",
            "Dr",
            "Dra",
            "Prof",
            "Profa",
            "vol",
            "p",
            "pp",
            "jan",
            "fev",
            "abr",
            "jul",
            "ago",
            "nov",
            "dez",
        }
    ),
    ordinals=frozenset({"\u00ba", "\u00aa"}),
)

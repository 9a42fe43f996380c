"""Sentences that the tiny tokenizers are fitted on."""

SENTENCES = [
    "When it rains, look for rainbows. When it's dark, look for stars.",
    "Dull and far too long: I left after 20 minutes.",
    "A great film, and great actors! I loved it.",
    "The plot is thin, the actors are bad and it's too long.",
    "See http://example.org for more; 10 of 10 stars, great!",
]

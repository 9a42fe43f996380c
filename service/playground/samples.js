// Something to begin with, made up for this page.

export const TEXTS = {
  Glowing: "A small miracle of a film: tender, funny and beautifully acted. I did not want it to end.",
  Scathing: "Dull, badly acted and far too long: I want my two hours back.",
  Mixed: "The first half is slow and rather clumsy, but the ending is so good that I forgave it everything.",
  Neither: "When it rains, look for rainbows. When it's dark, look for stars.",
};

/** By the language that they are in; a model of another language begins empty. */
export const SENTENCES = {
  en: [
    "Good morning! Did you sleep well?",
    "It was raining, so we stayed at home.",
    "I will call you tomorrow at 10:30.",
  ],
  fr: ["Bonjour ! As-tu bien dormi ?", "Il pleuvait, alors nous sommes restés à la maison."],
  de: ["Guten Morgen! Hast du gut geschlafen?", "Es regnete, also blieben wir zu Hause."],
  es: ["¡Buenos días! ¿Dormiste bien?", "Llovía, así que nos quedamos en casa."],
  it: ["Buongiorno! Hai dormito bene?", "Pioveva, quindi siamo rimasti a casa."],
};

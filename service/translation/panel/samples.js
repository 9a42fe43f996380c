// Sentences to begin with, written for this page.

/** By language; a model of another language begins with an empty box. */
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

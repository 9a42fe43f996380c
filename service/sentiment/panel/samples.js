// Texts to begin with, written for this page.

export const TEXTS = {
  Glowing: "A small miracle of a film: tender, funny and beautifully acted. I did not want it to end.",
  Scathing: "Dull, badly acted and far too long: I want my two hours back.",
  Mixed: "The first half is slow and rather clumsy, but the ending is so good that I forgave it everything.",
  Neither: "When it rains, look for rainbows. When it's dark, look for stars.",
};

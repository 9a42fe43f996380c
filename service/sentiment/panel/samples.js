// Texts to begin with, written for this page.

export const TEXTS = {
  Glowing: "Huge portions and friendly staff. We'll be back! 😍",
  Scathing: "The app crashes every time I open it, and nobody answers my emails.",
  Mixed: "Great camera, but the battery is empty by noon.",
  Neutral: "Please change my delivery address to 12 High Street.",
  Film: "The first half is slow and rather clumsy, but the ending is so good that I forgave it everything.",
};

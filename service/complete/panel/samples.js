// Texts to begin with, written for this page.

export const TEXTS = {
  Reply: "Thank you for your h",
  Plan: "I would like to ",
  Question: "What time does the tr",
  Review: "The battery life is ",
};

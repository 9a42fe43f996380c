// Texts to begin with, written for this page.

export const TEXTS = {
  "Post": "Just met Ngozi Okafor and Tomasz Wojcik from Siemens at the airport in Toronto! 😊 Off to #Berlin tomorrow.",
  "Letter":
    "Dear Priya, this is Hannah Schulz of Barclays. Please call me at +44 20 7946 0958 or write to h.schulz@example.org. The invoice is to be paid to GB82 WEST 1234 5698 7654 32 by Friday.",
  "Lower case": "saw rihanna in london last night, then back to paris with my friend mehmet",
  "Capitals": "BREAKING: MALAYSIA AIRLINES FLIGHT LOST OVER UKRAINE, SAYS PRESIDENT OBAMA",
};

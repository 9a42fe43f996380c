// Texts to begin with, written for this page.

/** Each group of texts, and the words that labels of a model have if the texts fit it. */
const GROUPS = [
  {
    labels: /^(very )?(negative|neutral|positive|mixed|neg|pos|[1-5]( stars?)?)$/,
    texts: {
      Mixed: "Great camera, but the battery is empty by noon.",
      Glowing: "Huge portions and friendly staff. We'll be back! 😍",
      Scathing: "The app crashes every time I open it, and nobody answers my emails.",
      Neutral: "Please change my delivery address to 12 High Street.",
      Film: "The first half is slow and rather clumsy, but the ending is so good that I forgave it everything.",
    },
  },
  {
    labels: /bill|invoic|payment|refund|deliver|shipp|order|technical|support|account|return|sales|login/,
    texts: {
      Parcel: "Third time I write: the parcel I paid for has not arrived, and the tracking number shows nothing.",
      Invoice: "The invoice of this month is wrong, I was charged twice for my subscription.",
      Error: "Since the update the app shows an error when I log in. Can you check?",
      Unclear: "Hello, it is about my order. Please call me.",
    },
  },
  {
    labels: /^(spam|ham|junk|phishing)$/,
    texts: {
      Prize: "Congratulations! You have been selected for a free prize. Click the link and confirm your bank details.",
      Meeting: "Can we move the meeting to Thursday at ten? The room is taken on Wednesday.",
    },
  },
  {
    labels: /^(world|sports?|business|sci.*|tech.*|politics|economy|culture|entertainment|health)$/,
    texts: {
      Match: "The home team won the final on penalties after two goals in extra time.",
      Markets: "Shares fell after the bank raised its interest rate for the third time this year.",
      Probe: "The probe has sent its first pictures from orbit around the moon.",
    },
  },
];

/** The texts for a model with these labels, by name: none if no group is about most of them. */
export function samplesFor(labels) {
  const names = labels.map((label) => label.toLowerCase().replaceAll(/[_-]/g, " "));
  const fits = (group) => names.filter((name) => group.labels.test(name)).length > names.length / 2;
  return GROUPS.find(fits)?.texts ?? {};
}

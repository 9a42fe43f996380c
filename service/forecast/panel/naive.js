// The forecast that any other should beat: that the last season comes again, or the last value stays.

/** The season that counts: that of the table's steps; without dates, that of the data the model learned from. */
export function seasonOf({ frequency, season }, signature) {
  return (frequency === null ? signature.season : season) ?? 1;
}

/**
 * The seasonal naive forecast; with no season, or a history shorter than it, the last value.
 *
 * A step whose value of the last season is a gap takes that of an earlier one.
 * @returns the season, null if it is the last value; and a value for each step
 */
export function naive(history, season, horizon) {
  const last = history.findLast((value) => value !== null) ?? null;
  const isSeasonal = season > 1 && history.length >= season;
  const before = (step) => {
    for (let place = history.length - season + (step % season); place >= 0; place -= season)
      if (history[place] !== null) return history[place];
    return last;
  };
  const values = Array.from({ length: horizon }, (_, step) => (isSeasonal ? before(step) : last));
  return { season: isSeasonal ? season : null, values };
}

/** What it is, for the legend. */
export const described = (season) =>
  season === null ? "naive: the last value, as no season is known" : `seasonal naive: the values of ${season} steps before`;

/** Its name in a file, as statsforecast and its kin call it. */
export const column = (season) => (season === null ? "Naive" : "SeasonalNaive");

/** Its name, for a column or a tooltip. */
export const named = (season) => (season === null ? "Last value" : "Seasonal naive");

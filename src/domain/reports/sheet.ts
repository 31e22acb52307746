/** A report in words, ready to be drawn and printed: every text is in its reader's language already. */
export interface Sheet {
  title: string;
  subtitle: string;
  language: string;
  /** Who had it made, when, of which customer, and why: it stands on every page. */
  mark: string;
  /** From many to few. `said`: the figure as it is read. */
  bars: readonly { label: string; count: number; said: string }[];
  hours?: {
    title: string;
    /** What is counted in each hour, at most two. */
    series: readonly string[];
    columns: readonly { label: string; counts: readonly number[] }[];
  };
  sections: readonly { title: string; rows: readonly (readonly [string, string])[] }[];
  /** What the picture shows, for whoever can't see it: every figure in it. */
  alt: string;
}

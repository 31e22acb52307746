/** What somebody is told when something failed, short enough to read aloud; the log lines about the same row carry it. */
export const referenceOf = (row: string): string => row.replaceAll('-', '').slice(-8).toUpperCase();

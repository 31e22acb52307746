import type { Sheet } from './sheet';

const width = 1_000;
const left = 40;
const barHeight = 34;
const barGap = 14;
const labelWidth = 230;
const hoursHeight = 220;
// Told apart by light and dark too, each with 4.5 : 1 or more against white.
const ink = '#1f2933';
const quiet = '#52606d';
const colours = ['#1d4ed8', '#0f766e'] as const;

/** The funnel, and beneath it the hours: plain SVG, everything in it is in the sheet's table too. */
export function chartOf(sheet: Sheet): string {
  const top = 110;
  const barsEnd = top + sheet.bars.length * (barHeight + barGap);
  const hours = sheet.hours && sheet.hours.columns.length > 1 ? sheet.hours : undefined;
  const height = barsEnd + (hours ? hoursHeight + 100 : 0) + 50;
  const parts = [
    text(left, 48, sheet.title, { size: 28, weight: 'bold', most: 56 }),
    text(left, 80, sheet.subtitle, { size: 18, fill: quiet, most: 90 }),
    ...barsOf(sheet.bars, top),
    ...(hours ? hoursOf(hours, barsEnd + 30) : []),
    text(left, height - 18, sheet.mark, { size: 13, fill: quiet, most: 130 }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="100%" height="100%" fill="#fff"/>${parts.join('')}</svg>`;
}

function barsOf(bars: Sheet['bars'], top: number): string[] {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const room = width - left * 2 - labelWidth - 190;
  return bars.flatMap(({ label, count, said }, at) => {
    const y = top + at * (barHeight + barGap);
    const long = count === 0 ? 0 : Math.max(3, (count / most) * room);
    const x = left + labelWidth;
    return [
      text(left, y + 23, label, { size: 18, most: 24 }),
      `<rect x="${x}" y="${y}" width="${long.toFixed(1)}" height="${barHeight}" rx="4" fill="${colours[0]}"/>`,
      text(x + long + 10, y + 23, said, { size: 18, weight: 'bold', most: 24 }),
    ];
  });
}

function hoursOf({ title, series, columns }: NonNullable<Sheet['hours']>, top: number): string[] {
  const most = Math.max(1, ...columns.flatMap(({ counts }) => counts));
  const room = width - left * 2;
  const step = room / columns.length;
  const wide = Math.min(36, (step * 0.8) / series.length);
  const base = top + 40 + hoursHeight;
  const every = Math.ceil(columns.length / 12);
  const legend = series.map((label, at) => {
    const x = left + 320 + at * 240;
    return `<rect x="${x}" y="${top - 15}" width="18" height="18" rx="3" fill="${colours[at]}"/>${text(x + 26, top, label, { size: 16, most: 22 })}`;
  });
  const drawn = columns.flatMap(({ label, counts }, at) => {
    const x = left + at * step;
    const bars = counts.map((count, which) => {
      const tall = (count / most) * hoursHeight;
      return `<rect x="${(x + which * wide).toFixed(1)}" y="${(base - tall).toFixed(1)}" width="${(wide - 2).toFixed(1)}" height="${tall.toFixed(1)}" fill="${colours[which]}"/>`;
    });
    return at % every === 0 ? [...bars, text(x, base + 22, label, { size: 14, fill: quiet, most: 12 })] : bars;
  });
  const line = `<line x1="${left}" y1="${base}" x2="${width - left}" y2="${base}" stroke="${quiet}"/>`;
  return [text(left, top, title, { size: 18, weight: 'bold', most: 30 }), ...legend, ...drawn, line];
}

interface Style {
  size: number;
  weight?: string;
  fill?: string;
  /** Letters. */
  most: number;
}

const text = (x: number, y: number, said: string, { size, weight = 'normal', fill = ink, most }: Style): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-family="DejaVu Sans" font-size="${size}" font-weight="${weight}" fill="${fill}">${escaped(cut(said, most))}</text>`;

const cut = (said: string, most: number): string => {
  const letters = [...said];
  return letters.length <= most ? said : `${letters.slice(0, most - 1).join('')}…`;
};

/** What XML can't hold is left out, and nothing that somebody is called becomes a part of the drawing. */
const escaped = (said: string): string =>
  said
    .toWellFormed()
    .replace(/[^\t\n\r\x20-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);

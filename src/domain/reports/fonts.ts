import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const find = createRequire(__filename);

/** Letters that we bring along, so that a report looks the same on every machine: DejaVu Sans, free to use and to ship. */
export const fonts = {
  plain: readFileSync(find.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
  bold: readFileSync(find.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')),
};

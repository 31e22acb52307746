import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { chartOf } from './chart';
import { fonts } from './fonts';
import type { Sheet } from './sheet';

let ready: Promise<void> | undefined;
const prepared = (): Promise<void> => {
  ready ??= initWasm(readFileSync(createRequire(__filename).resolve('@resvg/resvg-wasm/index_bg.wasm')));
  return ready;
};

/** A report's chart as a PNG. It asks neither the system nor the network for anything. */
export async function pictureOf(sheet: Sheet): Promise<Buffer> {
  await prepared();
  const font = { fontBuffers: [fonts.plain, fonts.bold], loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' };
  const drawing = new Resvg(chartOf(sheet), { font });
  try {
    const image = drawing.render();
    try {
      return Buffer.from(image.asPng());
    } finally {
      image.free();
    }
  } finally {
    drawing.free();
  }
}

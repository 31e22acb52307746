import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';

const percent = z.number().min(0).max(100);
const amounts = z.record(z.string(), z.int().positive());

/** How accounts are kept, as data: billing.yaml says what each means. */
export const settings = z
  .strictObject({
    issuer: z.strictObject({
      legalName: z.string().min(1),
      rut: z.string().min(1),
      activity: z.string(),
      address: z.string(),
      district: z.string(),
    }),
    tax: z.record(z.string(), percent),
    close_after_hours: z.int().positive(),
    settled_days: z.int().positive(),
    recount_days: z.int().min(32),
    warn_left_percent: z.tuple([percent, percent]).refine(([first, last]) => first > last),
    top_ups: z.record(z.string(), z.array(z.int().positive())),
    least: amounts,
    most: amounts,
    link_hours: z.int().positive(),
    ask_hours: z.int().positive(),
    watch_days: z.int().positive(),
    documents: z.array(z.int().positive()),
  })
  .parse(load(readFileSync(join(__dirname, 'billing.yaml'), 'utf8')));

/** Percent on top of what is sent, for a customer of this country. */
export const taxOf = (country: string): number => settings.tax[country] ?? settings.tax['*'] ?? 0;

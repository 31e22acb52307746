import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';

export const settings = z
  .strictObject({
    smallest_group: z.int().min(1),
    most_groups: z.int().min(2).max(50),
    earlier: z.int().min(0).max(5),
    list_days: z.int().min(1).max(30),
    shortest_reason: z.int().min(1),
  })
  .parse(load(readFileSync(join(__dirname, 'reports.yaml'), 'utf8')));

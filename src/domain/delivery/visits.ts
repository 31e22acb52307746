import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';

const signs = z
  .strictObject({
    agents: z.array(z.string().min(2)).min(1),
    purposes: z.array(z.string().min(2)).min(1),
    seconds: z.record(z.string(), z.number().nonnegative()),
  })
  .parse(load(readFileSync(join(__dirname, 'visits.yaml'), 'utf8')));

/** What a request says of who makes it. */
export interface Visit {
  method: string;
  agent: string;
  /** What it is fetched for, where the browser says so. */
  purpose: string;
}

/** Whether somebody, rather than something, opened a link. @param seconds since the message left, by this channel */
export function isPerson({ method, agent, purpose }: Visit, channel: string, seconds: number): boolean {
  if (method !== 'GET' || agent.trim() === '') return false;
  if (signs.purposes.some((one) => purpose.toLowerCase().includes(one))) return false;
  if (signs.agents.some((one) => agent.toLowerCase().includes(one))) return false;
  return seconds >= (signs.seconds[channel] ?? 0);
}

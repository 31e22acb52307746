import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import type { TenantTx } from '../../data/database';
import type { Member, Members } from '../accounts/members.service';
import type { Audit } from '../audit/audit.service';
import { type HandOffRow, handOffsTable } from './hand-offs.table';

const days = z.number().int().positive();
/** After how many days without a word: quiet-talks.yaml. */
export const quietRules = z
  .strictObject({ remindAfterDays: days, endAfterDays: days })
  .parse(load(readFileSync(join(__dirname, 'quiet-talks.yaml'), 'utf8')));

export interface QuietPorts {
  /** It was reminded of to whoever has it. */
  onQuiet(tx: TenantTx, of: { handOff: string; contact: string }, to: Member, now: Date): Promise<void>;
  /** It is over by itself: its thread is told. */
  onLapsed(tx: TenantTx, of: { post: string; handOff: string; contact: string }, now: Date): Promise<void>;
}

const dayMs = 86_400_000;
const mostAtOnce = 100;
const before = (now: Date, count: number): Date => new Date(now.getTime() - count * dayMs);

/** Talks in which nobody says anything any more: reminded of, then over by themselves. */
export class QuietTalks {
  constructor(
    private readonly members: Members,
    private readonly audit: Audit,
    private readonly ports: QuietPorts,
  ) {}

  /** Those that may be ended at once. */
  async list(tx: TenantTx, now: Date): Promise<string[]> {
    const rows = await handOffsTable.quietSince(tx, before(now, quietRules.remindAfterDays), mostAtOnce);
    return rows.map(({ id }) => id);
  }

  /** Each is reminded of once since its last word. */
  async sweep(tx: TenantTx, now: Date): Promise<void> {
    for (const row of await handOffsTable.quietSince(tx, before(now, quietRules.endAfterDays), mostAtOnce))
      await this.end(tx, row, now);
    for (const row of await handOffsTable.quietSince(tx, before(now, quietRules.remindAfterDays), mostAtOnce)) {
      if (row.reminded_at && row.reminded_at > row.last_at) continue;
      await handOffsTable.noteReminded(tx, row.id, now);
      const to = row.assigned_to ? await this.members.get(tx, row.assigned_to, now) : undefined;
      if (to) await this.ports.onQuiet(tx, { handOff: row.id, contact: row.contact_id }, to, now);
    }
  }

  private async end(tx: TenantTx, { id, contact_id: contact, post_id: post }: HandOffRow, now: Date): Promise<void> {
    await handOffsTable.lapse(tx, id, now);
    await handOffsTable.setAbsent(tx, contact);
    await this.audit.record(tx, { actor: 'system', act: 'handoff.lapsed', subject: `contact:${contact}` }, now);
    await this.ports.onLapsed(tx, { post, handOff: id, contact }, now);
  }
}

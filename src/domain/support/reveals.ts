import type { Identity } from '../../channel';
import type { TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import { AppError } from '../../errors';
import type { Audience } from '../audience/audience.service';
import type { Audit } from '../audit/audit.service';
import { type RevealRow, revealsTable } from './reveals.table';
import type { Support } from './support.service';
import type { Line } from './talk-lines';
import { isBlocked, mustBeShown } from './whom';

/** What stands in the open, as long as it may. */
export interface Shown {
  what: RevealRow['what'];
  masked: string;
  until: Date;
  /** Nothing when its time is over. */
  open?: { identity: Identity; name?: string; lines: readonly Line[] };
}
export interface RevealPorts {
  /** Whoever looks after privacy is told, when it begins. */
  onRevealed(tx: TenantTx, row: RevealRow, now: Date): Promise<void>;
  /** Its post is drawn again, without it. */
  onHidden(tx: TenantTx, id: string): Promise<void>;
}

const mayReveal = ['agent', 'support', 'privacy', 'owner'];
const whats: readonly string[] = ['number', 'talk'];
const reasons: readonly string[] = ['dispute', 'fraud', 'asked', 'legal'];
const minutes = 15;
const mostADay = 20;
// What one section of a Slack post holds.
const mostLines = { most: 12, letters: 200 };
const dayMs = 86_400_000;

/** Behind the mask for a quarter of an hour, for a reason: it is written down, privacy is told, and it hides itself. */
export class Reveals {
  constructor(
    private readonly audience: Audience,
    private readonly support: Support,
    private readonly audit: Audit,
    private readonly ports: RevealPorts,
  ) {}

  /**
   * @returns undefined when this member was shown enough for a day
   * @throws ROLE_REQUIRED, ACTION_INVALID, PERSON_ERASED, PERSON_BLOCKED
   */
  async open(
    tx: TenantTx,
    asked: { contact: string; what: string; reason: string },
    by: { id: string; roles: readonly string[] },
    now: Date,
  ): Promise<RevealRow | undefined> {
    const { contact, what, reason } = asked;
    if (!by.roles.some((role) => mayReveal.includes(role))) throw new AppError('ROLE_REQUIRED');
    if (!isId(contact) || !whats.includes(what) || !reasons.includes(reason)) throw new AppError('ACTION_INVALID');
    await this.audience.read(tx, contact);
    await mustBeShown(tx, contact);
    if ((await revealsTable.countSince(tx, by.id, new Date(now.getTime() - dayMs))) >= mostADay) return undefined;
    const row: RevealRow = {
      ...{ id: newId(now), contact, member: by.id, what: what as RevealRow['what'], reason },
      ...{ at: now, until: new Date(now.getTime() + minutes * 60_000), hiddenAt: null },
    };
    await revealsTable.add(tx, row);
    const entry = { actor: `member:${by.id}`, act: `person.shown_${what}`, subject: `contact:${contact}` };
    await this.audit.record(tx, { ...entry, detail: { reason } }, now);
    await this.ports.onRevealed(tx, row, now);
    return row;
  }

  /** For its card. @throws ACTION_INVALID when there is none, PERSON_ERASED */
  async shown(tx: TenantTx, id: string, now: Date): Promise<Shown> {
    const row = isId(id) ? await revealsTable.get(tx, id) : undefined;
    if (!row) throw new AppError('ACTION_INVALID');
    const { what, until, contact } = row;
    const shown = { what, until, masked: await this.audience.masked(tx, contact) };
    if (row.hiddenAt || until <= now || (await isBlocked(tx, contact))) return shown;
    const { identity, name } = await this.audience.read(tx, contact);
    const lines = what === 'talk' ? await this.support.lines(tx, contact, mostLines) : [];
    return { ...shown, open: { identity, lines, ...(name && { name }) } };
  }

  /** Whoever it was shown to has seen enough. */
  async hide(tx: TenantTx, id: string, by: { id: string }, now: Date): Promise<void> {
    if (isId(id) && (await revealsTable.hide(tx, id, by.id, now))) await this.ports.onHidden(tx, id);
  }

  /** Those whose time is over. */
  async sweep(tx: TenantTx, now: Date): Promise<void> {
    for (const id of await revealsTable.hideOver(tx, now)) await this.ports.onHidden(tx, id);
  }
}

import { createHash } from 'node:crypto';
import type { OutboundContent } from '../../channel';
import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import type { Keys } from '../../data/keys';
import { tenantsTable } from '../accounts/tenants.table';
import { type GateCode, isWindowOpen } from '../delivery/gate';
import { answersTable } from './answers.table';
import { caseNumber } from './case-view';
import type { CaseRow } from './cases.table';
import { type Company, type Letter, languageOf } from './letters';
import { type LetterRow, lettersTable } from './letters.table';
import { noticeOf } from './notice-templates';

export interface LetterPorts {
  /** After the commit: a single message waits. */
  wakeReply(): void;
  /** Where the person can read what was written to them. Absent: letters leave as words alone. */
  letterLink?(tx: TenantTx, letter: string, now: Date): Promise<string>;
}
/** sent: proved · wait: not yet, or nobody knows yet · lost: it can't be sent */
export type LetterProgress = 'sent' | 'wait' | 'lost';

const sent: ReadonlySet<string> = new Set(['accepted', 'sent', 'delivered', 'read']);
const arrived: ReadonlySet<string> = new Set(['delivered', 'read']);
const lost: ReadonlySet<string> = new Set(['failed', 'cancelled', 'left_out']);
const tooLateForProvider: GateCode = 'WINDOW_CLOSED';

/** So long a link to a letter works. */
export const letterDays = 30;

const aboutLetter = (caseId: string): string => `privacy_case|${caseId}`;
/** The very bytes that leave when a letter goes as words. */
export const bytesOf = (text: string): string => JSON.stringify({ kind: 'content', text });
const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

export async function companyOf(tx: TenantTx): Promise<Company> {
  const row = await tenantsTable.get(tx);
  return { name: row?.legal_name || row?.name || '', contact: row?.contact ?? '' };
}

/** Letters of cases: written once and kept word for word; sent once, with the bytes that left as proof. */
export class CaseLetters {
  constructor(
    private readonly keys: Keys,
    private readonly ports: LetterPorts,
  ) {}

  async write(tx: TenantTx, row: CaseRow, kind: LetterRow['kind'], letter: Letter, now: Date): Promise<void> {
    const sealed = (await this.keys.of(tx)).seal(letter.text, aboutLetter(row.id));
    const outcome = kind === 'answer' ? row.outcome : null;
    const { says, hash } = letter;
    await lettersTable.insert(tx, {
      ...{ id: newId(now), case_id: row.id, kind, outcome, says: [...says], sealed, hash },
      written_at: now,
    });
  }

  /** Its words, as they were written. */
  async open(tx: TenantTx, letter: LetterRow): Promise<string> {
    return (await this.keys.of(tx)).open(letter.sealed, aboutLetter(letter.case_id)).toString('utf8');
  }

  /** The very bytes that left. */
  async sentBytes(tx: TenantTx, letter: LetterRow): Promise<string | undefined> {
    if (!letter.sent_sealed) return undefined;
    return (await this.keys.of(tx)).open(letter.sent_sealed, aboutLetter(letter.case_id)).toString('utf8');
  }

  /** As words within a day of what the person wrote, by an approved template with a link later. `undefined`: not at all, until they write. */
  async wayFor(tx: TenantTx, row: CaseRow, now: Date): Promise<'case' | 'notice' | undefined> {
    if (!row.sender_id) return undefined;
    if ((await lettersTable.channelOf(tx, row.sender_id)) !== 'whatsapp') return 'case';
    const last = await lettersTable.lastInbound(tx, recipientOf(row));
    if (last && isWindowOpen(last, now)) return 'case';
    const notice = this.ports.letterLink && (await noticeOf(tx, languageOf(row.language), ['', '', '']));
    return notice ? 'notice' : undefined;
  }

  /** Sends it once, then follows it until it is proved. */
  async push(tx: TenantTx, row: CaseRow, letter: LetterRow, now: Date): Promise<LetterProgress> {
    if (letter.lost_at) return 'lost';
    if (letter.seq) return this.follow(tx, letter, now);
    const way = await this.wayFor(tx, row, now);
    if (!way || !row.sender_id) return 'wait';
    const content = await this.contentFor(tx, row, letter, way, now);
    const text = JSON.stringify(content);
    const contact = recipientOf(row);
    const key = (await this.keys.people(tx, [contact])).get(contact);
    if (!key) {
      await lettersTable.lost(tx, letter.id, now); // erased meanwhile: there is nobody to write to
      return 'lost';
    }
    const seq = await answersTable.nextSeq(tx);
    const sealed = key.seal(text, `message|0|${seq}`);
    const message = { seq, contact, sender: row.sender_id, purpose: way, caseId: row.id, sealed, hash: hashOf(text) };
    await answersTable.queue(tx, message, now);
    const channel = (await lettersTable.channelOf(tx, row.sender_id)) ?? '';
    const proof = (await this.keys.of(tx)).seal(text, aboutLetter(row.id));
    await lettersTable.queued(tx, letter.id, { seq, channel, sealed: proof, hash: hashOf(text) });
    tx.afterCommit(() => this.ports.wakeReply());
    return 'wait';
  }

  private async follow(tx: TenantTx, letter: LetterRow, now: Date): Promise<LetterProgress> {
    const message = await lettersTable.sending(tx, letter.seq ?? '');
    if (message && sent.has(message.state)) {
      await lettersTable.sent(tx, letter.id, message.accepted_at ?? now, message.provider_find);
      if (arrived.has(message.state)) await lettersTable.delivered(tx, letter.id, now);
      return 'sent';
    }
    if (letter.sent_at) return 'sent'; // proved before, and its message is gone since
    if (message?.reason === tooLateForProvider) {
      await answersTable.remove(tx, letter.seq ?? '');
      await lettersTable.unqueue(tx, letter.id);
      return 'wait';
    }
    if (message && !lost.has(message.state)) return 'wait';
    await lettersTable.lost(tx, letter.id, now);
    return 'lost';
  }

  private async contentFor(
    tx: TenantTx,
    row: CaseRow,
    letter: LetterRow,
    way: 'case' | 'notice',
    now: Date,
  ): Promise<OutboundContent> {
    const { letterLink } = this.ports;
    if (way === 'notice' && letterLink) {
      const { name } = await companyOf(tx);
      const values = [name, caseNumber(row.number), await letterLink(tx, letter.id, now)] as const;
      const notice = await noticeOf(tx, languageOf(row.language), values);
      if (notice) return notice;
    }
    return { kind: 'content', text: await this.open(tx, letter) };
  }
}

/** The person, or whom they named for the answer. */
const recipientOf = (row: CaseRow): string => row.answer_to ?? row.contact_id;

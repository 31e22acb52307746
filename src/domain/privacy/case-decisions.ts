import type { TenantTx } from '../../data/database';
import { AppError } from '../../errors';
import type { Audience } from '../audience/audience.service';
import type { Audit } from '../audit/audit.service';
import type { Consent } from '../consent/consent.service';
import type { Blocks } from './blocks';
import { type CaseLetters, companyOf } from './case-letters';
import { type CaseMoves, findCase, isMinors, waitsForMandate } from './case-moves';
import { type CaseEvent, next } from './case-state';
import type { CaseChange, CaseRow } from './cases.table';
import type { Executions, LetterFacts } from './execution';
import { answerKind, type Letter, type LetterMore, languageOf, letterTexts, writeLetter } from './letters';
import { lettersTable } from './letters.table';
import { stopUses } from './objections';
import { isAutomatic, rulesOf } from './rights';
import type { StandingInstructions } from './standing-instructions';

export type Decision = Extract<CaseEvent, { act: 'accept' | 'reject' }>;
/** Who decides: a member, or what they signed before; the law itself, of what nobody may refuse. */
interface Who {
  actor: string;
  beside: CaseChange;
}
interface Deps {
  audience: Audience;
  consent: Consent;
  audit: Audit;
  blocks: Blocks;
  moves: CaseMoves;
  letters: CaseLetters;
  standing: StandingInstructions;
  executions(): Executions;
  /** What is held, by category. */
  held(tx: TenantTx, contact: string): Promise<readonly { category: string; count: number }[]>;
  wake(tx: TenantTx, id: string): Promise<void>;
}

/** What a decision brings with it, whoever takes it, and the letter that says it. */
export class CaseDecisions {
  constructor(private readonly deps: Deps) {}

  byMember = (member: string): Who => ({
    actor: `member:${member}`,
    beside: { decided_by: member, standing_id: null },
  });

  /** @param row locked. @throws what the machine throws, MANDATE_FIRST, LETTER_INCOMPLETE, LETTER_TOO_LONG */
  async decide(tx: TenantTx, row: CaseRow, decision: Decision, { actor, beside }: Who, now: Date): Promise<CaseRow> {
    const { moves, letters } = this.deps;
    if (decision.act === 'accept' && waitsForMandate(row)) throw new AppError('MANDATE_FIRST');
    const noted = { ...beside, acknowledged_at: row.acknowledged_at ?? now };
    const after = await moves.move(tx, row, await this.whole(tx, row, decision, now), { actor, now, beside: noted });
    if (decision.act === 'reject') {
      if (after.right === 'block' && !waitsForMandate(row)) {
        await this.unblock(tx, after);
        if (isMinors(after)) await this.deps.audience.setMinor(tx, row.contact_id, false); // it was not founded
      }
      await letters.write(tx, after, 'answer', await this.answer(tx, after, {}), now);
    }
    if (decision.act === 'accept') await stopUses(tx, this.deps, after, now);
    if (after.right === 'block' && after.block === 'granted' && !after.blocked_at)
      await this.deps.blocks.freeze(tx, after.contact_id, now);
    await this.deps.wake(tx, row.id);
    return findCase(tx, row.id);
  }

  /** Decides what was decided in advance: by an instruction, or by the law. @param row locked */
  async decideAhead(tx: TenantTx, row: CaseRow, now: Date): Promise<CaseRow> {
    if (waitsForMandate(row)) return row;
    if (isAutomatic(row)) return this.decide(tx, row, { act: 'accept' }, { actor: 'system:law', beside: {} }, now);
    const signed = await this.deps.standing.covering(tx, row);
    if (!signed) return row;
    const beside = { decided_by: signed.signed_by, standing_id: signed.id };
    return this.decide(tx, row, { act: 'accept' }, { actor: 'system:standing', beside }, now);
  }

  /** The letter as it would be written now, and whether that is what leaves: what is done first may add to it. */
  async preview(tx: TenantTx, row: CaseRow, decision: Decision, now: Date): Promise<Letter & { isFinal: boolean }> {
    const decided = { ...row, ...next(row, await this.whole(tx, row, decision, now), now, rulesOf(row)) };
    const isFinal = decision.act === 'reject' || row.scope === 'summary' || !this.deps.executions()[row.right];
    return { ...(await this.answer(tx, decided, isFinal ? {} : yetToCome(now))), isFinal };
  }

  /** The answer as it leaves, kept from the first time on. */
  async answerOf(tx: TenantTx, row: CaseRow, now: Date): Promise<void> {
    const written = (await lettersTable.ofCase(tx, row.id)).some((one) => one.kind === 'answer');
    if (written) return;
    const told = row.state === 'rejected' ? {} : await this.told(tx, row, now);
    await this.deps.letters.write(tx, row, 'answer', await this.answer(tx, row, told), now);
  }

  /** What this case froze is in use again, unless another one keeps it. */
  async unblock(tx: TenantTx, row: CaseRow): Promise<void> {
    await this.deps.blocks.end(tx, row.contact_id, row.id);
  }

  /** A yes, with what something holds whoever decides. */
  private async whole(tx: TenantTx, row: CaseRow, decision: Decision, now: Date): Promise<Decision> {
    if (decision.act === 'reject') return decision;
    const execution = this.deps.executions()[row.right];
    if (row.right === 'portability' && (await execution?.applies?.(tx, row.contact_id)) === false)
      throw new AppError('PORTABILITY_NOT_APPLICABLE');
    const held = (await execution?.keeps?.(tx, row, now)) ?? [];
    if (held.length === 0) return decision;
    const given = decision.kept ?? [];
    const kept = [...given, ...held.filter((one) => !given.some(({ category }) => category === one.category))];
    return { ...decision, kept, facts: decision.facts ?? letterTexts[languageOf(row.language)].held_facts };
  }

  private async told(tx: TenantTx, row: CaseRow, now: Date): Promise<LetterFacts> {
    const execution = row.scope === 'summary' ? undefined : this.deps.executions()[row.right];
    return (await execution?.told?.(tx, row, now)) ?? {};
  }

  private async answer(tx: TenantTx, row: CaseRow, told: LetterFacts): Promise<Letter> {
    const more: LetterMore = {
      ...(row.right === 'erase' && { erased_on: row.executed_at ?? row.decided_at ?? row.received_at }),
      ...(row.scope === 'summary' && { held: await this.deps.held(tx, row.contact_id) }),
      ...told,
    };
    return writeLetter(answerKind(row, more), row, await companyOf(tx), row.decided_at ?? row.received_at, more);
  }
}

const weekMs = 7 * 86_400_000;
/** Where a letter says what is not there yet. */
const yetToCome = (now: Date): LetterFacts => ({
  ...{ link: '…', certificate: '…', erased_on: now },
  expires: new Date(now.getTime() + weekMs),
});

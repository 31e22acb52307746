import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import { AppError } from '../../errors';
import type { Audit } from '../audit/audit.service';
import type { Decider } from './case-moves';
import type { Right } from './case-state';
import type { CaseRow, Scope } from './cases.table';
import { type IdentityLevel, isEnough } from './identity-policy';
import { rights } from './rights';
import { type StandingRow, standingInstructionsTable } from './standing-instructions.table';

export type StandingAct = StandingRow['act'];
interface Instruction {
  right: Right;
  scope?: Scope;
  level: IdentityLevel;
  words: Readonly<Record<'es' | 'en' | 'pt', string>>;
}

/** standing-instructions.yaml as it stands. */
const standingInstructions = load(readFileSync(join(__dirname, 'standing-instructions.yaml'), 'utf8')) as Readonly<
  Record<StandingAct, Instruction>
>;

export interface StandingView {
  act: StandingAct;
  right: Right;
  level: IdentityLevel;
  words: Instruction['words'];
  /** Missing: nobody has signed it. */
  signedBy?: string;
  signedAt?: Date;
  /** The words are others than those that were signed: it no longer holds. */
  isStale: boolean;
}

const hashOf = ({ words }: Instruction): Buffer => createHash('sha256').update(JSON.stringify(words)).digest();
const versionOf = (one: Instruction): string => hashOf(one).toString('hex').slice(0, 8);
const holds = (row: StandingRow): boolean => row.words_hash.equals(hashOf(standingInstructions[row.act]));

function maySign(by: Decider): void {
  if (!by.roles.includes('privacy')) throw new AppError('ROLE_REQUIRED');
}

/** What the controller decides in advance, by the hand of whoever has the privacy role. */
export class StandingInstructions {
  constructor(private readonly audit: Audit) {}

  /** @throws ROLE_REQUIRED, STANDING_UNKNOWN */
  async sign(tx: TenantTx, act: StandingAct, by: Decider, now: Date): Promise<void> {
    maySign(by);
    const one = instruction(act);
    // What was signed before in other words ends with it.
    const before = (await standingInstructionsTable.inForce(tx)).find((row) => row.act === act);
    if (before && !holds(before)) await standingInstructionsTable.revoke(tx, act, by.member, now);
    const row = { id: newId(now), act, level: one.level, words_version: versionOf(one), words_hash: hashOf(one) };
    const isNew = await standingInstructionsTable.sign(tx, { ...row, signed_by: by.member, signed_at: now });
    if (isNew) await this.note(tx, 'signed', act, by, now);
  }

  /** @throws ROLE_REQUIRED */
  async revoke(tx: TenantTx, act: StandingAct, by: Decider, now: Date): Promise<void> {
    maySign(by);
    instruction(act);
    if (await standingInstructionsTable.revoke(tx, act, by.member, now)) await this.note(tx, 'revoked', act, by, now);
  }

  async list(tx: TenantTx): Promise<StandingView[]> {
    const signed = new Map((await standingInstructionsTable.inForce(tx)).map((row) => [row.act, row]));
    return (Object.keys(standingInstructions) as StandingAct[]).map((act) => {
      const row = signed.get(act);
      const { right, level, words } = standingInstructions[act];
      return {
        ...{ act, right, level, words, isStale: row !== undefined && !holds(row) },
        ...(row && { signedBy: row.signer ?? row.signed_by, signedAt: row.signed_at }),
      };
    });
  }

  /** The one that decides this case now, if there is one: in force as it was signed, its asker known well enough, and their yes given where one is needed. */
  async covering(tx: TenantTx, row: CaseRow): Promise<StandingRow | undefined> {
    if (rights[row.right].confirm && !row.confirmed_at) return undefined;
    if (!isEnough(row.id_level, row.id_needed)) return undefined;
    return (await standingInstructionsTable.inForce(tx)).find((signed) => {
      const { right, scope, level } = standingInstructions[signed.act];
      return holds(signed) && right === row.right && (!scope || scope === row.scope) && isEnough(row.id_level, level);
    });
  }

  private note(tx: TenantTx, what: string, act: string, by: Decider, now: Date): Promise<void> {
    const entry = { actor: `member:${by.member}`, act: `standing.${what}`, subject: `standing:${act}` };
    return this.audit.record(tx, entry, now);
  }
}

function instruction(act: string): Instruction {
  const one = Object.hasOwn(standingInstructions, act) ? standingInstructions[act as StandingAct] : undefined;
  if (!one) throw new AppError('STANDING_UNKNOWN');
  return one;
}

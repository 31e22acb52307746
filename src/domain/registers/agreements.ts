import type { TenantTx } from '../../data/database';
import { AppError } from '../../errors';
import type { Audit } from '../audit/audit.service';
import type { Actor } from './authorities';
import { offeredContract, purposesOffered, recordPapers, signedNow } from './papers';
import { papersTable } from './papers.table';

export type Declared = (typeof purposesOffered)[number]['purpose'];
/** The words by which people agree, as the company would have them. */
export interface ProposedWords {
  version: string;
  /** By language. */
  bodies: Readonly<Record<string, string>>;
}
export interface AgreementPorts {
  /** Whether it says who the company is, and whom people ask about their data: a contract names its parties. */
  isNamed(tx: TenantTx): Promise<boolean>;
  proposed(tx: TenantTx): Promise<ProposedWords>;
  keepWords(tx: TenantTx, words: ProposedWords, now: Date): Promise<void>;
  onChanged(tx: TenantTx): Promise<void>;
}

/** What a company that begins with us agrees to by itself: the contract, what it writes for, and the words by which people permit it. */
export class Agreements {
  constructor(
    private readonly audit: Audit,
    private readonly ports: AgreementPorts,
  ) {}

  /** @param read what stood on the screen: of words that changed meanwhile nobody signs @throws ROLE_REQUIRED, COMPANY_INCOMPLETE, PAPER_CHANGED */
  async sign(tx: TenantTx, read: { version: string; hash: string }, by: Actor, now: Date): Promise<void> {
    mustOwn(by);
    const { terms, hash } = offeredContract('es');
    if (read.hash !== hash || read.version !== terms.version) throw new AppError('PAPER_CHANGED');
    if (!(await this.ports.isNamed(tx))) throw new AppError('COMPANY_INCOMPLETE');
    if ((await papersTable.signed(tx))?.hash?.toString('hex') === hash) return;
    const actor = `member:${by.id}`;
    await recordPapers(tx, signedNow(actor, now), actor, now);
    const entry = { actor, act: 'contract.signed', subject: `contract:${terms.version}`, detail: { hash } };
    await this.audit.record(tx, entry, now);
    await this.ports.onChanged(tx);
  }

  async purposes(tx: TenantTx): Promise<{ declared: readonly Declared[]; proposed: ProposedWords }> {
    return { declared: await papersTable.declared(tx), proposed: await this.ports.proposed(tx) };
  }

  /** What needs people's permission brings the words by which they give it. @param version of these, as they stood on the screen @throws ROLE_REQUIRED, ACTION_INVALID, PAPER_CHANGED */
  async declare(tx: TenantTx, purpose: string, version: string, by: Actor, now: Date): Promise<void> {
    mustOwn(by);
    const purposes = purposesOffered.filter((one) => one.purpose === purpose);
    if (purposes.length === 0) throw new AppError('ACTION_INVALID');
    const actor = `member:${by.id}`;
    if (purposes.some(({ basis }) => basis === 'consent')) {
      const words = await this.ports.proposed(tx);
      if (words.version !== version) throw new AppError('PAPER_CHANGED');
      await this.ports.keepWords(tx, words, now);
    }
    await recordPapers(tx, { purposes }, actor, now);
    const entry = { actor, act: 'purpose.declared', subject: `purpose:${purpose}`, detail: { version } };
    await this.audit.record(tx, entry, now);
    await this.ports.onChanged(tx);
  }
}

function mustOwn(by: Actor): void {
  if (!by.roles.includes('owner')) throw new AppError('ROLE_REQUIRED');
}

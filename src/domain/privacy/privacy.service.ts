import type { TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import { signLink } from '../../data/links';
import { AppError } from '../../errors';
import type { Audience } from '../audience/audience.service';
import type { Audit } from '../audit/audit.service';
import type { Consent } from '../consent/consent.service';
import { AgencyClaims } from './agency-claims';
import { Blocks, type OnBlocked } from './blocks';
import { CaseDecisions, type Decision } from './case-decisions';
import { extendCase } from './case-extension';
import { bytesOf, CaseLetters, companyOf, type LetterPorts } from './case-letters';
import { CaseMoves, type Decider, findCase, isMinors, lockCase, mayDecide, waitsForMandate } from './case-moves';
import { type NewRequest, Opening, type OpeningPorts } from './case-opening';
import { isOpen, type Kept, type Right } from './case-state';
import { type CaseView, caseNumber, viewOf } from './case-view';
import { type CaseRow, casesTable } from './cases.table';
import { type DossierFile, Dossiers } from './dossier';
import type { Executions } from './execution';
import { languageOf, writeLetter } from './letters';
import { lettersTable } from './letters.table';
import { endHold } from './promotions';
import { rights } from './rights';
import { StandingInstructions } from './standing-instructions';
import { type Summary, summaryOf } from './summary';

export type { Decider } from './case-moves';
export type { NewRequest } from './case-opening';

export interface PrivacyPorts extends OpeningPorts, LetterPorts {
  /** What is shown of the case changed. */
  onChanged(tx: TenantTx, view: CaseView, now: Date): Promise<void>;
  /** Somebody's data is blocked, or no longer. */
  onBlocked?: OnBlocked;
  /** After the commit: there is work for a case. */
  wake(): void;
}
export interface PrivacyDeps {
  audience: Audience;
  consent: Consent;
  audit: Audit;
  keys: Keys;
  /** What is done when a right is granted, by right. Asked when it is needed: they are built after this. */
  executions(): Executions;
  ports: PrivacyPorts;
}

const listed = 50;
const dossierHours = 24;

/** Requests of the people whose data it is: opened when they arrive, decided by the controller alone, answered with proof. */
export class Privacy {
  readonly standing: StandingInstructions;
  readonly blocks: Blocks;
  readonly letters: CaseLetters;
  readonly moves: CaseMoves;
  readonly claims: AgencyClaims;
  readonly decisions: CaseDecisions;
  private readonly opening: Opening;
  private readonly dossiers: Dossiers;

  constructor(private readonly deps: PrivacyDeps) {
    const { audience, consent, audit, keys, ports, executions } = deps;
    const blocks = new Blocks(ports.onBlocked);
    this.blocks = blocks;
    this.moves = new CaseMoves(audit, ports.onChanged);
    this.letters = new CaseLetters(keys, ports);
    this.standing = new StandingInstructions(audit);
    this.claims = new AgencyClaims(this.moves);
    this.opening = new Opening({ keys, audience, consent, audit, blocks, ports });
    const held = async (tx: TenantTx, contact: string) => (await this.summary(tx, contact)).categories;
    const { moves, letters, standing } = this;
    const wake = (tx: TenantTx, id: string) => this.wake(tx, id);
    this.decisions = new CaseDecisions({
      audience,
      consent,
      audit,
      blocks,
      moves,
      letters,
      standing,
      executions,
      held,
      wake,
    });
    this.dossiers = new Dossiers({ keys, audit, letters, ...(ports.sign && { sign: ports.sign }) });
  }

  /** Opens a case, or finds the open one for the same right. Promotions stop in the same transaction; a block freezes in it; what was decided ahead is. */
  async open(tx: TenantTx, request: NewRequest): Promise<CaseView & { isNew: boolean }> {
    const { row, isNew } = await this.opening.open(tx, request);
    return { ...viewOf(isNew ? await this.ahead(tx, row, request.now) : row, request.now), isNew };
  }

  /** Several rights of one message: a case each, the first the parent of the others, a copy before what destroys it. */
  async openAll(
    tx: TenantTx,
    request: Omit<NewRequest, 'right'> & { rights: readonly Right[] },
  ): Promise<readonly (CaseView & { isNew: boolean })[]> {
    const views = [];
    for (const { row, isNew } of await this.opening.openAll(tx, request))
      views.push({ ...viewOf(isNew ? await this.ahead(tx, row, request.now) : row, request.now), isNew });
    return views;
  }

  /** The person was told that it is here, by whatever way it came. */
  async acked(tx: TenantTx, id: string, now: Date): Promise<void> {
    const row = await lockCase(tx, id);
    if (!row.acked_at) await casesTable.change(tx, row.id, { acked_at: now });
  }

  /** The letter that says it is here, who decides and until when, for channels that write letters. */
  async acknowledgement(tx: TenantTx, id: string, now: Date): Promise<string> {
    return writeLetter('acknowledged', await findCase(tx, id), await companyOf(tx), now).text;
  }

  /** The person said yes. A wish to be erased is now also a wish to leave. */
  async confirm(tx: TenantTx, id: string, now: Date): Promise<CaseView> {
    const before = await lockCase(tx, id);
    const actor = `contact:${before.contact_id}`;
    const row = await this.moves.move(tx, before, { act: 'confirm' }, { actor, now });
    if (rights[row.right].after === 'stop' && !waitsForMandate(row))
      await this.deps.consent.withdraw(tx, row.contact_id, { source: 'case', evidence: row.id, now });
    return viewOf(await this.ahead(tx, row, now), now);
  }

  /** The person takes it back, in writing: what this case held goes on. @param from the inbox row it stands in */
  async withdraw(tx: TenantTx, id: string, now: Date, from?: string): Promise<CaseView> {
    const before = await lockCase(tx, id);
    if (isMinors(before)) throw new AppError('CASE_STATE', { status: before.state });
    const by = { actor: `contact:${before.contact_id}`, now, detail: { from: from ?? null } };
    const row = await this.moves.move(tx, before, { act: 'withdraw' }, by);
    await endHold(tx, this.deps.consent, row, now);
    if (row.right === 'block') await this.decisions.unblock(tx, row);
    return viewOf(await findCase(tx, row.id), now);
  }

  /** A block that was granted ends: the person or the controller lifts it. */
  async release(tx: TenantTx, id: string, actor: string, now: Date): Promise<CaseView> {
    const before = await lockCase(tx, id);
    if (isMinors(before) && actor.startsWith('contact:')) throw new AppError('CASE_STATE', { status: before.state });
    const row = await this.moves.move(tx, before, { act: 'release' }, { actor, now });
    await this.decisions.unblock(tx, row);
    return viewOf(await findCase(tx, row.id), now);
  }

  /** The controller has seen it. @throws ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE */
  async acknowledge(tx: TenantTx, id: string, by: Decider, now: Date): Promise<CaseView> {
    mayDecide(by);
    const before = await lockCase(tx, id);
    if (before.acknowledged_at) return viewOf(before, now);
    const noted = { actor: `member:${by.member}`, now, beside: { acknowledged_by: by.member } };
    return viewOf(await this.moves.move(tx, before, { act: 'acknowledge' }, noted), now);
  }

  /** Once, in time, with a reason that the person reads. @throws ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE, EXTENSION_* */
  async extend(
    tx: TenantTx,
    id: string,
    { days, reason }: { days: number; reason: string },
    by: Decider,
    now: Date,
  ): Promise<CaseView> {
    mayDecide(by);
    const after = await extendCase(tx, this, await lockCase(tx, id), { days, reason }, by.member, now);
    await this.wake(tx, after.id);
    await this.deps.ports.onChanged(tx, viewOf(after, now), now);
    return viewOf(after, now);
  }

  /** The controller grants it, all of it or but for what is kept; what follows is done by the worker. @throws ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE, REJECTION_INCOMPLETE */
  async accept(
    tx: TenantTx,
    id: string,
    { kept, facts }: { kept?: readonly Kept[]; facts?: string },
    by: Decider,
    now: Date,
  ): Promise<CaseView> {
    return this.decide(tx, id, { act: 'accept', ...(kept && { kept }), ...(facts && { facts }) }, by, now);
  }

  /** The controller refuses it, with a ground and facts; a block with the authority's receipt. @throws REJECTION_INCOMPLETE, AGENCY_NOTICE_MISSING, ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE */
  async reject(
    tx: TenantTx,
    id: string,
    refusal: { ground: string; facts: string; agencyNotice?: string },
    by: Decider,
    now: Date,
  ): Promise<CaseView> {
    return this.decide(tx, id, { act: 'reject', ...refusal }, by, now);
  }

  /** The letter that this decision would send. `bytes` are the very ones that leave, `isFinal` where nothing has to be done first. */
  async previewLetter(
    tx: TenantTx,
    id: string,
    decision: Decision,
    by: Decider,
    now: Date,
  ): Promise<{ text: string; bytes: string; says: readonly string[]; isFinal: boolean }> {
    mayDecide(by);
    const { text, says, isFinal } = await this.decisions.preview(tx, await findCase(tx, id), decision, now);
    return { text, says, isFinal, bytes: bytesOf(text) };
  }

  /** Something is missing: the person is asked, and the clock runs on. @throws ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE, QUESTION_INCOMPLETE */
  async ask(tx: TenantTx, id: string, question: string, by: Decider, now: Date): Promise<CaseView> {
    mayDecide(by);
    const row = await lockCase(tx, id);
    if (!isOpen(row.state) || row.decided_at) throw new AppError('CASE_STATE', { status: row.state });
    if (!question.trim()) throw new AppError('QUESTION_INCOMPLETE');
    const letter = writeLetter('question', row, await companyOf(tx), now, { question: question.trim() });
    await this.letters.write(tx, row, 'question', letter, now);
    await this.wake(tx, row.id);
    return viewOf(await this.moves.note(tx, row.id, { actor: `member:${by.member}`, act: 'case.asked', now }), now);
  }

  /** What was written to a person, by a link of theirs. */
  async letterById(tx: TenantTx, id: string) {
    const letter = await lettersTable.get(tx, id);
    if (!letter) return undefined;
    const { number, language } = await findCase(tx, letter.case_id);
    const text = await this.letters.open(tx, letter);
    return { text, writtenAt: letter.written_at, number: caseNumber(number), language: languageOf(language) };
  }

  /** The case is over, our answer could not leave, and the company gave it by another way. @throws ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE */
  async toldOtherwise(tx: TenantTx, id: string, by: Decider, now: Date): Promise<CaseView> {
    mayDecide(by);
    const told = { actor: `member:${by.member}`, now };
    return viewOf(await this.moves.move(tx, await lockCase(tx, id), { act: 'told_otherwise' }, told), now);
  }

  /** The whole file of a case for the authority: what was asked, decided, done and sent, with its proofs. Reading it is on record. @throws ROLE_REQUIRED, CASE_NOT_FOUND */
  async dossier(tx: TenantTx, id: string, by: Decider, now: Date): Promise<readonly DossierFile[]> {
    mayDecide(by);
    return this.dossierFiles(tx, id, `member:${by.member}`, now);
  }

  /** The same for whoever holds a link to it. */
  async dossierFiles(tx: TenantTx, id: string, actor: string, now: Date): Promise<readonly DossierFile[]> {
    return this.dossiers.of(tx, await findCase(tx, id), actor, now);
  }

  /** Where whoever decides fetches that file, for a day. @throws ROLE_REQUIRED, CASE_NOT_FOUND */
  async dossierLink(tx: TenantTx, id: string, by: Decider, now: Date): Promise<{ path: string; until: Date }> {
    mayDecide(by);
    const row = await findCase(tx, id);
    const until = new Date(now.getTime() + dossierHours * 3_600_000);
    const link = signLink(await this.deps.keys.of(tx), 'dossier', { subject: row.id, expires: until });
    await this.moves.note(tx, row.id, { actor: `member:${by.member}`, act: 'case.dossier_link', now });
    return { path: `/dossier/${link}`, until };
  }

  /** By its id or its number. @throws CASE_NOT_FOUND */
  async get(tx: TenantTx, id: string, now: Date): Promise<CaseView> {
    return viewOf(await findCase(tx, id), now);
  }

  /** Whoever is to decide reads what the person wrote: whose words, and since when. @throws ROLE_REQUIRED, CASE_NOT_FOUND, CASE_STATE */
  async read(tx: TenantTx, id: string, by: Decider, now: Date): Promise<{ contact: string; since: Date }> {
    mayDecide(by);
    const row = await findCase(tx, id);
    if (!isOpen(row.state)) throw new AppError('CASE_STATE', { status: row.state });
    await this.moves.note(tx, row.id, { actor: `member:${by.member}`, act: 'case.read', now });
    return { contact: row.contact_id, since: row.received_at };
  }

  /** Whether this case is that person's. */
  async isOf(tx: TenantTx, id: string, contact: string): Promise<boolean> {
    return (await findCase(tx, id)).contact_id === contact;
  }

  /** Open ones first, the most urgent at the top. */
  async list(tx: TenantTx, now: Date): Promise<readonly CaseView[]> {
    return (await casesTable.list(tx, listed)).map((row) => viewOf(row, now));
  }

  /** Those of a person that are not over, newest first. */
  async openOf(tx: TenantTx, contact: string, now: Date): Promise<readonly CaseView[]> {
    return (await casesTable.ofContact(tx, contact)).filter((row) => isOpen(row.state)).map((row) => viewOf(row, now));
  }

  /** The case for which this person's data is out of use: all that may still be said to them belongs to it. */
  freezing(tx: TenantTx, contact: string): Promise<string | undefined> {
    return casesTable.freezing(tx, contact);
  }

  async latest(tx: TenantTx, contact: string, now: Date): Promise<CaseView | undefined> {
    const [row] = await casesTable.ofContact(tx, contact);
    return row && viewOf(row, now);
  }

  /** What is held about a person, by the categories of the data map. @throws PERSON_ERASED */
  async summary(tx: TenantTx, contact: string): Promise<Summary> {
    return summaryOf(tx, contact, await this.deps.audience.findTokens(tx, contact));
  }

  private async decide(tx: TenantTx, id: string, decision: Decision, by: Decider, now: Date): Promise<CaseView> {
    mayDecide(by);
    const row = await lockCase(tx, id);
    return viewOf(await this.decisions.decide(tx, row, decision, this.decisions.byMember(by.member), now), now);
  }

  private async ahead(tx: TenantTx, row: CaseRow, now: Date): Promise<CaseRow> {
    return this.decisions.decideAhead(tx, (await casesTable.lock(tx, row.id)) ?? row, now);
  }

  private async wake(tx: TenantTx, id: string): Promise<void> {
    await casesTable.wake(tx, id, 0);
    tx.afterCommit(() => this.deps.ports.wake());
  }
}

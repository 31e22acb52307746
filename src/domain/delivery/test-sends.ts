import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import type { Keys } from '../../data/keys';
import { AppError } from '../../errors';
import { tenantsTable } from '../accounts/tenants.table';
import type { Audit } from '../audit/audit.service';
import { type CampaignRow, campaignsTable } from '../campaigns/campaigns.table';
import type { GateCode } from './gate';
import type { Outbox } from './outbox';
import { render } from './rendering';
import { refusalOfSingle } from './singles.table';
import { askTest, routesOf, type TestRoute } from './test-routes';
import { testSendsTable } from './test-sends.table';

const whole = z.number().int().positive();
/** How many, how long: the figures of tests. */
export const testRules = z
  .strictObject({ testsADay: whole, codeDigits: whole, codeMinutes: whole, triesADay: whole })
  .parse(load(readFileSync(join(__dirname, 'test-sends.yaml'), 'utf8')));

/** By which channels it left, and which others refused; mail is shown, never sent. */
export interface TestSent {
  sent: readonly string[];
  refused?: GateCode | 'TESTS_A_DAY';
  hasMail: boolean;
}
/** What is to be written, from the member's own phone, to which number of the company. */
export interface TestProof {
  code: string;
  to: string;
  channel: string;
  minutes: number;
}

const dayMs = 86_400_000;
const undecided = ['draft', 'awaiting_approval'];
const isOfPhones = ({ template }: TestRoute): boolean => template.channel !== 'email';

/** A campaign's message to the member who wants to see it, on the phone that they proved to be theirs. */
export class TestSends {
  constructor(
    private readonly keys: Keys,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
  ) {}

  /** Sends it, or says what proves the phone. @throws CAMPAIGN_NOT_FOUND, CAMPAIGN_STATE */
  async ask(tx: TenantTx, campaign: string, member: string, now: Date): Promise<TestSent | { proof: TestProof }> {
    const row = await campaignsTable.get(tx, campaign);
    if (!row) throw new AppError('CAMPAIGN_NOT_FOUND');
    if (!undecided.includes(row.state)) throw new AppError('CAMPAIGN_STATE');
    const routes = await routesOf(tx, row);
    const first = routes.find(isOfPhones);
    if (!first) return { sent: [], hasMail: true };
    const contact = await testSendsTable.addressOf(tx, member);
    return contact ? this.send(tx, { row, routes, member, contact }, now) : this.askProof(tx, first, member, now);
  }

  /**
   * A person wrote a code: from here on their phone is that member's, and what the member wanted to see goes there.
   * @returns undefined where it is nobody's code, or not any more
   */
  async prove(tx: TenantTx, contact: string, code: string, now: Date): Promise<TestSent | undefined> {
    const taken = await testSendsTable.take(tx, await this.hash(tx, code), now);
    if (!taken) return undefined;
    const { member, campaign } = taken;
    await testSendsTable.prove(tx, member, contact, now);
    const entry = { actor: `member:${member}`, act: 'member.test_phone_proven', subject: `contact:${contact}` };
    await this.audit.record(tx, entry, now);
    const row = await campaignsTable.get(tx, campaign);
    if (!row || !undecided.includes(row.state)) return { sent: [], hasMail: false };
    return this.send(tx, { row, routes: await routesOf(tx, row), member, contact }, now);
  }

  private async askProof(tx: TenantTx, { row }: TestRoute, member: string, now: Date): Promise<{ proof: TestProof }> {
    const sender = await tenantsTable.sender(tx, row.sender_id);
    if (!sender) throw new AppError('TENANT_REQUIRED');
    const { codeDigits, codeMinutes: minutes } = testRules;
    const expires = new Date(now.getTime() + minutes * 60_000);
    for (;;) {
      const code = String(randomInt(10 ** codeDigits)).padStart(codeDigits, '0');
      const offered = { member, campaign: row.id, code: await this.hash(tx, code), expires };
      if (await testSendsTable.offer(tx, offered, now))
        return { proof: { code, to: sender.label, channel: sender.channel, minutes } };
    }
  }

  private async send(
    tx: TenantTx,
    of: { row: CampaignRow; routes: readonly TestRoute[]; member: string; contact: string },
    now: Date,
  ): Promise<TestSent> {
    const { row, routes, member, contact } = of;
    const hasMail = !routes.every(isOfPhones);
    const name = (await testSendsTable.lockMember(tx, member)) ?? '';
    if ((await testSendsTable.count(tx, member, new Date(now.getTime() - dayMs))) >= testRules.testsADay)
      return { sent: [], refused: 'TESTS_A_DAY', hasMail };
    const test = newId(now);
    await testSendsTable.add(tx, test, { member, campaign: row.id }, now);
    const sent: string[] = [];
    let refused: GateCode | undefined;
    for (const route of routes.filter(isOfPhones)) {
      const { channel } = route.template;
      const code =
        (await askTest(tx, route, now)) ??
        (await refusalOfSingle(tx, { contact, channel, purpose: 'test', boundTo: test }, now));
      refused ??= code;
      if (code) continue;
      const single = { contact, sender: route.row.sender_id, channel, purpose: 'test', boundTo: test } as const;
      await this.outbox.enqueue(tx, single, render(route.template, { name }), now);
      sent.push(channel);
    }
    if (sent.length === 0) await testSendsTable.remove(tx, test);
    else {
      const detail = { channels: sent.join(',') };
      const entry = { actor: `member:${member}`, act: 'campaign.test_sent', subject: `campaign:${row.id}`, detail };
      await this.audit.record(tx, entry, now);
    }
    return { sent, ...(refused && { refused }), hasMail };
  }

  private async hash(tx: TenantTx, code: string): Promise<Buffer> {
    return (await this.keys.of(tx)).findRaw('test code', code);
  }
}

import fc from 'fast-check';
import { houseText } from '../../../src/conversation/texts';
import type { TenantTx } from '../../../src/data/database';
import { newId } from '../../../src/data/ids';
import type { CampaignRow } from '../../../src/domain/campaigns/campaigns.table';
import { everyone, makeRows } from '../../../src/domain/delivery/audience.table';
import {
  type CampaignFacts,
  type CampaignPurpose,
  campaignRefusals,
  type GateFacts,
  gateRules,
  type Purpose,
  passing,
  refusal,
} from '../../../src/domain/delivery/gate';
import { refusalSql, standingRefusalSql } from '../../../src/domain/delivery/gate.table';
import { peaceSince } from '../../../src/domain/delivery/windows';
import { start, type World, world } from '../world';
import {
  type Asked,
  allowed,
  earlierCampaigns,
  factsOf,
  type Made,
  make,
  placeOf,
  type Situation,
  singly,
  situations,
} from './gate-world';

let here: World;
beforeAll(async () => {
  here = await world();
});
afterAll(() => here.close());

const campaigns: readonly CampaignPurpose[] = ['marketing', 'service', 'collections'];
const purposes: readonly Purpose[] = [...campaigns, 'answer', 'case', 'notice', 'test'];
const places = ['CL|America/Santiago', 'US|America/New_York'];

const fine: CampaignFacts = {
  stops: [],
  contractComplete: true,
  unauthorised: [],
  untransferred: [],
  contractsOver: [],
  undeclared: [],
  assessed: true,
  senderRegistered: true,
  purposeDeclared: true,
  basisKnown: true,
  templateApproved: true,
  categoryFits: true,
  templateQuality: 'GREEN',
  optOutText: true,
  approvalIntact: true,
  refusedLinks: [],
  suspected: false,
  audienceReady: true,
  spent: 0,
  costCeiling: undefined,
  credit: undefined,
  sentToday: 0,
  dayCap: undefined,
  newCompanyCap: undefined,
  begunToday: 0,
  messagingLimit: undefined,
};
/** One thing amiss with the campaign, in the order of the table. */
const amiss: readonly Partial<CampaignFacts>[] = [
  { stops: ['house'] },
  { stops: ['company'] },
  { stops: ['channel'] },
  { stops: ['sender'] },
  { contractComplete: false },
  { unauthorised: ['meta'] },
  { untransferred: ['meta'] },
  { contractsOver: ['meta'] },
  { undeclared: ['name'] },
  { assessed: false },
  { senderRegistered: false },
  { purposeDeclared: false },
  { basisKnown: false },
  { templateApproved: false },
  { categoryFits: false },
  { templateQuality: 'RED' },
  { approvalIntact: false },
  { audienceReady: false },
  { optOutText: false },
  { refusedLinks: ['bit.ly/x'] },
  { suspected: true },
  { credit: 0 },
  { spent: 10, costCeiling: 10 },
  { sentToday: 5, dayCap: 5 },
  { sentToday: 5_000, newCompanyCap: 5_000 },
  { begunToday: 250, messagingLimit: 250 },
];
const askings = fc.record({
  channel: fc.constantFrom('whatsapp' as const, 'whatsapp' as const, 'sms' as const, 'email' as const),
  cap: fc.constantFrom(3, 3, 1, undefined),
  campaign: fc.oneof(
    { weight: 5, arbitrary: fc.constant(fine) },
    { weight: 1, arbitrary: fc.constantFrom(...amiss.map((one) => ({ ...fine, ...one }))) },
  ),
  lasting: fc.boolean(),
  lifted: fc.constantFrom<readonly string[]>([], [], ['FREQUENCY_CAP']),
});
type Asking = typeof askings extends fc.Arbitrary<infer T> ? T : never;
const plainly: Asking = { channel: 'whatsapp', cap: 3, campaign: fine, lasting: false, lifted: [] };

class Undo extends Error {}
/** In a transaction that leaves nothing behind. */
async function undone<T>(work: (tx: TenantTx) => Promise<T>): Promise<T> {
  let result: T | undefined;
  const done = here.in(async (tx) => {
    result = await work(tx);
    throw new Undo();
  });
  await expect(done).rejects.toThrow(Undo);
  return result as T;
}

const peace = JSON.stringify(
  Object.fromEntries(places.map((one) => [one, peaceSince(one.split('|')[1] ?? '', start)])),
);

/** By the tokens and the ledger, for every purpose; NULL for what a purpose has no word on. */
async function byTokens(
  tx: TenantTx,
  { contact, answers, caseId, testId }: Made,
  ask: Asking,
): Promise<Record<string, string | null>> {
  const once = (purpose: Purpose): string | null =>
    ask.lasting ? null : (campaignRefusals(purpose, ask.campaign, ask)[0] ?? null);
  const found: Record<string, string | null> = {};
  for (const purpose of purposes) {
    const bound = { answer: answers, case: caseId, notice: caseId, test: testId }[purpose as 'answer'] ?? null;
    const names = {
      channel: '$2',
      now: '$3::timestamptz',
      bound: '$4::uuid',
      once: '$5::text',
      open: '$6::text[]',
      peace: '$7::jsonb',
      cap: '$8::int',
    };
    const [row] = await tx.query<{ code: string | null }>(
      `SELECT ${refusalSql(purpose, names, ask)} AS code FROM contact c
       WHERE c.id = $1 AND $2::text IS NOT NULL AND $3::timestamptz IS NOT NULL AND ($4::uuid IS NULL OR true) AND ($5::text IS NULL OR true)
         AND $6::text[] IS NOT NULL AND $7::jsonb IS NOT NULL AND ($8::int IS NULL OR true)`,
      [contact, ask.channel, start, bound, once(purpose), places, peace, ask.cap ?? null],
    );
    found[purpose] = row?.code ?? null;
  }
  return found;
}

/** By the narrow row alone, as counting and materialising ask: who is in a campaign at all. */
async function byStanding(
  tx: TenantTx,
  contact: string,
  ask: Asking,
  purpose: CampaignPurpose,
): Promise<string | null> {
  const batch = String(2_000_000 + Math.floor(performance.now() * 1_000));
  const row = { segment: { and: [] }, batch_id: batch, sender_id: newId() } as unknown as CampaignRow;
  await tx.query(
    `INSERT INTO sending_limit (tenant_id, promotions_a_week) VALUES ($1, $2)
     ON CONFLICT (tenant_id) DO UPDATE SET promotions_a_week = excluded.promotions_a_week`,
    [tx.tenant, ask.cap ?? null],
  );
  const looking = { channel: ask.channel, purpose, lifted: ask.lifted, now: start };
  await makeRows(tx, row, looking, everyone, 0n, start);
  const [found] = await tx.query<{ reason: string | null }>(
    'SELECT reason FROM message WHERE batch_id = $1 AND contact_id = $2',
    [batch, contact],
  );
  return found ? found.reason : 'not there';
}

describe('the gate', () => {
  it('when any facts stand in the database, then tokens, narrow row and the pure rule refuse alike, for every purpose', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(situations, askings, async (it, ask) => {
        const asked: Asked = { channel: ask.channel, cap: ask.cap, open: places };
        const expect_ = (purpose: Purpose, lasting: boolean) => {
          const facts: GateFacts = { ...ask.campaign, ...factsOf(it, purpose, asked) };
          return refusal(purpose, facts, { lasting, lifted: ask.lifted }) ?? null;
        };
        const expected = Object.fromEntries(purposes.map((purpose) => [purpose, expect_(purpose, ask.lasting)]));
        for (const purpose of purposes) seen.add(`${purpose} ${expected[purpose]}`);
        const found = await undone(async (tx) => {
          const made = await make(tx, it, await earlierCampaigns(tx));
          const tokens = await byTokens(tx, made, ask);
          const standing: Record<string, string | null> = {};
          for (const purpose of ['marketing', 'service'] as const)
            standing[purpose] = await byStanding(tx, made.contact, ask, purpose);
          return { tokens, standing };
        });
        expect(found.tokens).toEqual(expected);
        expect(found.standing).toEqual({
          marketing: expect_('marketing', true),
          service: expect_('service', true),
        });
      }),
      {
        numRuns: 150,
        examples: [
          ...singly.map((change): [Situation, Asking] => [{ ...allowed, ...change }, plainly]),
          ...amiss.map((one): [Situation, Asking] => [allowed, { ...plainly, campaign: { ...fine, ...one } }]),
        ],
      },
    );
    const rules = gateRules.flatMap(({ code, for: guarded }) => guarded.map((purpose) => `${purpose} ${code}`));
    expect([...seen].sort()).toEqual([...rules, ...purposes.map((purpose) => `${purpose} null`)].sort());
  });

  it('when what passes is asked of the narrow row, then it refuses as the tokens do', async () => {
    await fc.assert(
      fc.asyncProperty(situations, async (it) => {
        const names = { channel: "'whatsapp'", now: '$2::timestamptz', open: '$3::text[]', cap: '$4::int' };
        const answer = await undone(async (tx) => {
          const { contact } = await make(tx, { ...it, earlier: [], frequency: 'all' }, await earlierCampaigns(tx));
          const from = `(SELECT *, 0 AS week, 0 AS month, 'all' AS frequency FROM standing) s JOIN contact c ON c.id = s.contact_id`;
          const [row] = await tx.query<{ narrow: string | null; tokens: string | null }>(
            `SELECT ${standingRefusalSql('marketing', 'whatsapp', names, {})} AS narrow, ${refusalSql('marketing', names)} AS tokens
             FROM ${from} WHERE s.contact_id = $1`,
            [contact, start, places, 3],
          );
          return row;
        });
        expect(answer?.narrow).toBe(answer?.tokens);
      }),
      { numRuns: 60, examples: singly.map((change): [Situation] => [{ ...allowed, ...change }]) },
    );
  });

  it('T-CON-1: when a promotion has no proof of consent, then nothing else lets it through', () => {
    fc.assert(
      fc.property(situations, fc.constantFrom('whatsapp', 'sms', 'email'), (it, channel) => {
        const facts = {
          ...fine,
          ...factsOf(it, 'marketing', { channel, cap: 3, open: [placeOf(it)] }),
          consentProved: false,
        };
        expect(refusal('marketing', facts)).toBeDefined();
      }),
    );
  });

  it('T-CAMP-3: when a debt was written about, then a third in seven days waits out the week and a second has two full days between', async () => {
    const answer = (hoursAgo: readonly number[], now = start) =>
      undone(async (tx) => {
        const earlier = hoursAgo.map((hours) => ({
          purpose: 'collections' as const,
          state: 'accepted',
          hoursAgo: hours,
        }));
        const { contact } = await make(
          tx,
          { ...allowed, earlier: earlier as Situation['earlier'] },
          await earlierCampaigns(tx),
        );
        const since = JSON.stringify({ 'CL|America/Santiago': peaceSince('America/Santiago', now) });
        const names = { channel: "'whatsapp'", now: '$2::timestamptz', open: '$3::text[]', peace: '$4::jsonb' };
        const [row] = await tx.query<{ code: string | null }>(
          `SELECT ${refusalSql('collections', names)} AS code FROM contact c WHERE c.id = $1`,
          [contact, now, places, since],
        );
        return row?.code ?? undefined;
      });
    expect(await answer([])).toBeUndefined();
    // Saturday noon, then Tuesday 10:30: Sunday and Monday lie between.
    expect(await answer([70])).toBeUndefined();
    // Sunday: only Monday lies between.
    expect(await answer([48])).toBe('COLLECTIONS_LIMIT');
    expect(await answer([80, 160])).toBe('COLLECTIONS_LIMIT');
    expect(await answer([80, 169])).toBeUndefined();
  });

  it('when it refuses only for now, then it says so of nothing that is the person’s', () => {
    const ofPerson = gateRules.filter((rule) => rule.of === 'person' && rule.passes).map(({ code }) => code);
    expect(ofPerson).toEqual(['UNREAD_INBOUND', 'QUIET_HOURS']);
    for (const rule of gateRules.filter((one) => one.of === 'campaign'))
      expect([rule.code, rule.passes]).toEqual([rule.code, true]);
    expect(passing).toHaveLength(gateRules.filter((rule) => rule.passes).length);
  });

  it('when a rule is the law’s or Meta’s, then nobody may lift it', () => {
    for (const rule of gateRules) if (rule.lifts) expect([rule.code, rule.why]).toEqual([rule.code, 'setting']);
    for (const {
      code,
      for: [purpose = 'marketing'],
    } of gateRules.filter((rule) => rule.why !== 'setting'))
      expect(gateRules.filter((rule) => rule.code === code && rule.for.includes(purpose))).toHaveLength(1);
  });

  it.each(['es', 'en', 'pt'] as const)(
    'when it refuses, then there is a sentence and a way on for each reason (%s)',
    (language) => {
      for (const { code } of gateRules) {
        expect([code, houseText(language, `gate.${code}`)]).toEqual([code, expect.stringMatching(/\S/)]);
        expect([code, houseText(language, `gate_fix.${code}`)]).toEqual([code, expect.stringMatching(/\S/)]);
      }
    },
  );
});

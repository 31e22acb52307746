import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import type { TenantTx } from '../../../src/data/database';
import { newId } from '../../../src/data/ids';
import { refreshStanding } from '../../../src/domain/audience/standing.table';
import { isGiven } from '../../../src/domain/consent/consent-state';
import type { PersonFacts, Purpose } from '../../../src/domain/delivery/gate';
import { start } from '../../support/ground';

/** One person in a world that chance made, what the rules should see of them, and the same as rows. */

const kinds = ['phone', 'bsuid', 'email'] as const;
type Whose = (typeof kinds)[number] | 'stranger';

/** Mostly what lets a message through, so that each rule is reached. */
const mostly = <T>(good: T, ...others: T[]) =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const entry = fc.record({
  act: fc.constantFrom('given' as const, 'withdrawn' as const),
  minutes: fc.integer({ min: -2, max: 2 }),
  source: fc.constantFrom('person', 'form'),
  channel: fc.constantFrom('whatsapp', 'sms', 'all'),
  purpose: fc.constantFrom('marketing', 'marketing', 'surveys'),
  proof: fc.constantFrom('both', 'both', 'text', 'evidence'),
});
type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;
const usual: Entry = { act: 'given', minutes: -1, source: 'form', channel: 'all', purpose: 'marketing', proof: 'both' };
const suppression = fc.record({
  of: fc.constantFrom<Whose>(...kinds, 'stranger'),
  strength: fc.constantFrom('stop' as const, 'hold' as const),
  channel: fc.constantFrom('whatsapp', 'sms', 'all'),
  purpose: fc.constantFrom('marketing', 'marketing', 'collections', 'service', 'surveys'),
});
const wrote = fc.record({
  by: fc.constantFrom<Whose>(...kinds, 'stranger'),
  kind: fc.constantFrom('turn', 'turn', 'account'),
  handled: fc.boolean(),
});
const earlier = fc.record({
  purpose: fc.constantFrom('marketing' as const, 'marketing' as const, 'collections' as const, 'service' as const),
  state: fc.constantFrom('accepted', 'read', 'unknown', 'sending', 'failed', 'cancelled', 'left_out', 'planned'),
  hoursAgo: fc.constantFrom<number>(0.5, 20, 47, 71, 80, 100, 167, 169, 600, 800),
});
const few = <T>(one: fc.Arbitrary<T>, selector: (value: T) => unknown = (value) => value) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<T[]>([]) },
    { weight: 1, arbitrary: fc.uniqueArray(one, { minLength: 1, maxLength: 3, selector }) },
  );

export const situations = fc.record({
  known: mostly<readonly (typeof kinds)[number][]>([...kinds], ['phone'], ['bsuid'], ['email'], []),
  suppressions: few(suppression, (one) => `${one.of} ${one.channel} ${one.purpose}`),
  consents: fc.oneof(
    { weight: 3, arbitrary: fc.constant([usual]) },
    { weight: 1, arbitrary: fc.array(entry, { maxLength: 4 }) },
  ),
  blocked: mostly(false, true),
  age: mostly<string | null>(null, 'lt14', '14_15', '16_17', 'adult'),
  epochs: mostly<readonly [number, number]>([1, 1], [2, 1], [2, 2], [3, 2]),
  pausedHours: mostly<number | null>(null, -1, 1, 700),
  frequency: mostly<'all' | 'weekly' | 'monthly'>('all', 'weekly', 'monthly'),
  earlier: few(earlier),
  inbox: few(wrote),
  answers: mostly<Whose | 'nothing'>('phone', 'bsuid', 'stranger', 'nothing'),
  caseOf: mostly<'theirs' | 'stranger' | 'nothing'>('theirs', 'stranger', 'nothing'),
  testOf: mostly<'theirs' | 'formerly' | 'stranger' | 'nothing'>('theirs', 'formerly', 'stranger', 'nothing'),
  hours: mostly<number | undefined>(1, 23.9, 24, 30, undefined),
  place: mostly(
    { country: 'CL', zone: 'America/Santiago' },
    { country: 'US', zone: 'America/New_York' },
    { country: 'JP', zone: 'Asia/Tokyo' },
  ),
});
export type Situation = typeof situations extends fc.Arbitrary<infer T> ? T : never;
export const allowed: Situation = {
  known: [...kinds],
  suppressions: [],
  consents: [usual],
  blocked: false,
  age: null,
  epochs: [1, 1],
  pausedHours: null,
  frequency: 'all',
  earlier: [],
  inbox: [],
  answers: 'phone',
  caseOf: 'theirs',
  testOf: 'theirs',
  hours: 1,
  place: { country: 'CL', zone: 'America/Santiago' },
};
const got = (hoursAgo: number, purpose: 'marketing' | 'collections' = 'marketing') =>
  ({ purpose, state: 'accepted', hoursAgo }) as const;

/** One thing amiss: each rule is reached for certain, and so is what chance finds too seldom. */
export const singly: readonly Partial<Situation>[] = [
  {},
  { answers: 'nothing', caseOf: 'nothing', testOf: 'nothing' },
  { testOf: 'stranger' },
  { testOf: 'formerly' },
  { known: [] },
  { known: ['email'], answers: 'email' },
  { suppressions: [{ of: 'phone', strength: 'stop', channel: 'all', purpose: 'marketing' }] },
  { suppressions: [{ of: 'phone', strength: 'hold', channel: 'all', purpose: 'marketing' }] },
  { suppressions: [{ of: 'email', strength: 'stop', channel: 'all', purpose: 'collections' }] },
  { suppressions: [{ of: 'email', strength: 'hold', channel: 'all', purpose: 'collections' }] },
  { suppressions: [{ of: 'email', strength: 'stop', channel: 'all', purpose: 'service' }] },
  { suppressions: [{ of: 'email', strength: 'hold', channel: 'all', purpose: 'service' }] },
  { blocked: true },
  { age: '14_15' },
  { epochs: [2, 1] },
  { consents: [] },
  { pausedHours: 1 },
  { frequency: 'weekly', earlier: [got(100)] },
  { frequency: 'monthly', earlier: [got(600)] },
  { earlier: [got(20), got(47), got(80)] },
  { earlier: [got(71, 'collections')] },
  { earlier: [got(80, 'collections'), got(167, 'collections')] },
  { inbox: [{ by: 'phone', kind: 'turn', handled: false }] },
  { inbox: [{ by: 'phone', kind: 'account', handled: false }] },
  { place: { country: 'JP', zone: 'Asia/Tokyo' } },
  { hours: 24 },
];

const at = (minutes: number): Date => new Date(start.getTime() + minutes * 60_000);
const left = ['accepted', 'read', 'unknown', 'sending'];

export interface Asked {
  channel: string;
  cap: number | undefined;
  open: readonly string[];
}
export const placeOf = ({ place }: Situation): string => `${place.country}|${place.zone}`;

/** What the rules should see of it, said once more and without SQL. */
export function factsOf(it: Situation, purpose: Purpose, { channel, cap, open }: Asked): PersonFacts {
  const theirs = (whose: string): boolean => (it.known as readonly string[]).includes(whose);
  const ofChannel = (row: { channel: string }): boolean => ['all', channel].includes(row.channel);
  // Who refuses promotions refuses tests of them.
  const refused = purpose === 'test' ? 'marketing' : purpose;
  const said = it.suppressions.filter((one) => theirs(one.of) && ofChannel(one) && one.purpose === refused);
  const ledger = it.consents
    .filter((one) => one.purpose === 'marketing' && ofChannel(one))
    .map(({ act, minutes, source, proof }) => ({
      act,
      source,
      at: at(minutes),
      proven: proof === 'both' && minutes <= 0,
    }))
    // A line of the future says nothing yet, unless it says no.
    .filter((one) => one.act === 'withdrawn' || one.proven);
  const ways = { email: ['email'], sms: ['phone'], whatsapp: ['phone', 'bsuid'] }[channel] ?? [];
  const began = (of: string, hours: number): number =>
    it.earlier.filter((one) => one.purpose === of && left.includes(one.state) && hoursOf(one) < hours).length;
  const debts = it.earlier.filter((one) => one.purpose === 'collections' && left.includes(one.state));
  return {
    bound:
      { case: it.caseOf === 'theirs', notice: it.caseOf === 'theirs', test: it.testOf === 'theirs' }[
        purpose as 'case'
      ] ?? theirs(it.answers),
    reachable: ways.some(theirs),
    stopped: said.some((one) => one.strength === 'stop'),
    held: said.some((one) => one.strength === 'hold'),
    blocked: it.blocked,
    minor: ['lt14', '14_15', '16_17'].includes(it.age ?? ''),
    holderConfirmed: it.epochs[0] <= it.epochs[1],
    consentProved: isGiven(ledger),
    paused: it.pausedHours !== null && it.pausedHours > 0,
    promotions: { week: began('marketing', 168), month: began('marketing', 720) },
    chosenFrequency: it.frequency,
    frequencyCap: cap,
    collections: {
      week: began('collections', 168),
      // 13:30 UTC is 10:30 in Santiago and 22:30 in Tokyo: the day two days ago began so many hours before.
      atPeace: !open.includes(placeOf(it)) || debts.every((one) => hoursOf(one) > peaceHours(it.place.zone)),
    },
    unreadInbound: it.inbox.some((row) => theirs(row.by) && row.kind === 'turn' && !row.handled),
    inHours: open.includes(placeOf(it)),
    hoursSinceInbound: channel === 'whatsapp' ? it.hours : 0,
  };
}
/** What is being sent leaves now. */
const hoursOf = ({ state, hoursAgo }: { state: string; hoursAgo: number }): number =>
  state === 'sending' ? 0 : hoursAgo;
const peaceHours = (zone: string): number =>
  ({ 'America/Santiago': 58.5, 'America/New_York': 56.5, 'Asia/Tokyo': 70.5 })[zone] ?? 0;

export interface Made {
  contact: string;
  answers: string;
  caseId: string;
  testId: string;
}

let numbers = 0;

/** The same situation as rows. @param batches of earlier campaigns, by purpose */
export async function make(tx: TenantTx, it: Situation, batches: Readonly<Record<string, string>>): Promise<Made> {
  const insert = inserter(tx);
  const [contact, stranger, caseId] = [newId(), newId(), newId()];
  const row = {
    id: contact,
    blocked_at: it.blocked ? start : null,
    last_inbound_at: it.hours === undefined ? null : at(-60 * it.hours),
    created_at: start,
    age_band: it.age,
    holder_epoch: it.epochs[0],
    confirmed_epoch: it.epochs[1],
    paused_until: it.pausedHours === null ? null : at(60 * it.pausedHours),
    frequency: it.frequency,
    ...it.place,
  };
  await insert('contact', row);
  await insert('contact', { id: stranger, created_at: start });
  const tokens = new Map<Whose, { find: Buffer; stop: Buffer }>();
  for (const kind of [...kinds, 'stranger'] as const) {
    const token = { find: randomBytes(32), stop: randomBytes(32) };
    tokens.set(kind, token);
    const isTheirs = (it.known as readonly string[]).includes(kind);
    const of = kind === 'stranger' ? { kind: 'phone', contact_id: stranger } : { kind, contact_id: contact };
    if (isTheirs || kind === 'stranger')
      await insert('identifier', { ...of, ...token, sealed: token.find, source: 'test', created_at: start });
  }
  for (const { of, ...one } of it.suppressions)
    await insert('suppression', { ...one, token: tokens.get(of)?.stop, effective_at: start, source: 'test' });
  for (const { minutes, proof, ...one } of it.consents)
    await insert('consent', {
      ...one,
      id: newId(),
      contact_id: contact,
      at: at(minutes),
      actor: 'test',
      recorded_at: start,
      text_hash: proof === 'evidence' ? null : randomBytes(32),
      evidence: proof === 'text' ? null : 'row 1',
    });
  for (const { purpose, state, hoursAgo } of it.earlier)
    await insert('message', {
      batch_id: batches[purpose],
      seq: ++numbers,
      contact_id: contact,
      sender_id: newId(),
      channel: 'whatsapp',
      purpose,
      state,
      created_at: at(-60 * (hoursAgo + (state === 'unknown' || state === 'sending' ? 0 : 1))),
      accepted_at: ['accepted', 'read'].includes(state) ? at(-60 * hoursAgo) : null,
    });
  const write = async (by: Whose, kind: string, handled: boolean): Promise<string> => {
    const id = newId();
    const lane = tokens.get(by)?.find;
    const one = { id, lane, kind, channel: 'whatsapp', app: 'default', sender: '1', dedup: randomBytes(16), at: start };
    await insert('inbox', { ...one, received_at: start, sealed: randomBytes(8), handled_at: handled ? start : null });
    return id;
  };
  for (const one of it.inbox) await write(one.by, one.kind, one.handled);
  const answers = it.answers === 'nothing' ? newId() : await write(it.answers, 'turn', true);
  const whose = { theirs: contact, stranger }[it.caseOf as 'theirs' | 'stranger'];
  const dates = { received_at: start, due_at: start };
  const told = {
    language: 'es',
    zone: 'UTC',
    masked: '',
    right: 'erase',
    state: 'open',
    regime: 'x',
    authorities: ['cl'],
  };
  if (whose) await insert('privacy_case', { id: caseId, contact_id: whose, ...dates, ...told, number: ++numbers });
  const testId = await makeTest(insert, it, { contact, stranger }, batches.test ?? '');
  await refreshStanding(tx, [contact]);
  return { contact, answers, caseId, testId };
}

/** A test that a member asked for, and whose phone that member's is. @returns its id, or one of none */
async function makeTest(
  insert: ReturnType<typeof inserter>,
  it: Situation,
  people: { contact: string; stranger: string },
  campaign: string,
): Promise<string> {
  const [id, member] = [newId(), newId()];
  if (it.testOf === 'nothing') return id;
  await insert('member', { id: member, team: 'T', slack_user: member, name: 'C', roles: [], created_at: start });
  await insert('campaign_test', { id, member_id: member, campaign_id: campaign, at: start });
  const whose = it.testOf === 'stranger' ? people.stranger : people.contact;
  const epoch = it.testOf === 'formerly' ? 0 : it.testOf === 'theirs' ? it.epochs[0] : 1;
  await insert('member_test_address', {
    ...{ member_id: member, contact_id: whose, holder_epoch: epoch, proven_at: start },
  });
  return id;
}

/** A campaign of each purpose that has begun, for what was sent before. Returns their batches, and as `test` the id of one. */
export async function earlierCampaigns(tx: TenantTx): Promise<Record<string, string>> {
  const insert = inserter(tx);
  const [template, segment] = [newId(), newId()];
  const words = { channel: 'whatsapp', language: 'es', category: 'MARKETING', status: 'APPROVED', body: 'BAJA' };
  await insert('template', { id: template, name: template, ...words });
  await insert('segment', { id: segment, name: segment, created_at: start });
  const batches: Record<string, string> = {};
  for (const purpose of ['marketing', 'service', 'collections']) {
    batches[purpose] = String(1_000_000 + ++numbers);
    const id = newId();
    batches.test = id;
    await insert('campaign', {
      id,
      number: numbers,
      batch_id: batches[purpose],
      name: purpose,
      purpose,
      state: 'sending',
      template_id: template,
      segment_id: segment,
      sender_id: newId(),
      author_id: newId(),
      started_at: at(-60 * 900),
      created_at: at(-60 * 900),
    });
  }
  return batches;
}

const inserter = (tx: TenantTx) => (table: string, row: Record<string, unknown>) => {
  const names = Object.keys(row);
  const places = names.map((_, index) => `$${index + 2}`);
  return tx.query(`INSERT INTO ${table} (tenant_id, ${names.map((name) => `"${name}"`)}) VALUES ($1, ${places})`, [
    tx.tenant,
    ...Object.values(row),
  ]);
};

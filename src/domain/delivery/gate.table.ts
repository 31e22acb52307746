import { channelBits, type PromoChannel, standingFlags } from '../audience/standing.table';
import { type Asking, collectionsAWeek, type PersonCode, type Purpose, rulesFor } from './gate';

/** What stands for the gate's inputs in a statement: column names or bound parameters. */
export interface GateNames {
  channel: string;
  now: string;
  /** What an answer is bound to, or NULL. */
  bound?: string;
  /** What the campaign's own rules said, asked once before (text), or NULL. */
  once?: string;
  /** The places (`CL|America/Santiago`) whose hours are open now: text[]. */
  open?: string;
  /** By place, since when a message about a debt is too fresh for another: jsonb. */
  peace?: string;
  /** Promotions to one person in seven days: int, or NULL. */
  cap?: string;
}
type Part = Readonly<Record<PersonCode, (purpose: Purpose) => string>>;

/** Who refuses promotions refuses tests of them. */
const suppressed = (strength: 'stop' | 'hold', purpose: Purpose): string =>
  `EXISTS (SELECT 1 FROM identifier i JOIN suppression x ON x.tenant_id = i.tenant_id AND x.token = i.stop AND x.purpose = '${purpose === 'test' ? 'marketing' : purpose}'
    AND x.channel IN (:channel, 'all') AND x.strength = '${strength}' WHERE i.tenant_id = :tenant AND i.contact_id = :person)`;

/** What left, or may have: when it did, as far as is known. */
export const leftStates = "('sending', 'accepted', 'sent', 'delivered', 'read', 'unknown')";
export const leftAt = (of: string, now: string): string =>
  `CASE ${of}.state WHEN 'sending' THEN ${now} ELSE coalesce(${of}.accepted_at, ${of}.created_at) END`;

const left = (purpose: Purpose): string =>
  `FROM message f WHERE f.tenant_id = :tenant AND f.contact_id = :person AND f.purpose = '${purpose}' AND f.batch_id > 0 AND f.state IN ${leftStates}`;
const within = (purpose: Purpose, days: number): string =>
  `(SELECT count(*) ${left(purpose)} AND ${leftAt('f', ':now')} > :now - interval '${days} days')`;

/** What says no whatever row it is asked on, with the person as :tenant and :person. */
const shared = {
  COLLECTIONS_LIMIT: (purpose: Purpose) => `(${within(purpose, 7)} >= ${collectionsAWeek}
    OR EXISTS (SELECT 1 ${left(purpose)} AND ${leftAt('f', ':now')} >= (:peace ->> (:place))::timestamptz))`,
  UNREAD_INBOUND: () =>
    `EXISTS (SELECT 1 FROM identifier i JOIN inbox n ON n.tenant_id = i.tenant_id AND n.lane = i.find AND n.kind = 'turn' AND n.handled_at IS NULL
    WHERE i.tenant_id = :tenant AND i.contact_id = :person)`,
  QUIET_HOURS: () => 'NOT coalesce((:place) = ANY (:open), false)',
};

const ofCase =
  'SELECT 1 FROM privacy_case p WHERE p.tenant_id = c.tenant_id AND p.id = :bound AND c.id IN (p.contact_id, p.answer_to)';
/** What proves that a single message is this person's, by what it is bound to. */
const proofs = {
  answer: `SELECT 1 FROM identifier i JOIN inbox n ON n.tenant_id = i.tenant_id AND n.lane = i.find AND n.id = :bound
    WHERE i.tenant_id = c.tenant_id AND i.contact_id = c.id`,
  case: ofCase,
  notice: ofCase,
  test: `SELECT 1 FROM campaign_test t JOIN member_test_address a ON a.tenant_id = t.tenant_id AND a.member_id = t.member_id
    WHERE t.tenant_id = c.tenant_id AND t.id = :bound AND a.contact_id = c.id AND a.holder_epoch = c.holder_epoch`,
};

/** Each rule of a person as a condition that refuses, on a row c of contact. Suppression is asked by the tokens themselves, consent by the ledger. */
const byTokens: Part = {
  ...shared,
  UNBOUND: (purpose) => `NOT EXISTS (${proofs[purpose as 'case'] ?? proofs.answer})`,
  UNREACHABLE: () => `NOT EXISTS (SELECT 1 FROM identifier i WHERE i.tenant_id = c.tenant_id AND i.contact_id = c.id
    AND i.kind = ANY (CASE :channel WHEN 'email' THEN ARRAY['email'] WHEN 'sms' THEN ARRAY['phone'] ELSE ARRAY['phone', 'bsuid'] END))`,
  OPTED_OUT: (purpose) => suppressed('stop', purpose),
  ON_HOLD: (purpose) => suppressed('hold', purpose),
  BLOCKED: () => 'c.blocked_at IS NOT NULL',
  MINOR: () => "c.age_band IN ('lt14', '14_15', '16_17')",
  UNCONFIRMED_HOLDER: () => 'c.holder_epoch > c.confirmed_epoch',
  NO_CONSENT:
    () => `NOT EXISTS (SELECT 1 FROM consent g WHERE g.tenant_id = c.tenant_id AND g.contact_id = c.id AND g.purpose = 'marketing'
    AND g.channel IN (:channel, 'all') AND g.act IN ('given', 'renewed') AND g.at <= :now AND g.at <= g.recorded_at AND g.text_hash IS NOT NULL AND g.evidence IS NOT NULL
    AND (g.until IS NULL OR g.until > :now)
    AND NOT EXISTS (SELECT 1 FROM consent w WHERE w.tenant_id = c.tenant_id AND w.contact_id = c.id AND w.purpose = 'marketing'
      AND w.channel IN (:channel, 'all') AND w.act IN ('withdrawn', 'needs_reconfirmation') AND (g.source <> 'person' OR w.at >= g.at)))`,
  PAUSED_BY_PERSON: () => 'c.paused_until > :now',
  CHOSEN_FREQUENCY: (purpose) =>
    `CASE c.frequency WHEN 'weekly' THEN ${within(purpose, 7)} > 0 WHEN 'monthly' THEN ${within(purpose, 30)} > 0 ELSE false END`,
  FREQUENCY_CAP: (purpose) => `CASE WHEN :cap IS NULL THEN false ELSE ${within(purpose, 7)} >= :cap END`,
  // Meta's hours alone: a text or a mail may be answered on any day.
  WINDOW_CLOSED: () =>
    `(:channel = 'whatsapp' AND (c.last_inbound_at IS NULL OR c.last_inbound_at <= :now - interval '24 hours'))`,
};

/** The same on a row s of standing, which also has week, month and frequency (see `withRecent` in audience.table.ts). Promotions' tokens and ledger are in it. */
const byStanding = (channel: PromoChannel): Part => {
  const has = (column: string) => `s.${column} & ${channelBits[channel]} <> 0`;
  const flag = (name: keyof typeof standingFlags) => `s.flags & ${standingFlags[name]} <> 0`;
  return {
    ...shared,
    UNBOUND: () => 'true',
    UNREACHABLE: () => `s.reach & ${channelBits[channel]} = 0`,
    OPTED_OUT: (purpose) => (purpose === 'marketing' ? has('stopped') : suppressed('stop', purpose)),
    ON_HOLD: (purpose) => (purpose === 'marketing' ? has('held') : suppressed('hold', purpose)),
    BLOCKED: () => flag('blocked'),
    MINOR: () => flag('minor'),
    UNCONFIRMED_HOLDER: () => flag('unconfirmed'),
    NO_CONSENT: () => `s.consented & ${channelBits[channel]} = 0`,
    PAUSED_BY_PERSON: () => 's.paused_until > :now',
    CHOSEN_FREQUENCY: () =>
      "CASE s.frequency WHEN 'weekly' THEN s.week > 0 WHEN 'monthly' THEN s.month > 0 ELSE false END",
    FREQUENCY_CAP: () => 's.week >= :cap',
    WINDOW_CLOSED: () => 'true',
  };
};

/**
 * The gate as one SQL expression on a contact c: NULL, or the code of the first rule that refuses. Plans: identifier_contact, the keys of suppression,
 * inbox, privacy_case and campaign_test, consent_contact, message_contact.
 */
export const refusalSql = (purpose: Purpose, names: GateNames, asking: Asking = {}): string =>
  expression(purpose, byTokens, asking, {
    ...named(names),
    tenant: 'c.tenant_id',
    person: 'c.id',
    place: placeOf('c'),
  });

/** The same on a row s of standing: for counting, planning and materialising. Of promotions it asks nothing but that row, unless for what passes. */
export const standingRefusalSql = (
  purpose: Purpose,
  channel: PromoChannel,
  names: GateNames,
  asking: Asking = { lasting: true },
): string =>
  expression(purpose, byStanding(channel), asking, {
    ...named(names),
    tenant: 's.tenant_id',
    person: 's.contact_id',
    place: placeOf('s'),
  });

const placeOf = (row: string): string => `${row}.country || '|' || ${row}.zone`;

const named = (names: GateNames) => ({
  channel: names.channel,
  now: names.now,
  bound: names.bound ?? 'NULL',
  once: names.once ?? 'NULL::text',
  open: names.open ?? 'NULL::text[]',
  peace: names.peace ?? 'NULL::jsonb',
  cap: names.cap ?? 'NULL::int',
});

/** Each rule of a person for itself, as columns named by its code: true where it refuses. For explaining, one person at a time. */
export function refusalsSql(purpose: Purpose, names: GateNames, asking: Asking = {}): string {
  const filled = { ...named(names), tenant: 'c.tenant_id', person: 'c.id', place: placeOf('c') };
  return rulesFor(purpose, asking)
    .filter((rule) => rule.of === 'person')
    .map(({ code }) => `coalesce(${fill(byTokens[code as PersonCode](purpose), filled)}, false) AS "${code}"`)
    .join(',\n');
}

const fill = (sql: string, names: Readonly<Record<string, string>>): string =>
  sql.replace(/(?<!:):([a-z]+)\b/g, (all, name: string) => names[name] ?? all);

/** Of a campaign its own rules stand first, all in one value. */
function expression(purpose: Purpose, part: Part, asking: Asking, names: Readonly<Record<string, string>>): string {
  const rules = rulesFor(purpose, asking);
  const once = rules.some((rule) => rule.of === 'campaign') ? 'WHEN :once IS NOT NULL THEN :once\n' : '';
  const lines = rules
    .filter((rule) => rule.of === 'person')
    .map(({ code }) => `WHEN ${part[code as PersonCode](purpose)} THEN '${code}'`);
  return fill(`CASE ${once}${lines.join('\n')} END`, names);
}

import { parseArgs } from 'node:util';
import { sayHouse } from '../conversation/texts';
import type { TenantTx } from '../data/database';
import { type CampaignRow, campaignsTable } from '../domain/campaigns/campaigns.table';
import { countStates, type StateCount } from '../domain/delivery/counts.table';
import { campaignAnswers, type PersonAnswer, personInCampaign, type RuleAnswer } from '../domain/delivery/explain';
import { type AtCustomer, atCustomer, nowOf } from './at-customer';

interface Explained {
  tenant: string;
  campaign: string;
  state: string;
  purpose: string;
  at: Date;
  rules: readonly RuleAnswer[];
  /** Its messages: how many in which state, for which reason. */
  messages: readonly StateCount[];
  person?: PersonAnswer & { masked: string };
}

/** `npm run gate:explain -- --campaign C-118 [--person +56…] [--tenant andina] [--at 2026-12-01T13:30:00Z] [--json]` */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      campaign: { type: 'string' },
      person: { type: 'string' },
      tenant: { type: 'string' },
      at: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const number = Number(/^(?:C-)?(\d+)$/i.exec(values.campaign ?? '')?.[1]);
  if (!number) throw new Error('Which campaign? --campaign C-118');
  const at = values.at === undefined ? undefined : new Date(values.at);
  if (at && Number.isNaN(at.getTime())) throw new Error('--at is a moment: 2026-12-01T13:30:00Z');
  const found = await atCustomer(values.tenant, (customer) =>
    customer.database.withTenant(customer.tenant, async (tx) => {
      const now = at ?? (await nowOf(tx, customer.now));
      const row = await campaignsTable.byNumber(tx, number);
      if (!row) throw new Error(`${customer.name} has no campaign C-${number}.`);
      return explained(tx, customer, row, values.person, now);
    }),
  );
  process.stdout.write(`${values.json ? JSON.stringify(found, null, 2) : shown(found)}\n`);
}

async function explained(
  tx: TenantTx,
  { name: tenant, rooms }: AtCustomer,
  row: CampaignRow,
  address: string | undefined,
  now: Date,
): Promise<Explained> {
  const person = address === undefined ? undefined : await look(tx, rooms, row, address, now);
  const campaign = `C-${row.number}`;
  const { state, purpose } = row;
  const [rules, messages] = [await campaignAnswers(tx, row, now), await countStates(tx, row.batch_id)];
  return { tenant, campaign, state, purpose, at: now, rules, messages, ...(person && { person }) };
}

/** Looking somebody up is on record, whoever does it. */
async function look(
  tx: TenantTx,
  { audience, audit }: AtCustomer['rooms'],
  row: CampaignRow,
  address: string,
  now: Date,
) {
  const contact = await audience.findByAddress(tx, address);
  const subject = contact ? `contact:${contact}` : 'contact:none';
  await audit.record(tx, { actor: 'system:gate-explain', act: 'person.read', subject }, now);
  if (!contact) throw new Error('Nobody here has that address.');
  return { masked: await audience.masked(tx, contact), ...(await personInCampaign(tx, contact, row, now)) };
}

const marks = { passes: '✓', refuses: '✗', lifted: '–' } as const;

function line({ code, why, rule, answer, seen, until }: RuleAnswer): string {
  const first = `  ${marks[answer]} ${code.padEnd(28)}${why.padEnd(9)}${rule}${seen ? ` · ${seen}` : ''}`;
  if (answer !== 'refuses') return first;
  const fix = sayHouse({ text: `gate_fix.${code}`, vars: { invites: 'yes' } }, { language: 'en', zone: 'UTC' });
  return `${first}\n      ${fix}${until ? ` Next: ${until.toISOString()}` : ''}`;
}

function shown({ tenant, campaign, state, purpose, at, rules, messages, person }: Explained): string {
  const head = `${campaign} of ${tenant} · ${purpose} · ${state} · asked for ${at.toISOString()}`;
  const counts = messages.map(
    (one) => `  ${String(one.count).padStart(9)} ${one.state}${one.reason ? ` ${one.reason}` : ''}`,
  );
  const theirs = person && [
    `\n${person.masked}`,
    person.record
      ? `  on record: ${person.record.state}${person.record.reason ? ` ${person.record.reason}` : ''}`
      : '  not in this campaign',
    ...person.rules.map(line),
  ];
  return [head, ...rules.map(line), ...(counts.length > 0 ? ['Its messages', ...counts] : []), ...(theirs ?? [])].join(
    '\n',
  );
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});

import type { OutboundContent, Sender } from '../../channel';
import type { Clock } from '../../clock';
import type { Database, TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import type { Senders } from '../accounts/senders.service';
import { tenantsTable } from '../accounts/tenants.table';
import type { Audience, PersonView } from '../audience/audience.service';
import type { Campaigns } from '../campaigns/campaigns.service';
import { type CampaignRow, campaignsTable } from '../campaigns/campaigns.table';
import { type TemplateRow, templatesTable } from '../campaigns/templates.table';
import { type Claimed, claimParcel, type OutcomeRow, openRows, reap, writeOutcomes } from './messages.table';
import { referenceOf } from './reference';
import { outcomeOf } from './replies';
import type { Transport } from './transport';

/** Claimed rows whose send has not begun by then go back: an opt-out that came meanwhile must find them. */
const freshMs = 80;
const sliceMs = 2_000;
const parcel = 500;
const mostAttempts = 6;

export interface SendingDeps {
  database: Database;
  keys: Keys;
  clock: Clock;
  campaigns: Campaigns;
  senders: Senders;
  audience: Audience;
  transport: Transport;
  rate: {
    take(sender: string, perSecond: number, wanted: number): Promise<number>;
    slowDown(sender: string, perSecond: number): Promise<void>;
  };
  issue(ticket: { tenant: string; batch: string }): Promise<boolean>;
  onProgress(tx: TenantTx, batches: readonly string[]): Promise<void>;
}

interface Slice {
  row: CampaignRow;
  template: TemplateRow;
  sender: Sender;
  perSecond: number;
}

/** One campaign on its way: `run` keeps it going (schedule, tickets, lost workers, the end), `slice` sends. */
export class CampaignSending {
  readonly kind = 'campaign';
  /** Rows before this are decided, as far as this process knows. */
  private readonly from = new Map<string, string>();

  constructor(private readonly deps: SendingDeps) {}

  async run(tenant: string, lane: Buffer): Promise<'done' | 'again'> {
    const batch = lane.readBigInt64BE(0).toString();
    const active = await this.deps.database.withTenant(tenant, (tx) => this.tend(tx, batch));
    if (active) await this.deps.issue({ tenant, batch });
    return 'done';
  }

  /** A ticket's worth: parcels until two seconds are over or nothing is left to take. */
  async slice({ tenant, batch }: { tenant: string; batch: string }): Promise<void> {
    const slice = await this.deps.database.withTenant(tenant, (tx) => this.open(tx, batch));
    if (!slice) return;
    const end = performance.now() + sliceMs;
    while (performance.now() < end) {
      const granted = await this.deps.rate.take(
        slice.sender.id,
        slice.perSecond,
        Math.min(parcel, Math.ceil(slice.perSecond / 20)),
      );
      if (granted === 0) {
        await new Promise((done) => setTimeout(done, Math.min(250, Math.ceil(1000 / slice.perSecond))));
        continue;
      }
      if ((await this.send(tenant, batch, slice, granted)) === 0) return;
    }
  }

  private async tend(tx: TenantTx, batch: string): Promise<boolean> {
    const { campaigns, clock } = this.deps;
    const found = await campaignsTable.byBatch(tx, batch);
    const row = found && (await campaignsTable.lock(tx, found.id));
    if (!row || !['scheduled', 'sending'].includes(row.state)) return false;
    const sending = await campaigns.startIfDue(tx, row, clock.now());
    if (!sending) {
      await campaignsTable.wake(tx, batch, '5 seconds');
      return false;
    }
    const lost = await reap(tx, batch);
    const open = await openRows(tx, batch);
    if (open.planned + open.sending === 0) {
      this.from.delete(batch);
      await campaigns.finish(tx, row, clock.now());
      return false;
    }
    if (lost > 0) await this.deps.onProgress(tx, [batch]);
    await campaignsTable.wake(tx, batch, '500 milliseconds');
    return open.planned > 0;
  }

  private async open(tx: TenantTx, batch: string): Promise<Slice | undefined> {
    const row = await campaignsTable.byBatch(tx, batch);
    if (row?.state !== 'sending') return undefined;
    const template = await templatesTable.get(tx, row.template_id);
    const own = await tenantsTable.sender(tx, row.sender_id);
    if (!template || !own) return undefined;
    return { row, template, sender: await this.deps.senders.sender(tx, row.sender_id), perSecond: own.rate_per_second };
  }

  /** Returns how many rows were looked at. */
  private async send(tenant: string, batch: string, slice: Slice, count: number): Promise<number> {
    const { database, keys } = this.deps;
    const claimed = await database.withTenant(tenant, async (tx) => {
      const found = await this.claim(tx, batch, count);
      const people = await this.deps.audience.readMany(
        tx,
        found.taken.map((row) => row.contact),
      );
      return {
        ...found,
        people,
        keys: await keys.of(tx),
        personKeys: await keys.people(
          tx,
          found.taken.map((row) => row.contact),
        ),
      };
    });
    const since = performance.now();
    const outcomes = await Promise.all(
      claimed.taken.map(async (row): Promise<OutcomeRow> => {
        const person = claimed.people.get(row.contact);
        if (!person)
          return { seq: row.seq, state: 'failed', reason: 'PERSON_ERASED', provider: null, sealed: null, pause: 0 };
        if (performance.now() - since > freshMs)
          return { seq: row.seq, state: 'planned', reason: null, provider: null, sealed: null, pause: 0 };
        const content = render(slice.template, person);
        const outcome = await this.deps.transport.send(
          slice.sender,
          person.identity,
          content,
          referenceOf(claimed.keys, { batch, seq: row.seq }),
        );
        if (outcome.outcome === 'refused' && outcome.treatment === 'retry')
          await this.deps.rate.slowDown(slice.sender.id, slice.perSecond);
        const written = outcomeOf(
          claimed.keys,
          row.seq,
          outcome,
          row.attempts < mostAttempts ? 'planned' : 'failed',
          row.attempts,
        );
        const sealed = claimed.personKeys
          .get(row.contact)
          ?.seal(
            JSON.stringify({ variables: content.variables, version: slice.template.version }),
            `message|${batch}|${row.seq}`,
          );
        return { ...written, sealed: sealed ?? null };
      }),
    );
    if (claimed.looked > 0)
      await database.withTenant(tenant, async (tx) => {
        await writeOutcomes(tx, batch, outcomes, this.deps.clock.now());
        await this.deps.onProgress(tx, [batch]);
      });
    return claimed.looked;
  }

  private async claim(tx: TenantTx, batch: string, count: number): Promise<{ taken: Claimed[]; looked: number }> {
    const from = this.from.get(batch) ?? '0';
    const found = await claimParcel(tx, batch, from, this.deps.clock.now(), count);
    if (found.first) this.from.set(batch, found.first);
    // Rows that went back may lie behind us.
    else this.from.delete(batch);
    return found;
  }
}

/** What fills the template for this person. */
export function render(
  template: TemplateRow,
  person: Pick<PersonView, 'name'>,
): OutboundContent & { kind: 'template' } {
  const variables = template.variables.map((one) =>
    'text' in one ? one.text : person.name?.split(' ')[0] || one.otherwise,
  );
  return { kind: 'template', name: template.name, language: template.language, variables };
}

import type { Clock } from '../../clock';
import type { Database, TenantTx } from '../../data/database';
import type { Campaigns } from '../campaigns/campaigns.service';
import { type CampaignRow, campaignsTable } from '../campaigns/campaigns.table';
import { templatesTable } from '../campaigns/templates.table';
import { askCampaign } from './campaign-facts';
import { openRows } from './counts.table';
import { waitsElsewhere } from './fallback.table';
import { freezeOn } from './freezing';
import { freezingTable } from './freezing.table';
import { ruleOf } from './gate';
import { type Hold, noteHold } from './guards.table';
import { beginsAt, hoursAt, WaitingPlaces } from './hours';
import { cancelBatch, goneWorkers, reap } from './parcels.table';
import { spikeOf } from './spikes';
import { tendWave } from './waves';

// A whole batch is looked through: at once when a worker went, else seldom.
const reapEveryMs = 30_000;
// Far less than the lane's lease.
const freezeMs = 2_000;
const tendSeconds = 0.5;

export interface CampaignWorkDeps {
  database: Database;
  clock: Clock;
  campaigns: Campaigns;
  issue(ticket: { tenant: string; batch: string }): Promise<boolean>;
  /** Figures may have changed: cards are drawn again. About twice a second while a campaign is sent. */
  onProgress(tx: TenantTx, batches: readonly string[]): Promise<void>;
}

/** For how long it rests, and whether somebody has to let it go on. */
interface Rest {
  seconds: number;
  halts?: string;
  /** By a guard, which remembers. */
  hold?: Hold;
}

/** Keeps one campaign going: its hour, its tickets, lost workers, its end. Lane: the batch as eight bytes. */
export class CampaignWork {
  readonly kind = 'campaign';
  /** When each batch was looked through, and who was known to be gone then. */
  private readonly reaped = new Map<string, { at: number; last: string }>();
  private readonly places = new WaitingPlaces();

  constructor(private readonly deps: CampaignWorkDeps) {}

  async run(tenant: string, lane: Buffer): Promise<'done' | 'again'> {
    const batch = lane.readBigInt64BE(0).toString();
    if (await this.makeRows(tenant, batch)) return 'again';
    const isActive = await this.deps.database.withTenant(tenant, (tx) => this.tend(tx, batch));
    if (isActive) await this.deps.issue({ tenant, batch });
    return 'done';
  }

  /** Page by page, each in a transaction of its own, wherever the last one ended. @returns whether there is more to make */
  private async makeRows(tenant: string, batch: string): Promise<boolean> {
    const { database, onProgress } = this.deps;
    const end = performance.now() + freezeMs;
    let isMore = true;
    while (isMore && performance.now() < end)
      isMore = await database.withTenant(tenant, async (tx) => {
        const before = await freezingTable.isGoing(tx, batch);
        const left = before && (await freezeOn(tx, batch));
        if (before) await onProgress(tx, [batch]);
        return left;
      });
    return isMore;
  }

  /** @returns whether a ticket helps */
  private async tend(tx: TenantTx, batch: string): Promise<boolean> {
    const { campaigns, clock } = this.deps;
    const found = await campaignsTable.byBatch(tx, batch);
    const row = found && (await campaignsTable.lock(tx, found.id));
    if (!row) return false;
    if (row.state === 'awaiting_approval' || row.state === 'scheduled') {
      const next = await this.waits(tx, row);
      if (next !== 'begun') {
        if (next) await campaignsTable.wake(tx, batch, this.until(next));
        return false;
      }
    }
    const rests = row.state === 'sending' ? await this.rests(tx, row) : undefined;
    if (rests?.hold) await noteHold(tx, row.id, rests.hold, clock.now());
    if (rests?.halts) await campaigns.halt(tx, batch, rests.halts, clock.now());
    const isActive = await this.settle(tx, (await campaignsTable.byBatch(tx, batch)) ?? row, rests?.seconds ?? 0);
    return isActive && !rests;
  }

  /** Its approval or its hour is waited for. @returns when to look again; undefined: never by itself */
  private async waits(tx: TenantTx, row: CampaignRow): Promise<Date | undefined | 'begun'> {
    const { campaigns, clock } = this.deps;
    const now = clock.now();
    if (row.state === 'awaiting_approval') return campaigns.waitForApproval(tx, row, now);
    const due = beginsAt(row, row.pace.kind === 'local' ? await this.places.of(tx, row.batch_id) : []);
    if (await campaigns.startIfDue(tx, row, now, due)) return 'begun';
    return row.state === 'scheduled' ? (due ?? now) : undefined;
  }

  /** Nothing of it may leave now: somebody has to put something right, or it goes on by itself. */
  private async rests(tx: TenantTx, row: CampaignRow): Promise<Rest | undefined> {
    const now = this.deps.clock.now();
    const spike = await spikeOf(tx, row, now);
    if (spike) return { halts: spike.code, hold: spike, seconds: tendSeconds };
    const template = await templatesTable.get(tx, row.template_id);
    const { refused, lifted } = await askCampaign(tx, row, template, now);
    const halts = refused.find((code) => ruleOf(code)?.halts);
    const isGuard = halts === 'TAKEOVER_SUSPECTED';
    if (halts) return { halts, ...(isGuard && { hold: { code: halts, sent: 0 } }), seconds: tendSeconds };
    if (refused.length > 0) return { seconds: tendSeconds };
    const places = await this.places.of(tx, row.batch_id);
    const of = { purpose: row.purpose, channel: template?.channel ?? '', lifted, pace: row.pace };
    const { allClosed, next } = hoursAt(places, of, now);
    if (allClosed) return { seconds: this.until(next) };
    const wave = await tendWave(tx, this.deps.campaigns, row, now);
    return wave && { seconds: this.until(wave.next), ...(wave.halts && { halts: wave.halts }) };
  }

  /** Lost workers are given up, and a campaign with nothing left is done; one that was stopped is looked after until nothing is on its way. */
  private async settle(tx: TenantTx, row: CampaignRow, seconds: number): Promise<boolean> {
    const { campaigns, clock, onProgress } = this.deps;
    const batch = row.batch_id;
    if ((await openRows(tx, batch)).sending) await this.reap(tx, batch);
    const open = await openRows(tx, batch);
    // What was on its way when it was cancelled may have come back since. After the look: what comes back later was still on its way then.
    if (row.state === 'cancelled') await cancelBatch(tx, batch);
    await onProgress(tx, [batch]);
    const isOver = !open.planned && !open.sending && !(await waitsElsewhere(tx, row.id));
    if (row.state === 'sending' && isOver) {
      this.reaped.delete(batch);
      await campaigns.finish(tx, row, clock.now());
    } else if (row.state === 'sending' || open.sending)
      await campaignsTable.wake(tx, batch, Math.max(tendSeconds, seconds));
    return row.state === 'sending' && open.planned;
  }

  private async reap(tx: TenantTx, batch: string): Promise<void> {
    const gone = await goneWorkers(tx);
    const last = gone.at(-1) ?? '';
    const now = performance.now();
    const before = this.reaped.get(batch);
    if (before && before.last === last && now - before.at < reapEveryMs) return;
    await reap(tx, batch, gone);
    if (this.reaped.size >= 1_000) this.reaped.clear();
    this.reaped.set(batch, { at: now, last });
  }

  // The product's clock may be moved: nobody sleeps longer than this.
  private until(moment: Date | null | undefined): number {
    const left = ((moment?.getTime() ?? 0) - this.deps.clock.now().getTime()) / 1_000;
    return Math.min(5, Math.max(0.1, left));
  }
}

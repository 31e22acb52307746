import type { KeptTemplate, Sender, TemplateDesk, Told } from '../../channel';
import type { Clock } from '../../clock';
import type { Database, TenantTx } from '../../data/database';
import { AppError } from '../../errors';
import type { TemplateMedia } from './template-media';
import { applyAll, listAll, sameWords } from './template-sync';
import type { VerdictPorts } from './template-verdicts';
import type { Templates } from './templates.service';
import { type TemplateRow, templatesTable } from './templates.table';
import { writtenOf } from './written';

export interface TemplateWorkDeps {
  database: Database;
  clock: Clock;
  desk: TemplateDesk | undefined;
  accounts(tx: TenantTx): Promise<Sender[]>;
  media: TemplateMedia;
  templates: Pick<Templates, 'tookMedium'>;
  /** A file from where a member put it. @throws AppError of what can't be helped, anything else is tried again */
  fetch(from: { team: string; file: string }): Promise<Buffer>;
  ports: VerdictPorts;
}

/** The lane on which everything is brought level; the others are templates. */
export const syncLane = Buffer.alloc(16);
const laneOf = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');
const idOf = (lane: Buffer): string =>
  lane.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

export async function wakeTemplate(tx: TenantTx, id: string | undefined): Promise<void> {
  await templatesTable.wake(tx, id ? laneOf(id) : syncLane);
}

/** Hands templates in, changes and takes them back at the provider, outside any transaction; what came of it is written after. Begun again after a crash it finds what was done. */
export class TemplateWork {
  readonly kind = 'template';

  constructor(private readonly deps: TemplateWorkDeps) {}

  async run(tenant: string, lane: Buffer): Promise<'done'> {
    if (lane.equals(syncLane)) await this.sync(tenant);
    else {
      await this.bring(tenant, idOf(lane));
      await this.carry(tenant, idOf(lane));
    }
    return 'done';
  }

  /** Five tries failed: it waits here as it was, and its card says why. */
  async parked(tenant: string, lane: Buffer): Promise<void> {
    if (lane.equals(syncLane)) return;
    const id = idOf(lane);
    await this.deps.database.withTenant(tenant, (tx) => templatesTable.mark(tx, id, { bringing: null }));
    await this.conclude(tenant, id, 'PROVIDER_UNREACHABLE');
  }

  /** Everything the customer's accounts keep. @returns how many changed @throws PROVIDER_ACCESS, PROVIDER_UNREACHABLE */
  async sync(tenant: string): Promise<number> {
    const { database, clock, desk, ports } = this.deps;
    const accounts = await database.withTenant(tenant, (tx) => this.deps.accounts(tx));
    if (!desk || accounts.length === 0) return 0;
    const kept: KeptTemplate[] = [];
    for (const account of accounts) kept.push(...(await listAll(desk, account)));
    return database.withTenant(tenant, (tx) => applyAll(tx, kept, ports, clock.now()));
  }

  /** A file that was dropped; what is no picture, video or paper says so on the card. */
  private async bring(tenant: string, id: string): Promise<void> {
    const { database, clock, media, templates } = this.deps;
    const { bringing } = (await database.withTenant(tenant, (tx) => templatesTable.get(tx, id))) ?? {};
    if (!bringing) return;
    const now = clock.now();
    try {
      const content = await this.deps.fetch(bringing);
      await media.keep(tenant, id, { name: bringing.name, content }, bringing.by, now, (tx, kind) =>
        templates.tookMedium(tx, id, kind, now),
      );
    } catch (error) {
      if (!(error instanceof AppError) || error.retry) throw error;
      await database.withTenant(tenant, async (tx) => {
        await templatesTable.mark(tx, id, { bringing: null, why: error.code });
        await this.deps.ports.onChanged(tx, id);
      });
    }
  }

  private async carry(tenant: string, id: string): Promise<void> {
    const { database, desk } = this.deps;
    const { row, account } = await database.withTenant(tenant, async (tx) => ({
      row: await templatesTable.get(tx, id),
      account: (await this.deps.accounts(tx))[0],
    }));
    if (!row || (row.status !== 'SUBMITTING' && row.status !== 'DELETING')) return;
    if (!desk || !account) return this.conclude(tenant, id, 'PROVIDER_ACCESS');
    const refused =
      row.status === 'DELETING'
        ? await this.takeBack(desk, account, row)
        : await this.handIn(tenant, desk, account, row);
    const isDone = perhapsDone.includes(refused ?? '') && (await this.find(tenant, desk, account, row));
    await this.conclude(tenant, id, isDone ? undefined : refused);
  }

  /** Whether the provider has these very words already: they were taken before a crash. */
  private async find(tenant: string, desk: TemplateDesk, account: Sender, row: TemplateRow): Promise<boolean> {
    const { name, language } = row;
    const all = await listAll(desk, account);
    const kept = all.find((one) => one.name === name && one.language === language && sameWords(row, one));
    if (kept)
      await this.deps.database.withTenant(tenant, (tx) => templatesTable.mark(tx, row.id, { provider_id: kept.id }));
    return kept !== undefined;
  }

  /** @returns our code where it was refused */
  private async handIn(
    tenant: string,
    desk: TemplateDesk,
    account: Sender,
    row: TemplateRow,
  ): Promise<string | undefined> {
    const sample = await this.sample(tenant, desk, account, row);
    if (sample.outcome !== 'accepted') return refusalOf(sample);
    const written = writtenOf(row, sample.value);
    if (row.provider_id) return refusalOf(await desk.edit(account, row.provider_id, written));
    const made = await desk.create(account, written);
    if (made.outcome !== 'accepted') return refusalOf(made);
    const { id: provider_id, category } = made.value;
    await this.deps.database.withTenant(tenant, (tx) => templatesTable.mark(tx, row.id, { provider_id, category }));
    return undefined;
  }

  private async sample(
    tenant: string,
    desk: TemplateDesk,
    account: Sender,
    row: TemplateRow,
  ): Promise<Told<string | undefined>> {
    const medium = await this.deps.media.read(tenant, row.id);
    return medium ? desk.sample(account, medium) : { outcome: 'accepted', value: undefined };
  }

  private async takeBack(
    desk: TemplateDesk,
    account: Sender,
    { provider_id, name }: TemplateRow,
  ): Promise<string | undefined> {
    const refused = refusalOf(await desk.remove(account, { id: provider_id ?? '', name }));
    return refused === 'TEMPLATE_GONE' ? undefined : refused;
  }

  /** What was taken waits for review, or is gone; what was refused is as before, with the reason. */
  private async conclude(tenant: string, id: string, refused: string | undefined): Promise<void> {
    const { database, ports } = this.deps;
    await database.withTenant(tenant, async (tx) => {
      const row = await templatesTable.lock(tx, id);
      if (row?.status === 'DELETING')
        await templatesTable.mark(tx, id, refused ? { status: 'PENDING', why: refused } : { status: 'DELETED' });
      // Its review may be over already: a webhook said so meanwhile.
      else if (row?.status === 'SUBMITTING')
        await templatesTable.mark(tx, id, { status: refused ? 'DRAFT' : 'PENDING', why: refused ?? null });
      else return;
      // What the provider has of a refused change or removal is the truth.
      if (refused && row.provider_id) {
        await templatesTable.mark(tx, id, { status: 'PENDING', why: refused });
        await wakeTemplate(tx, undefined);
      }
      await ports.onChanged(tx, id);
    });
  }
}

const perhapsDone = ['TEMPLATE_NAME_TAKEN', 'TEMPLATE_EDIT_STATE'];

/** @throws PROVIDER_UNREACHABLE where it may be tried again */
function refusalOf(told: Told<unknown>): string | undefined {
  if (told.outcome === 'accepted') return undefined;
  if (told.outcome === 'refused') return told.code;
  throw new AppError('PROVIDER_UNREACHABLE');
}

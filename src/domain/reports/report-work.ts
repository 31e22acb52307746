import { randomBytes } from 'node:crypto';
import type { SendOutcome } from '../../channel';
import type { Clock } from '../../clock';
import type { BlobStore } from '../../data/blobs';
import type { Database, TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import type { Audience } from '../audience/audience.service';
import { campaignsTable } from '../campaigns/campaigns.table';
import { waysOf } from './campaign-report';
import { type FileRow, filesTable, idOf } from './files.table';
import { type ListWords, listOf } from './list';
import { paperOf } from './paper';
import { pictureOf } from './picture';
import { settings } from './settings';
import type { Sheet } from './sheet';

const dayS = 86_400;
/** Longer than any list takes: whoever held it then is no more. */
const heldMost = 1_800;
const lookAgain = 60;
/** A post that does not come to stand in this time has no file beneath it. */
const postMost = 600;

/** Where a post stands. */
export interface Spot {
  team: string;
  channel: string;
  post: string;
  language: string;
}
export interface NewFile {
  name: string;
  content: Buffer | { bytes: number; source: AsyncIterable<Buffer> };
  /** What is in a picture. */
  alt?: string;
}
/** A file of a campaign. */
export type CampaignFile = FileRow & { campaign_id: string };
export interface ReportPorts {
  sheet(tx: TenantTx, file: CampaignFile, reason: string): Promise<Sheet>;
  words(tx: TenantTx, file: CampaignFile, reason: string): Promise<ListWords>;
  /** A statement of account, whole: it is short. */
  statement(tenant: string, file: FileRow & { statement_id: string }): Promise<NewFile>;
  spot(tx: TenantTx, file: Pick<FileRow, 'topic' | 'statement_id' | 'asked_by'>): Promise<Spot | undefined>;
  put(tenant: string, spot: Spot, file: NewFile): Promise<SendOutcome>;
  /** Takes it down; gone already is gone. */
  remove(tenant: string, team: string, file: string): Promise<SendOutcome>;
}
export interface ReportWorkDeps {
  database: Database;
  keys: Keys;
  clock: Clock;
  blobs: BlobStore;
  audience: Audience;
  ports: ReportPorts;
}

const isStatement = (file: FileRow): file is FileRow & { statement_id: string } => file.statement_id !== null;
const isOfCampaign = (file: FileRow): file is CampaignFile => file.campaign_id !== null;
/** Somebody stands in it: its days are counted. */
const isList = (file: FileRow): boolean => file.kind === 'csv' && isOfCampaign(file);

/** Makes a report's files and puts them beneath their post, and takes lists down when they are over or somebody in them is erased. Lane: the file's id. */
export class ReportWork {
  readonly kind = 'report';

  constructor(private readonly deps: ReportWorkDeps) {}

  async run(tenant: string, lane: Buffer): Promise<'done'> {
    const { database } = this.deps;
    const id = idOf(lane);
    const taken = await database.withTenant(tenant, (tx) => this.takeUp(tx, id));
    if (taken?.file.state === 'removing') await this.takeDown(tenant, taken.file);
    else if (taken?.spot) await this.put(tenant, taken.file, taken.spot);
    return 'done';
  }

  /** It can't be made: it is given up, and whoever asked may ask again. */
  async parked(tenant: string, lane: Buffer): Promise<void> {
    await this.deps.database.withTenant(tenant, (tx) => filesTable.settle(tx, idOf(lane), 'failed'));
  }

  private async takeUp(tx: TenantTx, id: string): Promise<{ file: FileRow; spot?: Spot } | undefined> {
    const file = await filesTable.lock(tx, id);
    if (!file) return undefined;
    if (file.state === 'removing' && file.provider_id) return { file };
    if (file.state === 'put' && isList(file)) {
      await filesTable.settle(tx, id, 'removing'); // its days are over
      return { file: { ...file, state: 'removing' } };
    }
    if (file.state === 'putting' || file.state === 'removing') {
      if (file.held_seconds > heldMost) await filesTable.settle(tx, id, 'lost');
      else await filesTable.wake(tx, id, lookAgain);
      return undefined;
    }
    if (file.state !== 'waiting') return undefined;
    const spot = await this.deps.ports.spot(tx, file);
    const waited = (this.deps.clock.now().getTime() - file.asked_at.getTime()) / 1_000;
    if (!spot && waited > postMost) await filesTable.settle(tx, id, 'failed');
    else if (!spot) await filesTable.wake(tx, id, 0.5);
    else await filesTable.begin(tx, id);
    return spot && { file, spot };
  }

  private async put(tenant: string, file: FileRow, spot: Spot): Promise<void> {
    const { database, ports, clock } = this.deps;
    // a picture speaks as the post above it does; a file as whoever asked for it
    const worded = file.kind === 'picture' ? { ...file, language: spot.language } : file;
    const outcome = await this.made(tenant, worded, (made) => ports.put(tenant, spot, made));
    await database.withTenant(tenant, async (tx) => {
      if (outcome.outcome === 'accepted') {
        await filesTable.stands(tx, file.id, spot.team, outcome.providerId, clock.now());
        const isOver = (await filesTable.lock(tx, file.id))?.state === 'removing';
        if (isList(file)) await filesTable.wake(tx, file.id, isOver ? 0 : settings.list_days * dayS);
        return;
      }
      const mayAgain =
        outcome.outcome === 'not_sent' ||
        (outcome.outcome === 'refused' && ['retry', 'wait'].includes(outcome.treatment));
      await filesTable.settle(tx, file.id, mayAgain ? 'waiting' : outcome.outcome === 'unknown' ? 'lost' : 'failed');
      if (mayAgain) await filesTable.wake(tx, file.id, lookAgain);
    });
  }

  private async made(
    tenant: string,
    file: FileRow,
    use: (made: NewFile) => Promise<SendOutcome>,
  ): Promise<SendOutcome> {
    const { database, clock, ports } = this.deps;
    if (isStatement(file)) return use(await ports.statement(tenant, file));
    if (!isOfCampaign(file)) return { outcome: 'refused', code: 'NOTHING_TO_PUT', treatment: 'bug' };
    const name = await this.nameOf(tenant, file);
    if (file.kind === 'csv') return this.list(tenant, file, name, use);
    const sheet = await database.withTenant(tenant, async (tx) => ports.sheet(tx, file, await this.reasonOf(tx, file)));
    if (file.kind === 'pdf') return use({ name, content: await paperOf(sheet, clock.now()) });
    return use({ name, content: await pictureOf(sheet), alt: sheet.alt });
  }

  /** Through a sealed blob: how long it is must be known before its first byte leaves, and a list may be longer than memory. */
  private async list(
    tenant: string,
    file: CampaignFile,
    name: string,
    use: (made: NewFile) => Promise<SendOutcome>,
  ): Promise<SendOutcome> {
    const { database, blobs, audience } = this.deps;
    const { of, words } = await database.withTenant(tenant, async (tx) => {
      const row = await campaignsTable.get(tx, file.campaign_id);
      const batches = row ? (await waysOf(tx, row)).map(({ batch }) => batch) : [];
      const said = await this.deps.ports.words(tx, file, await this.reasonOf(tx, file));
      return {
        of: { tenant, batches, number: `C-${row?.number}`, isWhole: file.is_whole },
        words: said,
      };
    });
    const key = randomBytes(32);
    let bytes = 0;
    const counted = async function* () {
      for await (const part of listOf({ database, audience }, of, words)) {
        bytes += part.length;
        yield part;
      }
    };
    const blob = await blobs.put(counted(), key);
    try {
      return await use({ name, content: { bytes, source: blobs.get(blob, key) } });
    } finally {
      await blobs.delete(blob);
    }
  }

  private async nameOf(tenant: string, file: CampaignFile): Promise<string> {
    const row = await this.deps.database.withTenant(tenant, (tx) => campaignsTable.get(tx, file.campaign_id));
    return `C-${row?.number}-${file.id.slice(-8)}.${{ picture: 'png', csv: 'csv', pdf: 'pdf' }[file.kind]}`;
  }

  private async reasonOf(tx: TenantTx, { id, reason }: FileRow): Promise<string> {
    return reason ? (await this.deps.keys.of(tx)).open(reason, `report_file|${id}`).toString() : '';
  }

  private async takeDown(tenant: string, { id, team, provider_id }: FileRow): Promise<void> {
    const outcome = await this.deps.ports.remove(tenant, team ?? '', provider_id ?? '');
    await this.deps.database.withTenant(tenant, async (tx) => {
      if (outcome.outcome === 'accepted') await filesTable.settle(tx, id, 'gone');
      else await filesTable.wake(tx, id, lookAgain);
    });
  }
}

import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import type { Keys } from '../../data/keys';
import { AppError } from '../../errors';
import type { Audit } from '../audit/audit.service';
import { campaignsTable } from '../campaigns/campaigns.table';
import { trackedLinksTable } from '../delivery/tracked-links.table';
import { type FileKind, filesTable } from './files.table';
import { settings } from './settings';

export interface Asker {
  id: string;
  roles: readonly string[];
}
/** What a member takes along. */
export interface Wanted {
  kind: Exclude<FileKind, 'picture'>;
  reason: string;
  /** With whole numbers and addresses. */
  isWhole: boolean;
}

const mayTake = ['owner', 'operator', 'approver', 'viewer', 'privacy'];
const mayTakeWhole = ['owner', 'privacy'];
const mayTakeStatement = ['owner', 'operator', 'approver', 'viewer', 'platform'];
const linkDays = 90;

/** Files of reports: who asked for which and why stands on record, so that each can be found and taken down again. */
export class ReportFiles {
  constructor(
    private readonly keys: Keys,
    private readonly audit: Audit,
    private readonly wake: () => void,
  ) {}

  /** A report is shown in a new post. @returns the topic of that post. @throws CAMPAIGN_NOT_FOUND */
  async show(
    tx: TenantTx,
    campaign: string,
    { language, picture }: { language: string; picture: boolean },
    by: Asker,
    now: Date,
  ): Promise<string> {
    const row = await campaignsTable.get(tx, campaign);
    if (!row) throw new AppError('CAMPAIGN_NOT_FOUND');
    const id = newId(now);
    const topic = `report:${id}`;
    if (picture && row.started_at)
      await this.add(tx, { id, campaign, kind: 'picture', topic, language, by, isWhole: false, reason: null }, now);
    return topic;
  }

  /** A file to take along, beneath the post with this topic. @throws CAMPAIGN_NOT_FOUND, ROLE_REQUIRED, REASON_REQUIRED */
  async take(
    tx: TenantTx,
    of: { campaign: string; topic: string; language: string },
    wanted: Wanted,
    by: Asker,
    now: Date,
  ): Promise<void> {
    const may = wanted.isWhole ? mayTakeWhole : mayTake;
    if (!by.roles.some((role) => may.includes(role))) throw new AppError('ROLE_REQUIRED');
    const said = wanted.reason.trim();
    if (said.length < settings.shortest_reason) throw new AppError('REASON_REQUIRED');
    if (!(await campaignsTable.get(tx, of.campaign))) throw new AppError('CAMPAIGN_NOT_FOUND');
    const id = newId(now);
    const reason = (await this.keys.of(tx)).seal(said, `report_file|${id}`);
    await this.add(tx, { id, ...of, ...wanted, by, reason }, now);
  }

  /** A statement of account, beneath its post: it tells of nobody, so no reason is asked for. @throws ROLE_REQUIRED */
  async takeStatement(
    tx: TenantTx,
    { statement, ...of }: { statement: string; topic: string; language: string; kind: 'csv' | 'pdf' },
    by: Asker,
    now: Date,
  ): Promise<void> {
    if (!by.roles.some((role) => mayTakeStatement.includes(role))) throw new AppError('ROLE_REQUIRED');
    const id = newId(now);
    const row = {
      ...of,
      id,
      campaign_id: null,
      statement_id: statement,
      is_whole: false,
      asked_by: by.id,
      reason: null,
    };
    await filesTable.insert(tx, row, now);
    const entry = { actor: `member:${by.id}`, act: `statement.${of.kind}`, subject: `statement:${statement}` };
    await this.audit.record(tx, { ...entry, detail: { file: id } }, now);
    await filesTable.wake(tx, id);
    tx.afterCommit(this.wake);
  }

  /** Whether clicks on links are counted from now on. @throws ROLE_REQUIRED */
  async measure(tx: TenantTx, on: boolean, by: Asker, now: Date): Promise<void> {
    if (!by.roles.includes('owner')) throw new AppError('ROLE_REQUIRED');
    const who = `member:${by.id}`;
    if (on) await trackedLinksTable.enable(tx, 'marketing', { days: linkDays, texts: null }, who, now);
    else await trackedLinksTable.disable(tx, 'marketing');
    const act = on ? 'links.measured' : 'links.unmeasured';
    await this.audit.record(tx, { actor: who, act, subject: `tenant:${tx.tenant}` }, now);
  }

  /** Lists that a person is in are taken down. */
  async removeAbout(tx: TenantTx, contact: string): Promise<void> {
    for (const id of await filesTable.removeAbout(tx, contact)) await filesTable.wake(tx, id);
    tx.afterCommit(this.wake);
  }

  standing(tx: TenantTx, contact: string): Promise<number> {
    return filesTable.standingAbout(tx, contact);
  }

  private async add(
    tx: TenantTx,
    file: {
      id: string;
      campaign: string;
      kind: FileKind;
      topic: string;
      language: string;
      by: Asker;
      isWhole: boolean;
      reason: Buffer | null;
    },
    now: Date,
  ): Promise<void> {
    const { id, campaign, kind, topic, language, by, isWhole, reason } = file;
    const row = {
      id,
      campaign_id: campaign,
      statement_id: null,
      kind,
      is_whole: isWhole,
      topic,
      language,
      asked_by: by.id,
      reason,
    };
    await filesTable.insert(tx, row, now);
    if (kind !== 'picture')
      await this.audit.record(
        tx,
        {
          actor: `member:${by.id}`,
          act: `report.${kind}`,
          subject: `campaign:${campaign}`,
          detail: { file: id, whole: isWhole },
        },
        now,
      );
    await filesTable.wake(tx, id);
    tx.afterCommit(this.wake);
  }
}

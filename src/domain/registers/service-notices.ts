import { z } from 'zod';
import type { TenantTx } from '../../data/database';
import { isId } from '../../data/ids';
import { AppError } from '../../errors';
import { isRole } from '../accounts/roles';
import type { Audit } from '../audit/audit.service';
import { type NoticeRow, serviceNoticesTable } from './service-notices.table';

const words = z.strictObject({ title: z.string().trim().min(1).max(100), text: z.string().trim().min(1).max(1_000) });
/** What somebody of ours writes in a file: to whom, in three languages, until when. The same id twice is the same notice. */
export const noticeFile = z.strictObject({
  id: z.string().refine(isId, 'a UUID'),
  roles: z.array(z.string().refine(isRole, 'a role')).min(1),
  words: z.strictObject({ es: words, en: words, pt: words }),
  until: z.iso.datetime({ offset: true }).optional(),
});
export type NoticeFile = z.infer<typeof noticeFile>;

export interface ServiceNoticePorts {
  /** A card for one member, with a button by which they say that they read it. */
  tell(tx: TenantTx, member: string, notice: string, now: Date): Promise<void>;
  onRead(tx: TenantTx, notice: string): Promise<void>;
}

const mostListed = 10;

/** What we tell those of a team whom it concerns, and who of them read it. It is about the service: nothing is sold by it. */
export class ServiceNotices {
  constructor(
    private readonly audit: Audit,
    private readonly ports: ServiceNoticePorts,
  ) {}

  /** @returns false when it was published already */
  async publish(tx: TenantTx, { until, ...file }: NoticeFile, by: string, now: Date): Promise<boolean> {
    const row = { ...file, published_at: now, until: until ? new Date(until) : null, by };
    if (!(await serviceNoticesTable.publish(tx, row))) return false;
    const entry = { actor: by, act: 'notice.published', subject: `notice:${file.id}` };
    await this.audit.record(tx, { ...entry, detail: { roles: file.roles.join(',') } }, now);
    return true;
  }

  /** Whoever has not been told yet, newcomers too. @returns how many were told */
  async sweep(tx: TenantTx, now: Date): Promise<number> {
    let told = 0;
    for (const { notice, member } of await serviceNoticesTable.untold(tx, now)) {
      // Another worker may have come first.
      if (!(await serviceNoticesTable.told(tx, notice, member, now))) continue;
      await this.ports.tell(tx, member, notice, now);
      told += 1;
    }
    return told;
  }

  /** @throws NOTICE_NOT_FOUND: one that was not told to them, too */
  async read(tx: TenantTx, notice: string, member: string, now: Date): Promise<void> {
    const isTheirs = isId(notice) && isId(member) && (await serviceNoticesTable.read(tx, notice, member, now));
    if (!isTheirs) throw new AppError('NOTICE_NOT_FOUND');
    await this.audit.record(tx, { actor: `member:${member}`, act: 'notice.read', subject: `notice:${notice}` }, now);
    await this.ports.onRead(tx, notice);
  }

  async get(tx: TenantTx, notice: string): Promise<NoticeRow & { told: number; read: number }> {
    const row = isId(notice) ? await serviceNoticesTable.get(tx, notice) : undefined;
    if (!row) throw new AppError('NOTICE_NOT_FOUND');
    const all = await serviceNoticesTable.standing(tx, notice);
    return { ...row, told: all.length, read: all.filter(({ read_at: at }) => at !== null).length };
  }

  /** What this member was told, the newest first. */
  of = (tx: TenantTx, member: string) => serviceNoticesTable.of(tx, member, mostListed);
}

import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Medium, Sender, SendOutcome } from '../../channel';
import type { BlobStore } from '../../data/blobs';
import type { Database, TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import { AppError } from '../../errors';
import type { Audit } from '../audit/audit.service';
import { type MediumRow, templateMediaTable } from './template-media.table';
import type { MediumKind } from './template-parts';

interface Kind {
  kind: MediumKind;
  mime: string;
  most: number;
  starts: readonly string[];
}
const known = load(readFileSync(join(__dirname, 'template-media.yaml'), 'utf8')) as readonly Kind[];
/** No file is longer, whatever it is. */
export const mostBytes = Math.max(...known.map(({ most }) => most));
// The provider forgets in thirty days; a campaign that begins on the last may take some.
const copyMs = 25 * 86_400_000;

/** What a file is by how it begins. @throws MEDIUM_UNKNOWN, MEDIUM_TOO_LARGE */
function kindOf(content: Buffer): Pick<Kind, 'kind' | 'mime'> {
  const start = content.subarray(0, 16).toString('hex');
  const begins = (pattern: string) => new RegExp(`^${pattern.replaceAll('?', '.')}`).test(start);
  const found = known.find(({ starts }) => starts.some(begins));
  if (!found) throw new AppError('MEDIUM_UNKNOWN');
  if (content.length > found.most) throw new AppError('MEDIUM_TOO_LARGE');
  return { kind: found.kind, mime: found.mime };
}

export interface TemplateMediaDeps {
  database: Database;
  keys: Keys;
  blobs: BlobStore;
  audit: Audit;
}

/** Pictures, videos and papers above templates' words: sealed here, copied to the provider when they are sent, gone without a trace when they are taken away. */
export class TemplateMedia {
  constructor(private readonly deps: TemplateMediaDeps) {}

  /** Opens transactions of its own: a blob stands before its row. @throws MEDIUM_UNKNOWN, MEDIUM_TOO_LARGE */
  async keep(
    tenant: string,
    template: string,
    file: { name: string; content: Buffer },
    by: string,
    now: Date,
    then: (tx: TenantTx, kind: MediumKind) => Promise<void>,
  ): Promise<void> {
    const { blobs, database, keys } = this.deps;
    const { content } = file;
    const { kind, mime } = kindOf(content);
    const key = randomBytes(32);
    const blob = await blobs.put(once(content), key);
    try {
      await database.withTenant(tenant, async (tx) => {
        await this.forget(tx, template);
        const blob_key = (await keys.of(tx)).seal(key, `template_medium|${template}`);
        const sha256 = createHash('sha256').update(content).digest();
        const row = {
          template_id: template,
          kind,
          mime,
          name: plain(file.name),
          bytes: String(content.length),
          sha256,
        };
        await templateMediaTable.put(tx, { ...row, blob, blob_key }, by, now);
        await this.note(tx, template, 'template.medium_added', by, now);
        await then(tx, kind);
      });
    } catch (error) {
      await blobs.delete(blob);
      throw error;
    }
  }

  /** Its bytes are destroyed after the commit. @returns whether there was one */
  async remove(tx: TenantTx, template: string, by: string, now: Date): Promise<boolean> {
    const gone = await this.forget(tx, template);
    if (gone) await this.note(tx, template, 'template.medium_removed', by, now);
    return gone;
  }

  async has(tx: TenantTx, template: string): Promise<boolean> {
    return (await templateMediaTable.get(tx, template)) !== undefined;
  }

  /** Opens its own transaction. */
  async read(tenant: string, template: string): Promise<Medium | undefined> {
    const found = await this.deps.database.withTenant(tenant, async (tx) => {
      const row = await templateMediaTable.get(tx, template);
      return row && { row, key: (await this.deps.keys.of(tx)).open(row.blob_key, `template_medium|${template}`) };
    });
    return found && this.bytes(found.row, found.key);
  }

  /**
   * What the provider calls its copy for this number, left there first where it has none. Not in a transaction.
   * @throws MEDIUM_NOT_UPLOADED
   */
  async copyFor(
    at: { tenant: string; template: string; senderId: string; sender: Sender; now: Date },
    upload: (sender: Sender, medium: Medium) => Promise<SendOutcome>,
  ): Promise<{ id: string; name?: string } | undefined> {
    const { tenant, template, senderId, now } = at;
    const { database, keys } = this.deps;
    const found = await database.withTenant(tenant, async (tx) => {
      const row = await templateMediaTable.get(tx, template);
      if (!row) return undefined;
      const copy = await templateMediaTable.upload(tx, template, senderId, row.sha256, now);
      return { row, copy, key: (await keys.of(tx)).open(row.blob_key, `template_medium|${template}`) };
    });
    if (!found) return undefined;
    const { row, copy, key } = found;
    const named = row.kind === 'document' ? { name: row.name } : {};
    if (copy) return { id: copy, ...named };
    const told = await upload(at.sender, await this.bytes(row, key));
    if (told.outcome !== 'accepted') throw new AppError('MEDIUM_NOT_UPLOADED', { code: told.code });
    const until = new Date(now.getTime() + copyMs);
    const left = { template, sender: senderId, sha256: row.sha256, id: told.providerId, until };
    await database.withTenant(tenant, (tx) => templateMediaTable.uploaded(tx, left));
    return { id: told.providerId, ...named };
  }

  private async bytes({ mime, name, blob }: MediumRow, key: Buffer): Promise<Medium> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.deps.blobs.get(blob, key)) chunks.push(chunk);
    return { mime, name, content: Buffer.concat(chunks) };
  }

  private async forget(tx: TenantTx, template: string): Promise<boolean> {
    const before = await templateMediaTable.get(tx, template);
    await templateMediaTable.remove(tx, template);
    if (before) tx.afterCommit(() => this.deps.blobs.delete(before.blob));
    return before !== undefined;
  }

  private async note(tx: TenantTx, template: string, act: string, by: string, now: Date): Promise<void> {
    await this.deps.audit.record(tx, { actor: `member:${by}`, act, subject: `template:${template}` }, now);
  }
}

async function* once(content: Buffer): AsyncGenerator<Buffer> {
  yield content;
}

/** As it may stand in a header of multipart and on somebody's phone. */
const plain = (name: string): string =>
  name
    .normalize('NFC')
    .replace(/[\p{C}"\\/|]/gu, '')
    .slice(-80) || 'archivo';

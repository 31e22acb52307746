import type { TenantTx } from '../../data/database';
import { isId, newId } from '../../data/ids';
import { AppError } from '../../errors';
import type { Audit } from '../audit/audit.service';
import { sampleOf } from './sample';
import { type SmsPrice, smsPrice } from './sms-parts';
import { type Finding, isFit, lint } from './template-lint';
import type { MediumKind, TemplateParts, Variable } from './template-parts';
import { mayTemplate, type TemplateAct } from './template-state';
import { type TemplateRow, templatesTable } from './templates.table';

export interface TemplatePorts {
  /** What waits for the provider is done, after the commit. */
  wake(tx: TenantTx, template: string): Promise<void>;
  /** Cards that show it are drawn again. */
  onChanged(tx: TenantTx, template: string): Promise<void>;
  /** Its picture, video or paper is here. */
  hasMedium(tx: TenantTx, template: string): Promise<boolean>;
  /** Links in it that no campaign may send. */
  refusedLinks(tx: TenantTx, row: Pick<TemplateRow, 'body' | 'variables' | 'parts'>): Promise<readonly string[]>;
}

/** What a member writes. Of a mail: `sender`, whom it is from. */
export interface TemplateWish {
  channel: string;
  name: string;
  language: string;
  category: string;
  body: string;
  variables: readonly Variable[];
  parts?: TemplateParts;
  sender?: string;
}
interface Actor {
  id: string;
  roles: readonly string[];
}

const writers = ['operator', 'approver', 'owner'];
const stopWord = /(?<!\p{L})(BAJA|SALIR|STOP|PARAR|SAIR)(?!\p{L})/u;

/** What campaigns say: written here, looked through, reviewed by the provider where it has a say. */
export class Templates {
  constructor(
    private readonly audit: Audit,
    private readonly ports: TemplatePorts,
  ) {}

  list(tx: TenantTx): Promise<TemplateRow[]> {
    return templatesTable.list(tx);
  }

  /** @throws TEMPLATE_NOT_FOUND */
  async get(tx: TenantTx, id: string): Promise<TemplateRow> {
    const row = isId(id) ? await templatesTable.get(tx, id) : undefined;
    if (!row || row.status === 'DELETED') throw new AppError('TEMPLATE_NOT_FOUND');
    return row;
  }

  /** A new one, not yet shown to anybody. @throws ROLE_REQUIRED, TEMPLATE_NAME_TAKEN */
  async draft(tx: TenantTx, wish: TemplateWish, by: Actor, now: Date): Promise<TemplateRow> {
    requireWriter(by);
    const name = wish.channel === 'whatsapp' ? nameOf(wish.name) : wish.name.trim().slice(0, 80);
    const before = await templatesTable.named(tx, wish.channel, name, wish.language);
    if (before && before.status !== 'DELETED') throw new AppError('TEMPLATE_NAME_TAKEN');
    const row = {
      ...contentOf(wish),
      name,
      id: before?.id ?? newId(now),
      status: 'DRAFT',
      version: 1,
      changed_at: now,
    };
    if (before) await templatesTable.rewrite(tx, { ...row, version: before.version + 1, provider_id: null, why: null });
    else await templatesTable.insert(tx, row);
    await this.note(tx, row.id, 'template.drafted', by, now);
    return this.get(tx, row.id);
  }

  /** Its words are others: a new version. What the provider had approved goes back to review; SMS and mail are sent so from now on, where nothing is to be changed. @throws TEMPLATE_NOT_FOUND, TEMPLATE_STATE, TEMPLATE_UNFIT, ROLE_REQUIRED */
  async write(
    tx: TenantTx,
    id: string,
    change: Partial<Pick<TemplateWish, 'body' | 'variables' | 'parts' | 'sender'>>,
    by: Actor,
    now: Date,
  ): Promise<TemplateRow> {
    const row = await this.take(tx, id, 'write', by);
    const { sender, ...words } = change;
    const body = words.body ?? row.body;
    const next = { ...row, ...words, body, stop_word: stopWord.exec(body)?.[1] ?? null, changed_at: now };
    if (sender !== undefined) next.sender_name = sender;
    if (row.provider_id && !isFit(await this.findings(tx, next))) throw new AppError('TEMPLATE_UNFIT');
    const isFitToo = row.status === 'APPROVED' && isFit(await this.findings(tx, next));
    const status = row.provider_id ? 'SUBMITTING' : isFitToo ? 'APPROVED' : 'DRAFT';
    await templatesTable.rewrite(tx, { ...next, status, version: row.version + 1, why: null });
    if (row.provider_id) await this.ports.wake(tx, id);
    await this.note(tx, id, 'template.changed', by, now, { version: row.version + 1 });
    return this.get(tx, id);
  }

  /** To the provider, or where nobody reviews it at once to be used. @throws TEMPLATE_NOT_FOUND, TEMPLATE_STATE, TEMPLATE_UNFIT, ROLE_REQUIRED */
  async submit(tx: TenantTx, id: string, by: Actor, now: Date): Promise<TemplateRow> {
    const row = await this.take(tx, id, 'submit', by);
    if (!isFit(await this.findings(tx, row))) throw new AppError('TEMPLATE_UNFIT');
    const status = row.channel === 'whatsapp' ? 'SUBMITTING' : 'APPROVED';
    await templatesTable.mark(tx, id, { status, why: null });
    if (row.channel === 'whatsapp') await this.ports.wake(tx, id);
    await this.note(tx, id, 'template.submitted', by, now);
    return this.get(tx, id);
  }

  /** @throws TEMPLATE_NOT_FOUND, TEMPLATE_STATE, TEMPLATE_IN_USE while a campaign waits for it, ROLE_REQUIRED */
  async remove(tx: TenantTx, id: string, by: Actor, now: Date): Promise<TemplateRow> {
    const row = await this.take(tx, id, 'remove', by);
    if (await templatesTable.isUsed(tx, id)) throw new AppError('TEMPLATE_IN_USE');
    const status = row.provider_id ? 'DELETING' : 'DELETED';
    await templatesTable.mark(tx, id, { status, why: null });
    if (row.provider_id) await this.ports.wake(tx, id);
    await this.note(tx, id, 'template.removed', by, now);
    return { ...row, status };
  }

  /** A file was dropped for it: it is fetched in its turn. @throws TEMPLATE_NOT_FOUND, TEMPLATE_STATE, ROLE_REQUIRED */
  async expectMedium(
    tx: TenantTx,
    id: string,
    { team, id: file, name }: { team: string; id: string; name: string },
    by: Actor,
    now: Date,
  ): Promise<void> {
    const row = await this.take(tx, id, 'write', by);
    if (row.channel !== 'whatsapp') throw new AppError('TEMPLATE_STATE');
    await templatesTable.mark(tx, id, { bringing: { team, file, name, by: by.id }, why: null });
    await this.ports.wake(tx, id);
    await this.note(tx, id, 'template.medium_brought', by, now);
  }

  /** It is here: above the words from now on, which makes them others. */
  async tookMedium(tx: TenantTx, id: string, kind: MediumKind, now: Date): Promise<void> {
    const row = await templatesTable.lock(tx, id);
    if (!row || !mayTemplate(row.status, 'write')) throw new AppError('TEMPLATE_STATE');
    const parts = { ...row.parts, header: { kind } };
    const status = row.provider_id ? 'SUBMITTING' : row.status;
    const next = { ...row, parts, status, version: row.version + 1, why: null, changed_at: now, bringing: null };
    await templatesTable.rewrite(tx, next);
    if (row.provider_id) await this.ports.wake(tx, id);
    await this.ports.onChanged(tx, id);
  }

  /** What is to be changed. */
  async findings(tx: TenantTx, row: TemplateRow): Promise<Finding[]> {
    const { parts = {}, id } = row;
    const kind = parts.header?.kind ?? 'text';
    const hasMedium = kind !== 'text' && (await this.ports.hasMedium(tx, id));
    const refusedLinks = await this.ports.refusedLinks(tx, row);
    return lint({ ...row, parts, hasMedium, refusedLinks }, this.priceOf(row));
  }

  /** Of an SMS, as somebody would get it whose name we don't know. */
  priceOf(row: Pick<TemplateRow, 'channel' | 'body' | 'variables'>): SmsPrice | undefined {
    return row.channel === 'sms' ? smsPrice(sampleOf(row)) : undefined;
  }

  private async take(tx: TenantTx, id: string, act: TemplateAct, by: Actor): Promise<TemplateRow> {
    requireWriter(by);
    const row = isId(id) ? await templatesTable.lock(tx, id) : undefined;
    if (!row || row.status === 'DELETED') throw new AppError('TEMPLATE_NOT_FOUND');
    if (!mayTemplate(row.status, act)) throw new AppError('TEMPLATE_STATE');
    return row;
  }

  private async note(
    tx: TenantTx,
    id: string,
    act: string,
    by: Actor,
    now: Date,
    detail: Readonly<Record<string, string | number>> = {},
  ): Promise<void> {
    await this.audit.record(tx, { actor: `member:${by.id}`, act, subject: `template:${id}`, detail }, now);
    await this.ports.onChanged(tx, id);
  }
}

const contentOf = ({ sender, parts = {}, ...wish }: TemplateWish) => ({
  ...wish,
  parts,
  stop_word: stopWord.exec(wish.body)?.[1] ?? null,
  sender_name: sender ?? null,
});

/** As WhatsApp wants a name: `Promo Navidad` is `promo_navidad`. */
const nameOf = (words: string): string =>
  words
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 512);

function requireWriter({ roles }: Actor): void {
  if (!roles.some((role) => writers.includes(role))) throw new AppError('ROLE_REQUIRED');
}

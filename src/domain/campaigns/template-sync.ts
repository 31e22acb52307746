import type { KeptTemplate, Sender, TemplateDesk, WrittenTemplate } from '../../channel';
import type { TenantTx } from '../../data/database';
import { newId } from '../../data/ids';
import { AppError } from '../../errors';
import { statusFrom, type TemplateStatus } from './template-state';
import type { VerdictPorts } from './template-verdicts';
import { type TemplateRow, templatesTable } from './templates.table';
import { partsOf, variablesOf, writtenOf } from './written';

/** A provider has some thousand at most. */
const mostPages = 100;
/** Here they are being changed: what the provider has is the state of before. */
const ours: readonly string[] = ['DRAFT', 'SUBMITTING', 'DELETING'];

/** All that an account keeps, page by page. @throws PROVIDER_ACCESS, PROVIDER_UNREACHABLE */
export async function listAll(desk: TemplateDesk, account: Sender): Promise<KeptTemplate[]> {
  const all: KeptTemplate[] = [];
  let after: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const told = await desk.list(account, after);
    if (told.outcome !== 'accepted')
      throw new AppError(told.outcome === 'refused' ? told.code : 'PROVIDER_UNREACHABLE');
    all.push(...told.value.templates);
    if (!told.value.after || told.value.after === after) return all;
    after = told.value.after;
  }
  return all;
}

/** Rows become what the provider keeps; what it no longer has is gone. @returns how many changed */
export async function applyAll(
  tx: TenantTx,
  kept: readonly KeptTemplate[],
  ports: VerdictPorts,
  now: Date,
): Promise<number> {
  const rows = (await templatesTable.all(tx)).filter(({ channel }) => channel === 'whatsapp');
  const byName = new Map(rows.map((row) => [key(row), row]));
  let changed = 0;
  for (const template of kept) changed += await apply(tx, template, byName.get(key(template)), ports, now);
  const living = new Set(kept.map(key));
  for (const row of rows) {
    if (!row.provider_id || living.has(key(row)) || row.status === 'DELETED' || row.status === 'SUBMITTING') continue;
    await become(tx, row, { ...row, status: 'DELETED' }, ports, now);
    changed += 1;
  }
  return changed;
}

const key = ({ name, language }: { name: string; language: string }): string => `${name} ${language}`;

/** @returns 1 where something is other than before */
async function apply(
  tx: TenantTx,
  kept: KeptTemplate,
  row: TemplateRow | undefined,
  ports: VerdictPorts,
  now: Date,
): Promise<number> {
  const { id: provider_id, category, quality } = kept;
  // Why something was refused that we asked for stays until it is asked for again.
  const why = kept.why ?? (row?.why?.startsWith('TEMPLATE_') ? row.why : null);
  const status: TemplateStatus = kept.isForeign ? 'FOREIGN' : statusFrom(kept.status);
  const theirs = { provider_id, category, quality, why, status };
  if (!row) {
    if (status === 'DELETED') return 0;
    const added = { ...fresh(kept), ...theirs, id: newId(now), version: 1, changed_at: now };
    await templatesTable.insert(tx, added);
    await ports.onChanged(tx, added.id);
    return 1;
  }
  const isSame = sameWords(row, kept);
  // A name that is taken there by other words is not ours to adopt; our own work says so.
  if (ours.includes(row.status) && !(row.status === 'SUBMITTING' && !row.provider_id && isSame)) return 0;
  const words = isSame ? {} : { ...fresh(kept, row), version: row.version + 1, changed_at: now };
  const next = { ...row, ...words, ...theirs };
  const isStill =
    isSame &&
    (['status', 'category', 'quality', 'why', 'provider_id'] as const).every(
      (one) => (row[one] ?? null) === (next[one] ?? null),
    );
  if (isStill) return 0;
  await become(tx, row, next, ports, now);
  return 1;
}

async function become(
  tx: TenantTx,
  row: TemplateRow,
  next: TemplateRow,
  ports: VerdictPorts,
  now: Date,
): Promise<void> {
  await templatesTable.rewrite(tx, next);
  if (row.status === 'APPROVED' && next.status !== 'APPROVED') await ports.hold(tx, next, 'TEMPLATE_NOT_APPROVED', now);
  else if (row.category !== next.category) await ports.hold(tx, next, 'TEMPLATE_CATEGORY', now);
  await ports.onChanged(tx, row.id);
}

const stopWord = /(?<!\p{L})(BAJA|SALIR|STOP|PARAR|SAIR)(?!\p{L})/u;

/** What it says, written elsewhere. What fills its places is kept from before. */
function fresh(kept: KeptTemplate, before?: TemplateRow): Omit<TemplateRow, 'id' | 'version' | 'status'> {
  const { name, language, category, body, examples } = kept;
  return {
    ...{ channel: 'whatsapp', name, language, category, body },
    variables: variablesOf(body, examples, before?.variables),
    parts: partsOf(kept, before?.parts),
    stop_word: stopWord.exec(body)?.[1] ?? null,
  };
}

/** Whether it says the same, whatever stands for its places. */
export function sameWords(row: TemplateRow, kept: KeptTemplate): boolean {
  const bare = ({ body, header, footer = '', buttons }: WrittenTemplate) =>
    JSON.stringify([
      body,
      header?.kind === 'text' ? header.text : (header?.kind ?? null),
      footer,
      buttons.map((one) => [one.kind, one.label, one.kind === 'url' ? one.url : one.kind === 'phone' ? one.phone : '']),
    ]);
  return bare(writtenOf(row)) === bare(kept);
}

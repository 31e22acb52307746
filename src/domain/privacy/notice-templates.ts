import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { OutboundContent } from '../../channel';
import type { TenantTx } from '../../data/database';
import { type TemplateRow, templatesTable } from '../campaigns/templates.table';

export type NoticeLanguage = 'es' | 'en' | 'pt';
interface Notice {
  name: string;
  language: string;
  body: string;
}

/** notice-templates.yaml as it stands. */
export const noticeTemplates = load(readFileSync(join(__dirname, 'notice-templates.yaml'), 'utf8')) as Readonly<
  Record<NoticeLanguage, Notice>
>;

/** Whether a template of this name tells of a letter. */
export const isNotice = (name: string): boolean => Object.values(noticeTemplates).some((one) => one.name === name);

const isUsable = (row: TemplateRow | undefined): boolean => row?.status === 'APPROVED' && row.category === 'UTILITY';

/** The approved template in this language that says a letter is there. `undefined`: this customer has none. */
export async function noticeOf(
  tx: TenantTx,
  language: NoticeLanguage,
  values: readonly [company: string, number: string, link: string],
): Promise<OutboundContent | undefined> {
  const { name, language: code } = noticeTemplates[language];
  const row = await templatesTable.named(tx, 'whatsapp', name, code);
  return isUsable(row) ? { kind: 'template', name, language: code, variables: values } : undefined;
}

/** In which languages this customer cannot answer a request after a day. Readiness: none. */
export async function missingNotices(tx: TenantTx): Promise<NoticeLanguage[]> {
  const all = await templatesTable.all(tx);
  return (Object.keys(noticeTemplates) as NoticeLanguage[]).filter((language) => {
    const { name, language: code } = noticeTemplates[language];
    return !all.some(
      (row) => row.channel === 'whatsapp' && row.name === name && row.language === code && isUsable(row),
    );
  });
}

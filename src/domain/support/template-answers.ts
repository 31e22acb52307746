import type { OutboundContent } from '../../channel';
import type { TenantTx } from '../../data/database';
import { readable } from '../campaigns/sample';
import { fill, places } from '../campaigns/template-parts';
import { purposeOf, type TemplateRow, templatesTable } from '../campaigns/templates.table';
import { render } from '../delivery/rendering';

/** As many places as the form has fields. */
const mostPlaces = 6;

/** A template that somebody may be sent, alone. */
export interface Offered {
  id: string;
  name: string;
  body: string;
  /** What fills its places if nothing else is said. */
  values: readonly string[];
}

/** What the company has for this person once their day is over: notices in their language that the provider approved. */
export async function offeredTo(
  tx: TenantTx,
  person: { language: string; name?: string },
): Promise<readonly Offered[]> {
  const fits = (row: TemplateRow): boolean =>
    row.channel === 'whatsapp' &&
    row.status === 'APPROVED' &&
    row.category === 'UTILITY' &&
    purposeOf(row) === 'service' &&
    row.language.slice(0, 2) === person.language &&
    places(row.body).length <= mostPlaces;
  const rows = (await templatesTable.list(tx)).filter(fits);
  return rows.map(({ id, name, body, variables }) => ({ id, name, body, values: fill(variables, person) }));
}

/** What leaves, with its places filled by a member. */
export function worded(
  template: TemplateRow,
  values: readonly string[],
  person: { name?: string },
): OutboundContent & { kind: 'template'; words: string } {
  const { name, language } = template;
  const rendered = render(template, person);
  const around = rendered.kind === 'template' ? rendered : undefined;
  return {
    ...{ kind: 'template', name, language, ...around },
    ...{ variables: values, words: readable(template, values) },
  };
}

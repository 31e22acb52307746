import type { OutboundContent } from '../../channel';
import type { TemplateRow } from '../campaigns/templates.table';

/** What fills the template for this person: their first name where the template wants it, or its stand-in. */
export function render(template: TemplateRow, person: { name?: string }): OutboundContent & { kind: 'template' } {
  const variables = template.variables.map((one) =>
    'text' in one ? one.text : person.name?.trim().split(/\s+/)[0] || one.otherwise,
  );
  return { kind: 'template', name: template.name, language: template.language, variables };
}

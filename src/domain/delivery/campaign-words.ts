import type { TemplateRow } from '../campaigns/templates.table';

/** Every word of a template that people get to see or tap, but for their own: for whoever looks for links in it. */
export const wordsOf = ({ body, variables, parts = {} }: Pick<TemplateRow, 'body' | 'variables' | 'parts'>): string =>
  [
    body,
    ...variables.map((one) => ('text' in one ? one.text : one.otherwise)),
    parts.header?.kind === 'text' ? parts.header.text : '',
    parts.footer ?? '',
    parts.subject ?? '',
    parts.preheader ?? '',
    ...(parts.buttons ?? []).flatMap((button) =>
      button.kind === 'url' ? [button.url.replace('{{1}}', button.ending ?? '')] : [button.label],
    ),
  ].join('\n');

import { fill, filled } from './template-parts';
import type { TemplateRow } from './templates.table';

/** The template's words as somebody would read them whose name we do not know. */
export const sampleOf = ({ body, variables }: Pick<TemplateRow, 'body' | 'variables'>): string =>
  filled(body, fill(variables, {}));

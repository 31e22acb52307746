import type { TemplateRow } from './templates.table';

/** The template's words as somebody would read them whose name we do not know. */
export const sampleOf = ({ body, variables }: Pick<TemplateRow, 'body' | 'variables'>): string =>
  body.replace(/\{\{(\d+)\}\}/g, (whole, place) => {
    const variable = variables[Number(place) - 1];
    if (!variable) return whole;
    return 'text' in variable ? variable.text : variable.otherwise;
  });

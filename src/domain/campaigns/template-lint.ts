import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { SmsPrice } from './sms-parts';
import { checks, type TemplateDraft, type TemplateRule } from './template-checks';

export type { TemplateDraft };

/** A rule that does not hold. */
export interface Finding {
  code: string;
  why: TemplateRule['why'];
  where: string;
  /** It can't be sent for review, or sent at all, before that is changed. */
  refuses: boolean;
  /** What its sentence is filled with. */
  vars: Readonly<Record<string, string | number>>;
}

export const templateRules = load(
  readFileSync(join(__dirname, 'template-rules.yaml'), 'utf8'),
) as readonly TemplateRule[];

/** Everything that is to be changed, in the order of the rules. @param price of its words as SMS */
export function lint(draft: TemplateDraft, price?: SmsPrice): Finding[] {
  return templateRules
    .filter((rule) => rule.for.includes(draft.channel))
    .flatMap((rule) => {
      const seen = checks[rule.code]?.(draft, rule, price);
      if (!seen) return [];
      const { code, why, where, most = 0, least = 0, refuses = why === 'meta' } = rule;
      return [{ code, why, where, refuses, vars: { most, least, ...seen } }];
    });
}

/** Whether it may go on as it is. */
export const isFit = (findings: readonly Finding[]): boolean => findings.every(({ refuses }) => !refuses);

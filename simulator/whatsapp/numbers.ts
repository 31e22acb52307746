import { notFound } from '../errors';
import type { Json } from '../json';
import type { Business, WorldNumber, WorldTemplate } from '../world';

export interface CompanyNumber extends WorldNumber {
  waba: string;
  company: string;
}

export interface Template extends WorldTemplate {
  id: string;
  waba: string;
  /** As it was handed in. */
  components?: Json[];
  quality?: string;
  /** Why it was refused. */
  reason?: string;
  /** When it was edited while it was approved. */
  edits?: number[];
}

/** The companies' numbers and what Meta knows of their templates. */
export class Numbers {
  private readonly numbers = new Map<string, CompanyNumber>();
  readonly templates: Template[] = [];

  constructor(readonly businesses: readonly Business[]) {
    for (const { waba, company, numbers, templates } of businesses) {
      for (const number of numbers) this.numbers.set(number.id, { ...number, waba, company });
      for (const template of templates) this.addTemplate(waba, template);
    }
  }

  addTemplate(waba: string, template: Omit<Template, 'id' | 'waba'>): Template {
    const added = { ...template, waba, id: `${3_300_000_000_000 + this.templates.length}` };
    this.templates.push(added);
    return added;
  }

  all(): CompanyNumber[] {
    return [...this.numbers.values()];
  }

  find(id: string): CompanyNumber | undefined {
    return this.numbers.get(id);
  }

  /** @throws ControlError when the number is nobody's */
  get(id: string): CompanyNumber {
    const number = this.numbers.get(id);
    if (!number) throw notFound(`number ${id}`);
    return number;
  }

  template(waba: string, name: string, language?: string): Template | undefined {
    return this.templates.find(
      (one) => one.waba === waba && one.name === name && (language === undefined || one.language === language),
    );
  }
}

/** The values a template's body wants: `{{1}}`, `{{2}}`, or by name. */
export const placesOf = (template: WorldTemplate): string[] => [
  ...new Set([...template.body.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name as string)),
];

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

export type Language = 'es' | 'en' | 'pt';
type Words = Readonly<Record<string, string>>;
export interface CategoryWords {
  name: string;
  purpose: string;
  origin: string;
  recipients: string;
}
interface MapWords {
  categories: Readonly<Record<string, CategoryWords>>;
  origins: Words;
  fields: Words;
  values: Words;
  roles: Words;
}
type Tree = { [key: string]: string | Tree };

const locales: Readonly<Record<Language, string>> = { es: 'es-CL', en: 'en-US', pt: 'pt-BR' };
const isMoment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const read = (name: string): unknown => load(readFileSync(join(__dirname, name), 'utf8'));
const all = Object.fromEntries(
  (Object.keys(locales) as Language[]).map((language) => [
    language,
    { map: read(`data-map.${language}.yaml`) as MapWords, texts: read(`package.${language}.yaml`) as Tree },
  ]),
) as Record<Language, { map: MapWords; texts: Tree }>;

export type Vars = Readonly<Record<string, string | number | Date>>;

/** What the map, and a copy of somebody's data, say in one language to somebody who lives by the clocks of one zone. */
export class PackageWords {
  readonly language: Language;
  private readonly map: MapWords;
  private readonly texts: Tree;

  constructor(
    language: string,
    private readonly zone: string,
  ) {
    this.language = language === 'en' || language === 'pt' ? language : 'es';
    ({ map: this.map, texts: this.texts } = all[this.language]);
  }

  /** @throws when there is no such sentence */
  says(key: string, vars: Vars = {}): string {
    const found = this.maybe(key);
    if (found === undefined) throw new Error(`no text ${key} in package.${this.language}.yaml`);
    return this.fill(found, vars);
  }

  /** Of a group that something new may be missing from: its `other`. */
  among(group: string, key: string): string {
    return this.maybe(`${group}.${key}`) ?? this.maybe(`${group}.other`) ?? key;
  }

  category = (key: string): CategoryWords =>
    this.map.categories[key] ?? { name: key, purpose: key, origin: key, recipients: key };

  field = (name: string): string => this.map.fields[name] ?? name;

  /** A code, as it is said. */
  value = (code: string): string => this.map.values[code] ?? code;

  /** What stands in a field, as it is read: a moment by the clock, a yes or no as one. */
  read = (value: unknown): string =>
    typeof value === 'string' && isMoment.test(value) ? this.moment(new Date(value)) : this.value(String(value));

  role = (key: string): string => this.map.roles[key] ?? this.map.roles.viewer ?? key;

  /** Where something came from, by what is on record of it: `import:clientes`, `whatsapp`. */
  origin(source: string, at: Date): string {
    const [kind = '', list = ''] = source.split(/:(.*)/s);
    const sentence = this.map.origins[kind] ?? this.map.origins.other ?? '{source}';
    return this.fill(sentence, { source, list, date: at });
  }

  /** `31 de diciembre de 2026` */
  day(at: Date): string {
    return this.dated(at, { day: 'numeric', month: 'long', year: 'numeric' });
  }

  /** `31-12-2026, 10:30` */
  moment(at: Date): string {
    const clock = this.language === 'en' ? 'h12' : 'h23';
    return this.dated(at, { dateStyle: 'medium', timeStyle: 'short', hourCycle: clock });
  }

  count(many: number): string {
    return new Intl.NumberFormat(locales[this.language]).format(many);
  }

  /** `90 días` */
  period(keep: Readonly<Partial<Record<'hours' | 'days' | 'months' | 'years', number>>>): string {
    const parts = Object.entries(keep).map(([unit, many]) =>
      new Intl.NumberFormat(locales[this.language], {
        style: 'unit',
        unit: unit.slice(0, -1),
        unitDisplay: 'long',
      }).format(many as number),
    );
    return parts.join(' ');
  }

  listed = (several: readonly string[]): string => new Intl.ListFormat(locales[this.language]).format(several);

  private maybe(key: string): string | undefined {
    const found = key
      .split('.')
      .reduce<string | Tree | undefined>(
        (node, part) => (typeof node === 'object' ? node[part] : undefined),
        this.texts,
      );
    return typeof found === 'string' ? found : undefined;
  }

  private fill(sentence: string, vars: Vars): string {
    return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = vars[name];
      if (value instanceof Date) return this.day(value);
      return typeof value === 'number' ? this.count(value) : (value ?? whole);
    });
  }

  private dated(at: Date, options: Intl.DateTimeFormatOptions): string {
    return new Intl.DateTimeFormat(locales[this.language], { ...options, timeZone: this.zone }).format(at);
  }
}

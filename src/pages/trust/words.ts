import { say } from '../../conversation/texts';
import type { Language, Vars } from '../../intent';
import { type TrustReport, trustTexts } from './report';

/** Moments are said as where we are at home. */
const zone = 'America/Santiago';

/** What is said of one promise. */
export interface PromiseWords {
  says: string;
  did: string;
  /** What was seen, or what was missing. */
  saw: string;
}

/** A sentence of the page. @throws when there is none */
export const sayer =
  (language: Language) =>
  (key: string, vars: Vars = {}): string => {
    const found = key
      .split('.')
      .reduce<unknown>(
        (node, part) => (node as Record<string, unknown> | undefined)?.[part],
        trustTexts[language].texts,
      );
    if (typeof found !== 'string') throw new Error(`no text ${key} in ${language}`);
    return say(found, vars, { language, zone });
  };
export type Says = ReturnType<typeof sayer>;

export function wordsOf(language: Language, id: string, report?: TrustReport): PromiseWords {
  const { says = '', did = '', saw = '' } = trustTexts[language].promises[id] ?? {};
  const one = report?.promises.find((promise) => promise.id === id);
  if (!one) return { says, did, saw: '' };
  return { says, did, saw: one.proved ? say(saw, one.seen, { language, zone }) : one.evidence };
}

export const harmIn = (language: Language, name: string): string => trustTexts[language].harms[name] ?? name;

/** The report as a document that anybody can read without us: what is shown where one is verified. */
export function documentOf(report: TrustReport, language: Language): object {
  const says = sayer(language);
  const facts = report.promises.map(({ id, proved }) => {
    const { says: promise, saw } = wordsOf(language, id, report);
    return [`${id} ${promise}`, `${says(proved ? 'proved' : 'unproved')}. ${saw}`];
  });
  const harms = report.mutations.map(({ name, promise, caught }) => [
    harmIn(language, name),
    caught ? says('caught', { id: promise }) : says('missed'),
  ]);
  const { proved, total } = report;
  return {
    ...report,
    words: {
      title: says('title'),
      lead: `${says('when', { at: { exact: new Date(report.at) } })} ${says('score', { proved, total })}`,
      sections: [
        { title: says('all'), facts, notes: [] },
        { title: says('mutations'), facts: harms, notes: [] },
      ],
    },
  };
}

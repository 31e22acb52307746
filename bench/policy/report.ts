import { join } from 'node:path';
import { say } from '../../src/conversation/texts';
import { clauseOf } from '../../src/pages/trust/clauses';
import { programHash, type TrustReport, trustTexts } from '../../src/pages/trust/report';
import type { Outcome, Run } from './run';

/** What the product shows at /trust. */
export const shippedReport = join(__dirname, '..', '..', 'src', 'pages', 'trust', 'report.json');

const reader = { language: 'en', zone: 'UTC' } as const;
const wordsOf = (id: string) => trustTexts.en.promises[id] ?? { says: '', did: '', saw: '' };

/** One line a promise: id, clause, what was done, what was seen. */
export function said({ id, proved, seen, otherwise }: Outcome): string {
  const { did, saw } = wordsOf(id);
  return `${id} ${proved ? '✓' : '✗'} §${clauseOf(id)} · ${did} · ${proved ? say(saw, seen, reader) : `NOT PROVED: ${otherwise}`}`;
}

/** The run as it is published. */
export function reportOf({ outcomes, mutations }: Run): TrustReport {
  return {
    kind: 'report',
    at: new Date().toISOString(),
    program: programHash(),
    policy: String(outcomes.find(({ id }) => id === 'A01')?.seen.version ?? ''),
    proved: outcomes.filter(({ proved }) => proved).length,
    total: outcomes.length,
    promises: outcomes.map(({ id, proved, seen, otherwise }) => ({
      ...{ id, clause: clauseOf(id), proved, seen },
      evidence: proved ? `${wordsOf(id).did} ${say(wordsOf(id).saw, seen, reader)}` : (otherwise ?? ''),
    })),
    mutations,
  };
}

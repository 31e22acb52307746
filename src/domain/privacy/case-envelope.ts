import type { TenantRow } from '../accounts/tenants.table';
import { caseNumber } from './case-view';
import type { CaseRow } from './cases.table';

/** What is handed to the controller with a request: which right, by which law, until when. No number and no name of the person is in it. */
export const caseEnvelope = (
  row: CaseRow,
  of: { tenant: string; company: TenantRow | undefined; hasWords: boolean; now: Date },
): object => ({
  kind: 'forwarded_request',
  version: 1,
  case: caseNumber(row.number),
  case_id: row.id,
  controller: { id: of.tenant, name: of.company?.legal_name ?? '' },
  processor: 'Connectus SpA',
  right: row.right,
  scope: row.scope,
  cause: row.cause,
  regime: row.regime,
  authorities: row.authorities,
  received_at: row.received_at.toISOString(),
  due_at: row.due_at.toISOString(),
  forwarded_at: of.now.toISOString(),
  identity: { needed: row.id_needed, has: row.id_level },
  frozen: row.block === 'provisional',
  words_kept: of.hasWords,
});

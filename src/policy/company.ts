import type { TenantTx } from '../data/database';
import { tenantsTable } from '../domain/accounts/tenants.table';
import { factsTable } from '../domain/privacy/package-facts.table';
import { AppError } from '../errors';
import type { PolicyFacts } from './policy';

/** Who answers for the data of a company's people, and what it declared that it writes to them for. @throws TENANT_REQUIRED when it is none of ours */
export async function companyFacts(tx: TenantTx): Promise<PolicyFacts> {
  const row = await tenantsTable.get(tx);
  if (!row) throw new AppError('TENANT_REQUIRED', { tenant: tx.tenant });
  const { rut, representative } = await factsTable.responsible(tx);
  const declared = (await factsTable.purposes(tx)).flatMap(({ purpose, basis, interest }) =>
    basis ? [{ purpose, basis, ...(interest && { interest }) }] : [],
  );
  const purposes = declared.filter(
    (one, at) => declared.findIndex(({ purpose, basis }) => purpose === one.purpose && basis === one.basis) === at,
  );
  return {
    ...{ name: row.name, legalName: row.legal_name, zone: row.zone, contact: row.contact, address: row.address },
    ...{ rut, representative },
    ...(purposes.length > 0 && { purposes }),
  };
}

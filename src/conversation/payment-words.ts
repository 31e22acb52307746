import type { TenantTx } from '../data/database';
import { tenantsTable } from '../domain/accounts/tenants.table';
import type { PaymentRow } from '../domain/billing/payments.table';
import type { Language } from '../intent';
import { sayHouse } from './texts';

/** Why the payer is there, as they read it at the gateway: in the company's language. */
export async function paymentSubject(tx: TenantTx, { statement_id: statement }: PaymentRow): Promise<string> {
  const tenant = await tenantsTable.get(tx);
  const reader = { language: (tenant?.language ?? 'es') as Language, zone: tenant?.zone ?? 'UTC' };
  const vars = { company: tenant?.name ?? '' };
  return sayHouse({ text: statement ? 'payment_subject.statement' : 'payment_subject.credit', vars }, reader);
}

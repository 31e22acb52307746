import type { TenantTx } from '../../data/database';

export interface Responsible {
  name: string;
  rut: string;
  representative: string;
  contact: string;
  address: string;
}
export interface DeclaredPurpose {
  purpose: string;
  category: string;
  basis: string;
  interest: string;
}
export interface Authorised {
  subprocessor: string;
  since: Date;
}

/** What the law has said beside the data themselves, of one customer. A few rows each. */
export const factsTable = {
  async responsible(tx: TenantTx): Promise<Responsible> {
    const [row] = await tx.query<Responsible>(
      'SELECT legal_name AS name, rut, representative, contact, address FROM tenant WHERE tenant_id = $1',
      [tx.tenant],
    );
    return row ?? { name: '', rut: '', representative: '', contact: '', address: '' };
  },

  async purposes(tx: TenantTx): Promise<DeclaredPurpose[]> {
    return tx.query<DeclaredPurpose>(
      'SELECT purpose, category, basis, interest FROM declared_purpose WHERE tenant_id = $1 ORDER BY purpose, category',
      [tx.tenant],
    );
  },

  async authorised(tx: TenantTx): Promise<Authorised[]> {
    return tx.query<Authorised>(
      `SELECT subprocessor, authorised_at AS since FROM subprocessor_authorisation
       WHERE tenant_id = $1 AND revoked_at IS NULL ORDER BY subprocessor`,
      [tx.tenant],
    );
  },

  async transfers(tx: TenantTx): Promise<{ subprocessor: string; country: string; ground: string }[]> {
    return tx.query(
      'SELECT subprocessor, country, ground FROM transfer WHERE tenant_id = $1 ORDER BY subprocessor, country',
      [tx.tenant],
    );
  },

  /** Whether what is done with a person's data for promotions rests on their own yes, by any channel. Plan: consent_contact. */
  async restsOnConsent(tx: TenantTx, contact: string): Promise<boolean> {
    const [row] = await tx.query<{ is: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM consent c WHERE c.tenant_id = $1 AND c.contact_id = $2 AND c.basis = 'consent' AND c.act IN ('given', 'renewed')
         AND c.holder_epoch = (SELECT k.holder_epoch FROM contact k WHERE k.tenant_id = $1 AND k.id = $2))
       AND NOT EXISTS (SELECT 1 FROM declared_purpose d WHERE d.tenant_id = $1 AND d.purpose = 'marketing' AND d.basis <> 'consent') AS is`,
      [tx.tenant, contact],
    );
    return row?.is ?? false;
  },
};

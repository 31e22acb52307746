import type { Clock } from '../clock';
import type { Database, TenantTx } from '../data/database';
import { unknownTenant } from '../data/ids';
import type { Keys, TenantKeys } from '../data/keys';
import { tenantOfLink } from '../data/links';
import type { PreferenceLinks } from '../domain/consent/preference-links';
import { AppError } from '../errors';

export interface LinkDeps {
  database: Database;
  keys: Keys;
  clock: Clock;
  links: PreferenceLinks;
}
/** A link that was proved, inside its tenant's transaction. */
export interface Opened {
  tx: TenantTx;
  keys: TenantKeys;
  /** Missing for somebody who was erased: their link to stop still answers. */
  contact?: string;
  now: Date;
}

/** Runs the work for whom a link speaks of. undefined for every link that opens nothing. */
export async function openLink<T>(
  { database, keys, clock, links }: LinkDeps,
  text: string,
  purpose: 'preferences' | 'unsubscribe',
  work: (opened: Opened) => Promise<T>,
): Promise<T | undefined> {
  const tenant = tenantOfLink(text);
  if (!tenant || tenant === unknownTenant) return undefined;
  return database
    .withTenant(tenant, async (tx) => {
      const now = clock.now();
      const whose = await links.open(tx, text, purpose, now);
      return whose && work({ tx, keys: await keys.of(tx), now, ...whose });
    })
    .catch(unlessNoTenant);
}

/** A tenant that is nobody's is as any other link that opens nothing. */
export function unlessNoTenant(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'TENANT_REQUIRED') return undefined;
  throw error;
}

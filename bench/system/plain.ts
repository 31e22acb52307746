import crypto from 'node:crypto';
import type { Client } from 'pg';
import { Audit } from '../../src/domain/audit/audit.service';

const tag = Buffer.alloc(16);
const cipher = {
  update: (given: Buffer | string) => Buffer.from(given as string),
  final: () => Buffer.alloc(0),
  getAuthTag: () => tag,
  setAAD: () => cipher,
  setAuthTag: () => cipher,
};

/** From now on this process seals nothing and audits nothing. Only for a database in which everything is made so. @returns how to undo it */
export function makePlain(): () => void {
  const { createCipheriv, createDecipheriv } = crypto;
  const { record, seal } = Audit.prototype;
  Object.assign(crypto, { createCipheriv: () => cipher, createDecipheriv: () => cipher });
  Object.assign(Audit.prototype, { record: async () => {}, seal: async () => 0 });
  return () => {
    Object.assign(crypto, { createCipheriv, createDecipheriv });
    Object.assign(Audit.prototype, { record, seal });
  };
}

/** Every row is everybody's. */
export async function dropRowSecurity(owner: Client): Promise<void> {
  const { rows } = await owner.query<{ name: string }>(
    'SELECT oid::regclass::text AS name FROM pg_class WHERE relrowsecurity',
  );
  for (const { name } of rows) await owner.query(`ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY`);
}

import { createHmac } from 'node:crypto';

const secret = 'test-ring';

export const conformance = {
  settings: { PIGEON_SECRET: secret },
  apiUrl: 'PIGEON_URL',
  path: '/pigeons',
  largest: 10_000,
  address: { email: 'ana@loft.example' },
  write: (payload: unknown) => ({ body: JSON.stringify(payload), contentType: 'application/json' }),
  sign: (body: string | Buffer) => ({ 'x-ring': createHmac('sha256', secret).update(body).digest('hex') }),
  idsOf: (payload: unknown): string[] => {
    const id = typeof payload === 'object' && payload !== null ? (payload as { id?: unknown }).id : undefined;
    const told = typeof id === 'string' ? id.replaceAll('\0', '').toWellFormed().trim() : '';
    return told && !Array.isArray(payload) ? [told] : [];
  },
  accept: () => ({ ring: 'a1' }),
};

import { createServer } from 'node:http';
import type { Mutation } from './promised';
import type { Sight } from './sight';

/** Harm to a copy by one statement. */
const harmed = (name: string, promise: string, sql: string): Mutation => ({
  ...{ name, promise, on: 'copy' },
  harm: async (at) => {
    await at.ask(sql);
    return {};
  },
});

/** Harm to the system that runs, and what undoes it. */
const meanwhile = (name: string, promise: string, sql: string, back: string): Mutation => ({
  ...{ name, promise, on: 'system' },
  harm: async (at) => {
    await at.ask(sql);
    return { undo: async () => void (await at.ask(back)) };
  },
});

/** A page as somebody between it and the reader would have changed it. */
const between = (
  name: string,
  promise: string,
  change: (text: string, headers: Record<string, string>) => string,
): Mutation => ({
  ...{ name, promise, on: 'system' },
  harm: async (at) => {
    const server = createServer(async (request, response) => {
      const answer = await at.page(request.url ?? '/');
      const headers: Record<string, string> = { 'content-type': answer.headers.get('content-type') ?? 'text/html' };
      const text = change(answer.text, headers);
      response.writeHead(answer.status, headers).end(text);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const productUrl = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    const page: Sight['page'] = async (path, init) => {
      const response = await fetch(`${productUrl}${path}`, init);
      return { status: response.status, text: await response.text(), headers: response.headers };
    };
    return {
      at: at.with({ productUrl, page }),
      undo: () => new Promise<void>((done) => void server.close(() => done())),
    };
  },
});

/** Nothing that is too old goes, and something too old is there. */
const keepForever = `CREATE FUNCTION keep_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
  UPDATE inbox SET received_at = received_at - interval '400 days', at = at - interval '400 days' WHERE handled_at IS NOT NULL;
  CREATE TRIGGER keep_it BEFORE DELETE ON inbox FOR EACH ROW EXECUTE FUNCTION keep_it()`;

const skipSuppression = `CREATE FUNCTION forget_refusal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
  CREATE TRIGGER forget_refusal BEFORE INSERT ON suppression FOR EACH ROW EXECUTE FUNCTION forget_refusal()`;

/** Somebody hands the verifying program another certificate than the one that was issued. */
function tampered(name: string, promise: string): Mutation {
  return {
    ...{ name, promise, on: 'system' },
    harm: async (at) => ({
      at: at.with({ keep: (file, content) => at.keep(file, content.replace(/"found":0|"traces":0|SOL-0/, 'SOL-1')) }),
    }),
  };
}

/** What is done on purpose in every run: the look that proves a promise must say “not proved” of each. */
export const mutations: readonly Mutation[] = [
  meanwhile(
    'refusal-skipped',
    'A42',
    skipSuppression,
    'DROP TRIGGER forget_refusal ON suppression; DROP FUNCTION forget_refusal()',
  ),
  meanwhile('retention-off', 'A32', keepForever, 'DROP TRIGGER keep_it ON inbox; DROP FUNCTION keep_it()'),
  tampered('certificate-tampered', 'A33'),
  between('cookie-more', 'A47', (text, headers) => {
    headers['set-cookie'] = 'visitor=1; Path=/';
    return text;
  }),
  between('policy-word', 'A01', (text) => text.replace(/datos|data|dados/i, 'cosas')),
  {
    name: 'number-in-log',
    promise: 'A13',
    on: 'copy',
    harm: async (at) => ({
      at: at.with({ log: () => `${at.log()}\n{"to":"+56971230010"}` }),
    }),
  },
  {
    name: 'field-to-meta',
    promise: 'A22',
    on: 'system',
    harm: async (at) => {
      const outside = Object.assign(Object.create(at.outside), {
        get: async (path: string) => {
          const found = await at.outside.get<{ calls: object[] }>(path);
          const more = { path: '/v25.0/1/messages', status: 200, body: { to: '1', contact: { rut: '11.111.111-1' } } };
          return path.includes('/__sim/calls') ? { calls: [...found.calls, more] } : found;
        },
      });
      return { at: at.with({ outside }) };
    },
  },
  harmed('column-outside', 'A02', 'ALTER TABLE contact ADD COLUMN nickname text'),
  harmed(
    'audit-altered',
    'A37',
    "UPDATE audit SET act = 'nothing' WHERE id = (SELECT id FROM audit ORDER BY id LIMIT 1)",
  ),
  harmed(
    'audit-cut',
    'A37',
    `WITH gone AS (DELETE FROM audit_link l USING (SELECT tenant_id, max(seq) AS seq FROM audit_link GROUP BY 1) m
       WHERE l.tenant_id = m.tenant_id AND l.seq = m.seq RETURNING l.tenant_id, l.entry)
     DELETE FROM audit a USING gone WHERE a.tenant_id = gone.tenant_id AND a.id = gone.entry`,
  ),
  harmed(
    'audit-swapped',
    'A37',
    `UPDATE audit_link SET seq = -seq WHERE seq IN (1, 2); UPDATE audit_link SET seq = 3 + seq WHERE seq < 0`,
  ),
  harmed('wall-down', 'A34', 'ALTER TABLE contact DISABLE ROW LEVEL SECURITY'),
  harmed(
    'no-permission',
    'A21',
    "DELETE FROM consent WHERE contact_id IN (SELECT contact_id FROM message WHERE batch_id > 0 AND state IN ('delivered', 'read') LIMIT 1)",
  ),
  harmed('receipt-back', 'A12', "UPDATE message SET state = 'sent' WHERE state = 'read'"),
  harmed('no-approval', 'A05', 'UPDATE campaign SET approver_id = NULL'),
  harmed(
    'no-purpose',
    'A14',
    'ALTER TABLE message DROP CONSTRAINT message_purpose_check; ALTER TABLE message ALTER COLUMN purpose DROP NOT NULL',
  ),
  harmed(
    'number-readable',
    'A10',
    "UPDATE contact SET sealed = convert_to('+56987654321', 'UTF8') WHERE sealed IS NOT NULL",
  ),
  harmed(
    'token-lost',
    'A41',
    'DELETE FROM suppression s USING deletion_ledger d WHERE s.tenant_id = d.tenant_id AND s.token = d.token',
  ),
  harmed(
    'unauthorised',
    'A25',
    "UPDATE subprocessor_authorisation SET authorised_at = authorised_at + interval '1 year'",
  ),
  harmed(
    'bad-ground',
    'A31',
    "ALTER TABLE transfer DROP CONSTRAINT IF EXISTS transfer_ground_check; UPDATE transfer SET ground = 'habit'",
  ),
];

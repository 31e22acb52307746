import type { TenantTx } from '../../data/database';

export interface MessageRow {
  seq: string;
  contact: string;
  channel: string;
  state: string;
  reason: string | null;
  accepted: Date | null;
  delivered: Date | null;
  read: Date | null;
  clicked: Date | null;
  replied: Date | null;
}

/** A campaign's messages after one of them, in order, with what came back; without those of erased people. Plans: message's, receipt's, interaction's keys. */
export async function messagesAfter(tx: TenantTx, batch: string, after: string, most: number): Promise<MessageRow[]> {
  const came = (status: string) =>
    `(SELECT r.at FROM receipt r WHERE r.tenant_id = $1 AND r.batch_id = $2 AND r.seq = m.seq AND r.status = '${status}') AS ${status}`;
  const did = (kind: string) =>
    `(SELECT i.at FROM interaction i WHERE i.tenant_id = $1 AND i.batch_id = $2 AND i.seq = m.seq AND i.kind = '${kind}') AS ${kind}`;
  return tx.query<MessageRow>(
    `SELECT m.seq::text, m.contact_id AS contact, m.channel, m.state, m.reason, m.accepted_at AS accepted, ${came('delivered')}, ${came('read')}, ${did('clicked')}, ${did('replied')}
     FROM message m WHERE m.tenant_id = $1 AND m.batch_id = $2 AND m.seq > $3 ORDER BY m.seq LIMIT $4`,
    [tx.tenant, batch, after, most],
  );
}

import type { TenantTx } from '../data/database';
import type { Keys } from '../data/keys';
import { lockLane } from '../inbox/inbox.table';
import { type DialogState, reviveState } from './dialog-state';

/** Where the conversation on this lane stands; nothing is known of a new one. */
export async function loadDialog(tx: TenantTx, keys: Keys, lane: Buffer): Promise<DialogState> {
  const [row] = await tx.query<{ sealed: Buffer }>('SELECT sealed FROM dialog WHERE tenant_id = $1 AND lane = $2', [
    tx.tenant,
    lane,
  ]);
  if (!row) return {};
  return reviveState(JSON.parse((await keys.of(tx)).open(row.sealed, 'dialog').toString('utf8')) as DialogState);
}

/** Changes where the newest talk with a person stands, from outside it; nothing where there is none. Plan: dialog's rows of the contact, few. */
export async function changeDialog(
  tx: TenantTx,
  keys: Keys,
  contact: string,
  change: (state: DialogState) => DialogState,
  now: Date,
): Promise<void> {
  const [newest] = await tx.query<{ lane: Buffer }>(
    'SELECT lane FROM dialog WHERE tenant_id = $1 AND contact_id = $2 ORDER BY updated_at DESC LIMIT 1',
    [tx.tenant, contact],
  );
  if (!newest) return;
  await lockLane(tx, newest.lane);
  await saveDialog(tx, keys, newest.lane, contact, change(await loadDialog(tx, keys, newest.lane)), now);
}

export async function saveDialog(
  tx: TenantTx,
  keys: Keys,
  lane: Buffer,
  contact: string | undefined,
  state: DialogState,
  now: Date,
): Promise<void> {
  const sealed = (await keys.of(tx)).seal(JSON.stringify(state), 'dialog');
  await tx.query(
    `INSERT INTO dialog (tenant_id, lane, contact_id, sealed, updated_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (tenant_id, lane) DO UPDATE SET sealed = excluded.sealed, contact_id = excluded.contact_id, updated_at = excluded.updated_at`,
    [tx.tenant, lane, contact ?? null, sealed, now],
  );
}

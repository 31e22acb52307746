import type { TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import type { Audience } from '../audience/audience.service';
import { contactsTable } from '../audience/contacts.table';
import { type AddressRow, identityTable, type StandingRow } from './identity.table';
import type { Data } from './identity-match';
import { identityRules, type MatchRule, type Proof } from './identity-policy';

/** Where a code goes, and what it proves when it comes back. */
export interface Target {
  proof: Exclude<Proof, 'desk' | 'match'>;
  channel: string;
  sender: string;
  token: Buffer;
}

/** By which channel a code reaches this kind of address, and of which kinds an address is the same line or box as another. */
const carries: Readonly<Record<string, readonly string[]>> = { email: ['email'], phone: ['sms'] };
const sameLine: Readonly<Record<string, string>> = {
  phone: 'phone',
  bsuid: 'phone',
  parent_bsuid: 'phone',
  email: 'email',
};

/**
 * Where the next code goes: first to whom it is not sure that they hold what they wrote from, then to another that the company has of them.
 * `asker`: the address they wrote from, by which tries are counted.
 */
export async function placesFor(
  tx: TenantTx,
  row: StandingRow,
  here = row.has === 'L0',
): Promise<{ target: Target | undefined; asker: Buffer | undefined }> {
  const addresses = await identityTable.addresses(tx, row.contact_id);
  const came = await identityTable.cameBy(
    tx,
    row.case_id,
    addresses.map(({ find }) => find),
  );
  const own = addresses.find(({ find }) => came?.lane.equals(find)) ?? addresses[0];
  // What names the same line is no second thing.
  const isOther = ({ kind, find }: AddressRow) =>
    own &&
    !find.equals(own.find) &&
    (sameLine[kind] !== sameLine[own.kind] || (kind === 'phone' && own.kind === 'phone'));
  const wanted = here ? (own ? [own] : []) : addresses.filter(isOther);
  for (const { kind, find } of wanted)
    for (const channel of carries[kind] ?? []) {
      const sender = await identityTable.senderBy(tx, channel);
      if (sender)
        return { target: { proof: here ? 'code_here' : 'code_there', channel, sender, token: find }, asker: own?.find };
    }
  return { target: undefined, asker: here ? undefined : own?.find };
}

interface About {
  name?: string;
  fields?: Readonly<Record<string, string>>;
}

/** What the company has of a person that a form can be compared with. Of a number that may have a new holder: nothing. */
export async function heldOf(tx: TenantTx, keys: Keys, audience: Audience, contact: string): Promise<Data> {
  const row = await contactsTable.get(tx, contact);
  const isTheirs = (await contactsTable.holder(tx, contact))?.since === undefined;
  if (!row || !isTheirs) return {};
  const { name, fields = {} } = row.sealed
    ? (JSON.parse((await keys.person(tx, contact)).open(row.sealed, 'contact').toString()) as About)
    : {};
  const told: Record<string, unknown> = { ...(await audience.attributes(tx, contact)), ...fields, name };
  const pairs = identityRules.matches.flatMap(({ of, attribute = [of] }: MatchRule) => {
    const value = attribute.map((key) => told[key]).find((one) => typeof one === 'string' && one !== '');
    return value ? [[of, String(value)] as const] : [];
  });
  return Object.fromEntries(pairs);
}

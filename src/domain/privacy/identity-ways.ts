import type { TenantTx } from '../../data/database';
import type { Keys } from '../../data/keys';
import type { Audience } from '../audience/audience.service';
import { contactsTable } from '../audience/contacts.table';
import { type AddressRow, identityTable, type StandingRow } from './identity.table';
import type { Data } from './identity-match';
import { type IdentityLevel, identityRules, type MatchRule } from './identity-policy';

/** Where a code goes, and what it proves when it comes back. */
export interface Target {
  proof: 'code_here' | 'code_there';
  channel: string;
  sender: string;
  token: Buffer;
}

/** By which channel a code reaches this kind of address, and of which kinds an address is the same line or box as another. */
const carries: Readonly<Record<string, string>> = { email: 'email', phone: 'sms' };
const sameLine: Readonly<Record<string, string>> = {
  phone: 'phone',
  bsuid: 'phone',
  parent_bsuid: 'phone',
  email: 'email',
};

/** Where somebody speaks from: the message, and what it proves by itself. */
export interface Talk {
  channel: string;
  inbox: string;
  level: IdentityLevel;
}

/**
 * Where the next code goes: to where they speak from, as long as it is not sure that it is theirs, else to another that the company has of them.
 * `asker`: the address they speak from, by which tries are counted.
 */
export async function placesFor(
  tx: TenantTx,
  { contact_id: contact, opened_from: opened, has }: StandingRow,
  where: 'here' | 'there',
  inbox: string | null = opened,
): Promise<{ target: Target | undefined; asker: Buffer | undefined }> {
  const addresses = await identityTable.addresses(tx, contact);
  const lanes = addresses.map(({ find }) => find);
  const came = inbox ? await identityTable.cameBy(tx, inbox, lanes) : undefined;
  const own = addresses.find(({ find }) => came?.lane.equals(find)) ?? addresses[0];
  const wanted =
    where === 'here' ? addresses.filter((one) => one === own) : addresses.filter((one) => isOther(one, own));
  for (const { kind, find } of wanted) {
    const channel = carries[kind];
    const sender = channel && (await identityTable.senderBy(tx, channel));
    if (channel && sender) {
      // What was proved elsewhere already and is proved here too is proved twice.
      const proof = where === 'here' && has === 'L0' ? 'code_here' : 'code_there';
      return { target: { proof, channel, sender, token: find }, asker: own?.find };
    }
  }
  return { target: undefined, asker: own?.find };
}

/** What names the same line is no second thing. */
const isOther = ({ kind, find }: AddressRow, own: AddressRow | undefined): boolean =>
  own !== undefined &&
  !find.equals(own.find) &&
  (sameLine[kind] !== sameLine[own.kind] || (kind === 'phone' && own.kind === 'phone'));

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

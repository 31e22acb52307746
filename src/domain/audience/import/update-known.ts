import type { TenantTx } from '../../../data/database';
import type { Keys } from '../../../data/keys';
import { idBytes } from '../../../data/packed';
import { learnPlace } from '../places';
import { rectifiedTable } from '../rectified.table';
import { refreshStanding } from '../standing.table';
import type { Suppressions } from '../suppressions';
import { type Address, aboutOf, type Candidate, reachOf } from './candidates';
import { grantsOf, type StorePorts } from './grants';
import { storeTable } from './store.table';

/** Somebody of a list whom the customer knows. */
interface Met {
  candidate: Candidate;
  owner: string;
  refused: ReadonlySet<string>;
  own: readonly Address[];
}

/** A list says something of people who are known already. What they corrected themselves, and what they refused, stays. */
export class UpdateKnown {
  constructor(
    private readonly keys: Keys,
    private readonly suppressions: Suppressions,
    private readonly now: Date,
  ) {}

  /** @returns how many of them promotions reach on no channel for want of proof */
  async run(
    tx: TenantTx,
    listed: readonly Met[],
    source: string,
    channels: readonly string[],
    grant: StorePorts['grant'],
  ): Promise<number> {
    if (listed.length === 0) return 0;
    const contacts = [...new Set(listed.map(({ owner }) => owner))];
    const met = withoutCorrected(listed, await rectifiedTable.of(tx, contacts));
    await this.about(tx, met, contacts);
    await this.learn(tx, met, source);
    const values = new Map(
      met.flatMap(({ owner, candidate }) =>
        candidate.person.plain.map(([key, value]) => [`${owner}|${key}`, { id: idBytes(owner), key, value }] as const),
      ),
    );
    await storeTable.setAttributes(tx, [...values.values()]);
    for (const { owner, candidate } of met)
      if (candidate.person.language) await learnPlace(tx, owner, { language: candidate.person.language }, 'import');
    const grants = met.flatMap(({ owner, candidate, refused }) =>
      grantsOf(idBytes(owner), candidate.person.row, channels, reachOf(candidate.addresses), refused),
    );
    await grant(tx, grants, false);
    await refreshStanding(tx, contacts);
    return contacts.length - (await storeTable.proven(tx, contacts));
  }

  /** Name and sealed fields. */
  private async about(tx: TenantTx, met: readonly Met[], contacts: readonly string[]): Promise<void> {
    const rows = new Map((await storeTable.sealedOf(tx, contacts)).map((row) => [row.id, row]));
    const people = await this.keys.people(tx, contacts);
    const changed = new Map<string, { id: Buffer; sealed: Buffer }>();
    for (const { owner, candidate } of met) {
      const [row, key] = [rows.get(owner), people.get(owner)];
      if (!row || !key) continue;
      const before = row.sealed ? key.open(row.sealed, 'contact').toString() : '{}';
      const after = aboutOf(candidate.person, JSON.parse(before));
      if (!after || after === before) continue;
      row.sealed = key.seal(after, 'contact');
      changed.set(owner, { id: idBytes(owner), sealed: row.sealed });
    }
    await storeTable.reseal(tx, [...changed.values()]);
  }

  /** An address that nobody has is theirs from here on; what they refused on another goes for it as well. */
  private async learn(tx: TenantTx, met: readonly Met[], source: string): Promise<void> {
    const people = await this.keys.people(
      tx,
      met.map(({ owner }) => owner),
    );
    const added = met.flatMap(({ owner, own }) => {
      const key = people.get(owner);
      return key
        ? own.map(({ kind, value, find, stop }) => ({
            ...{ kind, find, stop, contact: idBytes(owner) },
            sealed: key.seal(value, `identifier|${kind}`),
          }))
        : [];
    });
    const count = await storeTable.addIdentifiers(tx, added, source, this.now);
    if (count === 0) return;
    for (const { owner, refused } of met)
      if (refused.size > 0) await this.suppressions.spread(tx, await this.suppressions.tokensOf(tx, [owner]));
  }
}

/** What people had corrected stays, whatever a list says and whenever it was made. */
function withoutCorrected(met: readonly Met[], corrected: ReadonlyMap<string, ReadonlySet<string>>): readonly Met[] {
  if (corrected.size === 0) return met;
  return met.map((one) => {
    const fields = corrected.get(one.owner);
    if (!fields) return one;
    const stays = ([key]: readonly [string, string]): boolean => !fields.has(key);
    const { name, ...person } = one.candidate.person;
    return {
      ...one,
      own: one.own.filter(({ kind }) => !fields.has(kind)),
      candidate: {
        ...one.candidate,
        person: {
          ...person,
          ...(name && !fields.has('name') && { name }),
          plain: person.plain.filter(stays),
          sealed: person.sealed.filter(stays),
        },
      },
    };
  });
}

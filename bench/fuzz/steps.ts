/** Who is shown or meant: numbers of identifiers out of small pools, the same for every customer. */
export interface Ids {
  bsuid?: number;
  phone?: number;
  email?: number;
}
export type Channel = 'whatsapp' | 'sms' | 'email';
export const channels: readonly Channel[] = ['whatsapp', 'sms', 'email'];
export type Kind =
  | 'meet'
  | 'leave'
  | 'hold'
  | 'release'
  | 'optIn'
  | 'prefer'
  | 'resume'
  | 'refuse'
  | 'list'
  | 'renumber'
  | 'wrong'
  | 'bounce'
  | 'erase'
  | 'plan'
  | 'claim'
  | 'rotate'
  | 'crash';

export interface Step {
  kind: Kind;
  /** Which of the two customers. */
  tenant: 0 | 1;
  /** In minutes since the beginning: when it is handled, and when it was said. */
  now: number;
  at: number;
  ids: Ids;
  /** Of a changed number: what it is now. */
  to: Ids;
  channel: Channel | 'all';
  /** Of a crash: what was being done, and after how many queries it ended. */
  inner?: Step;
  cut: number;
}

export const pools = { bsuid: 9, phone: 9, email: 5 } as const;

/** Numbers in [0, 1), the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

// How often each happens, of a hundred and some.
const weights: Readonly<Record<Kind, number>> = {
  ...{ meet: 12, leave: 10, hold: 4, release: 3, optIn: 12, prefer: 4, resume: 4, refuse: 3, list: 12 },
  ...{ renumber: 4, wrong: 1, bounce: 1, erase: 3, plan: 14, claim: 6, rotate: 5, crash: 5 },
};
const kinds = Object.entries(weights).flatMap(([kind, weight]) => Array<Kind>(weight).fill(kind as Kind));

/** Random orders of all that may happen to people. @param without kinds that don't happen */
export function stepsOf(seed: number, without: readonly Kind[] = []): () => Step {
  const random = randomOf(seed);
  const below = (bound: number): number => Math.floor(random() * bound);
  const chance = (of: number): boolean => random() < of;
  const among = kinds.filter((kind) => !without.includes(kind));
  let now = 0;
  const someone = (kind: Kind): Ids => {
    if (kind === 'list' || kind === 'refuse') {
      const ids: Ids = chance(0.8) ? { phone: below(pools.phone) } : { email: below(pools.email) };
      return kind === 'list' && chance(0.3) ? { ...ids, email: below(pools.email) } : ids;
    }
    const shows = random();
    const [bsuid, phone] = [below(pools.bsuid), below(pools.phone)];
    if (shows < 0.35) return { phone };
    return shows < 0.55 ? { bsuid } : { bsuid, phone };
  };
  const one = (kind: Kind): Step => ({
    kind,
    tenant: chance(0.7) ? 0 : 1,
    now,
    at: kind === 'list' ? now - below(400) + 5 : now - (chance(0.3) ? below(8) : 0),
    ids: someone(kind),
    to: someone('meet'),
    channel: chance(0.6) ? 'all' : (channels[below(3)] as Channel),
    cut: below(14),
  });
  return () => {
    now += below(3);
    const kind = among[below(among.length)] as Kind;
    if (kind !== 'crash') return one(kind);
    const inner = among.filter((other) => !['crash', 'claim', 'rotate'].includes(other));
    return { ...one('crash'), inner: one(inner[below(inner.length)] as Kind) };
  };
}

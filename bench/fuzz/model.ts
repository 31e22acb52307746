import {
  type Contact,
  concerns,
  concernsLine,
  isId,
  type Line,
  type Name,
  namesOf,
  ofNumber,
  preference,
  type Refusal,
  rank,
} from './names';
import { type Channel, channels, type Ids, type Step } from './steps';

interface Planned {
  contact: number;
  channel: Channel;
}
/** A rule of the model that is switched off, to see that its absence is found. */
export type Broken = 'list' | 'erase' | 'merge' | 'late' | 'claim' | 'hold' | 'tenant';

/** What must be true of one customer's people, as plainly as it can be written: no tokens, no keys, no tables. */
export class Model {
  readonly contacts = new Map<number, Contact>();
  readonly owners = new Map<Name, number>();
  readonly refusals = new Map<Name, Map<string, Refusal>>();
  planned: Planned[] = [];
  private next = 1;

  constructor(private readonly broken?: Broken) {}

  /** @returns who would be written to, of a claim */
  step(step: Step): Planned[] {
    const { ids, at, now, channel } = step;
    const one = channel === 'all' ? 'whatsapp' : channel;
    if (step.kind === 'meet') this.meet(ids, now);
    if (step.kind === 'leave') this.leave(this.meet(ids, now), 'stop', channel, 'person', at);
    if (step.kind === 'prefer') this.leave(this.meet(ids, now), 'stop', 'all', preference, at);
    if (step.kind === 'hold') this.leave(this.meet(ids, now), 'hold', 'all', 'person', at);
    if (step.kind === 'release') this.release(this.meet(ids, now));
    if (step.kind === 'optIn') this.optIn(this.meet(ids, now), one, at, now);
    if (step.kind === 'resume') this.resume(this.meet(ids, now), at, now);
    if (step.kind === 'refuse') this.refuse(ids, channel, at);
    if (step.kind === 'list') this.list(ids, one, at, now);
    if (step.kind === 'renumber') this.renumber(ids, step.to, now);
    if (step.kind === 'claim') return this.claim();
    const known = this.known(ids);
    if (!known) return [];
    if (step.kind === 'wrong') this.suspect(known, now);
    if (step.kind === 'bounce' && known.confirmed >= known.epoch) this.suspect(known, now);
    if (step.kind === 'erase') this.erase(known, now);
    if (step.kind === 'plan') this.planned.push({ contact: known.id, channel: one });
    return [];
  }

  /** Whoever has the surest of these. */
  known(ids: Ids): Contact | undefined {
    const names = namesOf(ids);
    const shown = names.find(isId);
    const owner = (name: Name): Contact | undefined => this.contacts.get(this.owners.get(name) ?? 0);
    if (shown && owner(shown)) return owner(shown);
    return names.map(owner).find((one) => one && !this.isStranger(one, shown));
  }

  out(contact: Contact, channel: Channel): 'stop' | 'hold' | undefined {
    const found = [...contact.names].flatMap((name) =>
      [...(this.refusals.get(name)?.values() ?? [])].filter((one) => concerns(one.channel, channel)),
    );
    return found.some(({ strength }) => strength === 'stop') ? 'stop' : found[0]?.strength;
  }

  isGiven(contact: Contact, channel: Channel): boolean {
    const lines = contact.lines.filter((one) => concerns(one.channel, channel));
    const left = Math.max(Number.NEGATIVE_INFINITY, ...lines.filter(({ act }) => act !== 'yes').map(({ at }) => at));
    const counts = ({ source, at }: Line): boolean =>
      source === 'person' ? at > left : left === Number.NEGATIVE_INFINITY;
    return lines.some((one) => one.act === 'yes' && one.proven && counts(one));
  }

  isReached(contact: Contact, channel: Channel): boolean {
    const has = (kind: string): boolean => [...contact.names].some((name) => name.startsWith(kind));
    return channel === 'email' ? has('email') : has('phone') || (channel === 'whatsapp' && has('bsuid'));
  }

  isCertain(contact: Contact): boolean {
    return contact.confirmed >= contact.epoch;
  }

  private isStranger(contact: Contact, shown: Name | undefined): boolean {
    return shown !== undefined && [...contact.names].some(isId) && !contact.names.has(shown);
  }

  private meet(ids: Ids, now: number): Contact {
    const names = namesOf(ids);
    const shown = names.find(isId);
    const contact = this.known(ids) ?? this.create();
    let changed = false;
    for (const name of names) {
      const owner = this.contacts.get(this.owners.get(name) ?? 0);
      if (owner === contact) continue;
      changed = true;
      if (!owner) this.own(contact, name);
      else if (this.isStranger(owner, shown)) {
        owner.names.delete(name);
        this.own(contact, name);
        this.suspect(owner, now);
      } else this.merge(owner, contact, now);
    }
    if (changed) this.agree([contact]);
    return contact;
  }

  private create(): Contact {
    const contact: Contact = { id: this.next++, names: new Set(), lines: [], epoch: 1, confirmed: 1 };
    this.contacts.set(contact.id, contact);
    return contact;
  }

  private own(contact: Contact, name: Name): void {
    contact.names.add(name);
    this.owners.set(name, contact.id);
  }

  private merge(from: Contact, into: Contact, now: number): void {
    const queued = (of: Contact): boolean => this.planned.some(({ contact }) => contact === of.id);
    if (queued(from) && queued(into)) this.planned = this.planned.filter(({ contact }) => contact !== from.id);
    for (const one of this.planned) if (one.contact === from.id) one.contact = into.id;
    for (const name of from.names) this.own(into, name);
    // What is written down anew is as old as its new line: a day of the future may have come.
    const lines = from.lines.map((one) => ({ ...one, proven: one.act === 'yes' && one.at <= now }));
    if (this.broken !== 'merge') into.lines.push(...lines);
    const isCertain = this.isCertain(from) && this.isCertain(into);
    into.epoch = Math.max(from.epoch, into.epoch);
    into.confirmed = into.epoch - (isCertain ? 0 : 1);
    this.contacts.delete(from.id);
  }

  private agree(contacts: readonly Contact[]): void {
    if (this.broken === 'merge') return;
    const names = contacts.flatMap((one) => [...one.names]);
    const strongest = new Map<string, Refusal>();
    for (const name of names)
      for (const [key, one] of this.refusals.get(name) ?? []) {
        const best = strongest.get(key);
        const isBetter = !best || rank(one) > rank(best) || (rank(one) === rank(best) && one.at > best.at);
        if (one.source !== ofNumber && isBetter) strongest.set(key, one);
      }
    for (const name of names) for (const one of strongest.values()) this.put(name, one);
  }

  private put(name: Name, refusal: Refusal): void {
    const of = this.refusals.get(name) ?? new Map<string, Refusal>();
    const key = `${refusal.channel} ${refusal.source}`;
    const before = of.get(key);
    const strength = before?.strength === 'stop' ? 'stop' : refusal.strength;
    of.set(key, { ...refusal, strength, at: Math.max(before?.at ?? refusal.at, refusal.at) });
    this.refusals.set(name, of);
  }

  private leave(
    contact: Contact,
    strength: 'stop' | 'hold',
    channel: Channel | 'all',
    source: string,
    at: number,
  ): void {
    const lines = contact.lines;
    const isSaid = lines.some(
      (one) => one.act === 'withdrawn' && one.at >= at && (one.channel === 'all' || one.channel === channel),
    );
    if (strength === 'stop' && !isSaid) lines.push({ act: 'withdrawn', channel, source, at, proven: false });
    const isHistory = lines.some(
      (one) => one.act === 'yes' && one.source === 'person' && one.at > at && concerns(one.channel, channel),
    );
    if (isHistory) return;
    for (const name of contact.names) this.put(name, { channel, source, strength, at });
    this.cancel(contact, channel);
  }

  private cancel(contact: Contact, channel: Channel | 'all'): void {
    if (this.broken === 'hold') return;
    this.planned = this.planned.filter((one) => one.contact !== contact.id || !concerns(one.channel, channel));
  }

  private undo(contact: Contact, which: (one: Refusal) => boolean): boolean {
    let isAny = false;
    for (const name of contact.names)
      for (const [key, one] of this.refusals.get(name) ?? [])
        if (which(one)) isAny = this.refusals.get(name)?.delete(key) || isAny;
    return isAny;
  }

  private release(contact: Contact): void {
    this.undo(contact, ({ strength, source }) => strength === 'hold' && source !== 'case');
  }

  private optIn(contact: Contact, channel: Channel, at: number, now: number): void {
    if (this.isGiven(contact, channel) && !this.out(contact, channel)) return;
    const isPast = (one: Refusal): boolean => one.at < at || this.broken === 'late';
    this.undo(contact, (one) => isPast(one) && (one.channel === 'all' || one.channel === channel));
    this.say(contact, channel, at, now);
  }

  private say(contact: Contact, channel: Channel, at: number, now: number): void {
    contact.lines.push({ act: 'yes', channel, source: 'person', at, proven: at <= now });
    const theirs = contact.lines.filter(({ act, source }) => act !== 'yes' || source === 'person');
    const said = { ...contact, lines: theirs.map((one) => ({ ...one, proven: true })) };
    if (channels.some((one) => this.isGiven(said, one))) contact.confirmed = contact.epoch;
  }

  private resume(contact: Contact, at: number, now: number): void {
    if (!this.undo(contact, (one) => one.source === preference && one.at < at)) return;
    const others = contact.lines.filter(
      (one) => !(one.act === 'withdrawn' && one.source === preference && one.at < at),
    );
    const before = { ...contact, lines: others };
    for (const channel of channels.filter((one) => !this.isGiven(contact, one) && this.isGiven(before, one)))
      this.say(contact, channel, at, now);
  }

  private refuse(ids: Ids, channel: Channel | 'all', at: number): void {
    const known = this.known(ids);
    if (known) this.leave(known, 'stop', channel, 'member', at);
    else for (const name of namesOf(ids)) this.put(name, { channel, source: 'member', strength: 'stop', at });
  }

  private list(ids: Ids, channel: Channel, at: number, now: number): void {
    const names = namesOf(ids);
    const isOut = names.some((name) =>
      [...(this.refusals.get(name)?.values() ?? [])].some((one) => one.channel === 'all'),
    );
    if (this.broken === 'list') for (const name of names) this.refusals.delete(name);
    else if (isOut) return;
    const contact = this.known(ids) ?? this.create();
    const fresh = names.filter((name) => !contact.names.has(name));
    for (const name of fresh) if (!this.owners.has(name)) this.own(contact, name);
    if (fresh.length > 0) this.agree([contact]);
    if (contact.lines.some((one) => one.act !== 'yes' && concernsLine(one, channel))) return;
    contact.lines.push({ act: 'yes', channel, source: 'form', at, proven: at <= now });
  }

  private suspect(contact: Contact, now: number): void {
    const wasCertain = this.isCertain(contact);
    contact.epoch += 1;
    if (!wasCertain) return;
    contact.lines.push({ act: 'needs', channel: 'all', source: 'new_holder', at: now, proven: false });
    this.cancel(contact, 'all');
  }

  private renumber(previous: Ids, current: Ids, now: number): void {
    const found = this.known(previous);
    const contact = this.meet(current, now);
    const before = found && this.known(previous);
    if (!before) return;
    const phone = (ids: Ids): Name[] => namesOf(ids).filter((name) => name.startsWith('phone'));
    if (before !== contact) {
      this.agree([before, contact]);
      const numbers = [...before.names].filter((name) => name.startsWith('phone'));
      this.left(before, numbers, now);
      return;
    }
    const [old, fresh] = [phone(previous)[0], phone(current)[0]];
    if (!old || !fresh || old === fresh || !contact.names.has(old)) return;
    this.left(contact, [old], now);
    contact.names.delete(old);
    this.owners.delete(old);
  }

  private left(contact: Contact, numbers: readonly Name[], now: number): void {
    for (const name of numbers) this.put(name, { channel: 'all', source: ofNumber, strength: 'hold', at: now });
    this.suspect(contact, now);
  }

  private erase(contact: Contact, now: number): void {
    this.leave(contact, 'stop', 'all', 'case', now);
    for (const name of contact.names) {
      this.owners.delete(name);
      if (this.broken === 'erase') this.refusals.delete(name);
    }
    this.contacts.delete(contact.id);
  }

  private claim(): Planned[] {
    const taken = this.planned.filter(({ contact, channel }) => {
      const one = this.contacts.get(contact);
      return one && this.isReached(one, channel) && this.mayGo(one, channel);
    });
    this.planned = [];
    return taken;
  }

  /** Whether a promotion may go to them there: nothing refused, a yes that stands, and by whoever has the number now. */
  mayGo(contact: Contact, channel: Channel): boolean {
    const isFree = this.broken === 'claim' || !this.out(contact, channel);
    return isFree && this.isGiven(contact, channel) && this.isCertain(contact);
  }
}

import { createHash } from 'node:crypto';
import { badRequest } from '../errors';
import type { World } from '../world';
import type { Person } from './model';

const bsuidPattern = /^[A-Z]{2}\.[A-Za-z0-9]{1,128}$/;
const specialPrefix = '+5690000';
const mostPeople = 200_000;
const countries: [string, string][] = [
  ['+56', 'CL'],
  ['+55', 'BR'],
  ['+54', 'AR'],
  ['+52', 'MX'],
  ['+34', 'ES'],
  ['+1', 'US'],
];

/** Everybody who has WhatsApp: those of world.yaml, and whoever is written to or writes. */
export class People {
  private readonly people = new Map<string, Person>();

  constructor(private readonly world: World) {
    for (const { name, language, phone, bsuid, email } of world.people)
      this.add({
        ...(phone ? { phone } : { bsuid: bsuid ?? '' }),
        ...(email && { email }),
        name,
        language,
        isPlayed: true,
      });
    for (const { firstPhone, count, names } of world.crowd)
      for (let at = 0; at < count; at++)
        this.add({
          phone: `+${Number(firstPhone.slice(1)) + at}`,
          name: names[at % names.length] ?? '',
          language: 'es',
        });
    for (const digits of Object.keys(world.special))
      this.add({ phone: `${specialPrefix}${digits}`, name: `${world.specialName} ${digits}`, language: 'es' });
  }

  /** By phone in any spelling, or business-scoped id. Who is not known yet is now. */
  meet(given: string): Person {
    const id = idFrom(given);
    const known = this.people.get(id) ?? this.byBsuid(id);
    if (known) return known;
    if (this.people.size > mostPeople) this.forgetOldest();
    return this.add({
      ...(id.startsWith('+') ? { phone: id } : { bsuid: id }),
      name: this.strangerName(id),
      language: 'es',
    });
  }

  find(id: string): Person | undefined {
    return this.people.get(id);
  }

  all(): Person[] {
    return [...this.people.values()];
  }

  /** The same person with another number, known by it from now on. */
  renumber(person: Person, newPhone: string): void {
    const phone = phoneOf(newPhone);
    if (this.people.has(phone)) throw badRequest('somebody has that number already');
    this.people.delete(person.id);
    person.id = phone;
    person.phone = phone;
    this.people.set(phone, person);
  }

  /** Somebody as they were at the last start. */
  restore(about: Omit<Person, 'chats'>): Person {
    const known = this.people.get(about.born);
    if (known && about.id === about.born) return Object.assign(known, about);
    this.people.delete(about.born);
    return this.add(about);
  }

  private add(about: Pick<Person, 'name' | 'language'> & Partial<Person>): Person {
    const id = about.phone ?? about.bsuid ?? '';
    const person = { isPlayed: false, chats: new Map(), born: id, ...about, id };
    this.people.set(person.id, person);
    return person;
  }

  /** An id that a business was given for somebody with a phone. */
  private byBsuid(id: string): Person | undefined {
    if (id.startsWith('+')) return undefined;
    return this.all().find((person) =>
      [...person.chats.values()].some((chat) => bsuidOf(person, chat.number.waba) === id),
    );
  }

  private strangerName(id: string): string {
    const { strangers } = this.world;
    return strangers[Math.floor(chance(id) * strangers.length)] ?? id;
  }

  private forgetOldest(): void {
    for (const person of this.people.values())
      if (!person.isPlayed && !specialOf(person)) return void this.people.delete(person.id);
  }
}

/** The phone in E.164, or a business-scoped id as it is. */
export const idFrom = (given: string): string => (bsuidPattern.test(given) ? given : phoneOf(given));

function phoneOf(given: string): string {
  const digits = given.replace(/[\s().-]/g, '').replace(/^\+/, '');
  if (!/^\d{6,15}$/.test(digits)) throw badRequest(`"${given}" is neither a phone number nor a business-scoped id`);
  return `+${digits}`;
}

/** Last four digits of a number with a behaviour of its own. */
export const specialOf = (person: { phone?: string | undefined }): string | undefined =>
  person.phone?.startsWith(specialPrefix) && person.phone.length === 12 ? person.phone.slice(-4) : undefined;

/** The id that one business portfolio knows a person by. It changes with the number. */
export function bsuidOf(person: Person, waba: string): string {
  if (person.bsuid) return person.bsuid;
  const [, country] = countries.find(([prefix]) => person.phone?.startsWith(prefix)) ?? ['', 'ZZ'];
  const hash = createHash('sha256').update(`${waba}/${person.phone}`).digest();
  return `${country}.${(hash.readBigUInt64BE() % 10n ** 16n).toString().padStart(16, '0')}`;
}

/**
 * The id WhatsApp itself knows a number by: not always the one dialled. Brazilian mobiles of most areas lost their 9,
 * Mexican ones kept their 1.
 */
export function waIdOf(phone: string): string {
  const digits = phone.slice(1);
  const brazil = /^55([3-9]\d)9(\d{8})$/.exec(digits);
  if (brazil) return `55${brazil[1]}${brazil[2]}`;
  return /^52[^1]\d{9}$/.test(digits) ? `521${digits.slice(2)}` : digits;
}

/** A number between 0 and 1 that is always the same for the same words. */
export const chance = (words: string): number => createHash('sha256').update(words).digest().readUInt32BE() / 2 ** 32;

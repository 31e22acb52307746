import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { fromShort, isId, newId, toShort } from '../../src/data/ids';
import { TenantKeys } from '../../src/data/keys';
import { type LinkPurpose, linkPurposes, readLink, signLink, tenantOfLink } from '../../src/data/links';

const now = new Date('2026-12-01T13:30:00Z');
const inAWeek = new Date(now.getTime() + 7 * 86_400_000);
/** @param versions of its root key, the newest last */
const keysOf = (tenant: string, versions: readonly Buffer[]): TenantKeys =>
  new TenantKeys(tenant, new Map([['data', new Map(versions.map((key, at) => [at + 1, key]))]]));

const root = randomBytes(32);
const tenant = newId(now);
const keys = keysOf(tenant, [root]);
const ids = fc.uuid({ version: 7 });
const purposes = fc.constantFrom(...linkPurposes);
const bindings = fc.option(fc.string(), { nil: undefined });
const linkOf = (subject: string, bound?: string) => ({
  subject,
  expires: inAWeek,
  ...(bound !== undefined && { bound }),
});

describe('an id in an address', () => {
  it('when it is written short, then it is read back, and nothing else becomes an id', () => {
    fc.assert(fc.property(ids, (id) => expect(fromShort(toShort(id))).toBe(id)));
    for (const wrong of ['', 'a', 'x'.repeat(23), '!'.repeat(22)]) expect(isId(fromShort(wrong))).toBe(false);
  });
});

describe('a signed link', () => {
  it('when it is read for what it was made for, then it names its subject; the tenant is known before it is proved', () => {
    fc.assert(
      fc.property(ids, purposes, bindings, (subject, purpose, bound) => {
        const text = signLink(keys, purpose, linkOf(subject, bound));
        expect(text).toMatch(/^[\w.-]{60,100}$/);
        expect([tenantOfLink(text), readLink(keys, text, purpose, now, bound)]).toEqual([tenant, subject]);
      }),
    );
  });

  it('when any byte of it is changed, added or taken away, then it is refused', () => {
    const change = fc.record({ at: fc.nat(), to: fc.constantFrom(...'0aZ_-.~ \n\u0000é') });
    fc.assert(
      fc.property(ids, purposes, change, fc.constantFrom('put', 'add', 'cut'), (subject, purpose, { at, to }, how) => {
        const text = signLink(keys, purpose, linkOf(subject));
        const place = at % text.length;
        const rest = text.slice(how === 'add' ? place : place + 1);
        const changed = `${text.slice(0, place)}${how === 'cut' ? '' : to}${rest}`;
        fc.pre(changed !== text);
        expect(readLink(keys, changed, purpose, now)).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });

  it('when each of its characters is changed in turn, then it is refused every time', () => {
    const text = signLink(keys, 'unsubscribe', { subject: newId(now) });
    for (let place = 0; place < text.length; place++)
      for (const other of ['0', 'z', 'A', '.'])
        if (text[place] !== other) {
          const changed = text.slice(0, place) + other + text.slice(place + 1);
          expect([place, readLink(keys, changed, 'unsubscribe', now)]).toEqual([place, undefined]);
        }
  });

  it('when it is tried for another purpose, with another tenant’s keys, or bound to another state, then it is refused', () => {
    const foreign = keysOf(newId(now), [root]); // the same root: the tenant alone must make the difference
    fc.assert(
      fc.property(ids, purposes, purposes, bindings, bindings, (subject, purpose, other, bound, otherBound) => {
        const text = signLink(keys, purpose, linkOf(subject, bound));
        if (other !== purpose) expect(readLink(keys, text, other, now, bound)).toBeUndefined();
        expect(readLink(foreign, text, purpose, now, bound)).toBeUndefined();
        if ((bound ?? '') !== (otherBound ?? ''))
          expect(readLink(keys, text, purpose, now, otherBound)).toBeUndefined();
      }),
    );
  });

  it('when the letter of its purpose is exchanged, then its MAC no longer fits', () => {
    const text = signLink(keys, 'unsubscribe', { subject: newId(now) });
    expect(readLink(keys, text.replace('.u.', '.p.'), 'preferences', now)).toBeUndefined();
  });

  it('when its time is over, then it is refused to the second; one that never ends is read a hundred years later', () => {
    const subject = newId(now);
    const text = signLink(keys, 'preferences', { subject, expires: inAWeek });
    expect(readLink(keys, text, 'preferences', new Date(inAWeek.getTime() - 1))).toBe(subject);
    expect(readLink(keys, text, 'preferences', inAWeek)).toBeUndefined();
    const forEver = signLink(keys, 'unsubscribe', { subject });
    expect(readLink(keys, forEver, 'unsubscribe', new Date('2126-01-01'))).toBe(subject);
  });

  it('when the tenant’s key is rotated, then what the old one signed is still read, and a version nobody has is refused', () => {
    const subject = newId(now);
    const old = signLink(keys, 'unsubscribe', { subject });
    const rotated = keysOf(tenant, [root, randomBytes(32)]);
    const fresh = signLink(rotated, 'unsubscribe', { subject });
    const read = (who: TenantKeys, text: string, purpose: LinkPurpose = 'unsubscribe') =>
      readLink(who, text, purpose, now);
    expect([read(rotated, old), read(rotated, fresh), read(keys, fresh)]).toEqual([subject, subject, undefined]);
  });

  it('when anything at all is given for a link, then it is refused and nothing breaks', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), purposes, (text, purpose) => {
        expect([readLink(keys, text, purpose, now), tenantOfLink(text)]).toEqual([undefined, undefined]);
      }),
    );
  });
});

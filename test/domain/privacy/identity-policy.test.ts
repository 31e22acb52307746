import fc from 'fast-check';
import { isMatch } from '../../../src/domain/privacy/identity-match';
import {
  type IdentityLevel,
  identityLevels,
  identityPolicy,
  identityRules,
  isEnough,
  type Proof,
} from '../../../src/domain/privacy/identity-policy';
import { rights } from '../../../src/domain/privacy/rights';

const policy = identityPolicy();
const proofs = Object.keys(identityRules.proofs) as Proof[];
const level = fc.constantFrom(...identityLevels);

describe('how sure it has to be who asks', () => {
  it.each([
    ['to leave, to object to advertising', policy.needed('object'), 'L0'],
    ['to block', policy.needed('block'), 'L1'],
    ['to erase what hangs on the number', policy.needed('erase'), 'L1'],
    ['to erase what hangs on another one too', policy.needed('erase', { part: 'other_identifier' }), 'L2'],
    ['to see in short what there is', policy.needed('access', { part: 'summary' }), 'L1'],
    ['to get all of it', policy.needed('access'), 'L2'],
    ['to take it elsewhere', policy.needed('portability'), 'L2'],
    ['to correct who one is', policy.needed('rectify', { part: 'identity' }), 'L2'],
    ['as a lawyer', policy.needed('object', { relation: 'representative' }), 'L3'],
    ['as an heir', policy.needed('access', { part: 'summary', relation: 'heir' }), 'L3'],
    ['as a parent', policy.needed('erase', { relation: 'parent' }), 'L3'],
    ['about a child of thirteen', policy.needed('erase', { age: 'lt14' }), 'L3'],
    ['of somebody of fifteen, by themselves', policy.needed('erase', { age: '14_15' }), 'L1'],
    ['of what could hurt', policy.needed('access', { part: 'sensitive' }), 'L3'],
  ] as const)('when it is %s, then it is the lowest level that fits', (_what, needed, wanted) => {
    expect(needed).toBe(wanted);
  });

  it('when it is written by SMS, by mail or on a page, then that proves nothing', () => {
    expect(['whatsapp', 'sms', 'email', 'page', 'telegram', undefined].map((one) => policy.byChannel(one))).toEqual([
      'L1',
      ...Array(5).fill('L0'),
    ]);
  });

  it('when anything is proved, then it never goes down, and nobody comes to L2 by one thing alone', () => {
    fc.assert(
      fc.property(level, fc.constantFrom(...proofs), (has, proof) => {
        const after = policy.after(has, proof);
        expect(isEnough(after, has)).toBe(true);
        if (has === 'L0' && proof !== 'desk') expect(isEnough('L1', after)).toBe(true);
      }),
    );
    const alone = proofs.filter((one) => one !== 'desk').map((one) => policy.after('L0', one));
    expect(alone).not.toContain('L2' satisfies IdentityLevel);
  });

  it('when somebody asks for another person, then no code and no form is enough', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(rights) as (keyof typeof rights)[])),
        fc.constantFrom('representative', 'heir', 'parent', 'somebody_else' as const),
        fc.array(fc.constantFrom(...proofs.filter((one) => one !== 'desk')), { maxLength: 6 }),
        (right, relation, tried) => {
          const reached = tried.reduce((has, proof) => policy.after(has, proof), 'L0' as IdentityLevel);
          expect(isEnough(reached, policy.needed(right, { relation }))).toBe(false);
        },
      ),
    );
  });

  it('when a company has another policy, then it is another file and no other code', () => {
    const strict = identityPolicy({ ...identityRules, rights: { ...identityRules.rights, erase: { level: 'L2' } } });
    expect(strict.needed('erase')).toBe('L2');
  });
});

describe('what is written in the form', () => {
  const held = { name: 'Rosaura del Carmen Quilapán Soto', rut: '12.345.678-5', contract: 'AN-00123' };
  const matches = (written: Parameters<typeof isMatch>[0], of: Parameters<typeof isMatch>[1] = held) =>
    isMatch(written, of, identityRules.match_at_least);

  it.each([
    ['a RUT as anybody writes it', { rut: '12345678-5' }, true],
    ['… with spaces and zeros', { rut: ' 012 345 678 5' }, true],
    ['a contract without its dash', { contract: 'an00123' }, true],
    ['a name and a RUT', { name: 'rosaura quilapan', rut: '12.345.678-5' }, true],
    ['a name alone: many know it', { name: 'Rosaura Quilapán' }, false],
    ['a RUT of another check digit', { rut: '12.345.678-4' }, false],
    ['the right RUT and another name', { name: 'Ana Rojas', rut: '12.345.678-5' }, false],
    ['nothing', {}, false],
    ['three letters of a contract', { contract: 'AN' }, false],
    ['absurd', { rut: '🦄'.repeat(90), name: '%%%', contract: '\u0000\u0000\u0000\u0000' }, false],
  ] as const)('when it is %s, then that is what it is', (_what, written, expected) => {
    expect(matches(written)).toBe(expected);
  });

  it('when the company holds nothing of it, then nothing matches, not even nothing', () => {
    fc.assert(
      fc.property(fc.record({ name: fc.string(), rut: fc.string(), contract: fc.string() }), (written) => {
        expect(matches(written, {})).toBe(false);
        expect(matches(written, { name: '', rut: '', contract: '' })).toBe(false);
      }),
    );
  });

  it('when a RUT is right by its digit but is another one, then it does not match', () => {
    expect(matches({ rut: '11.111.111-1' })).toBe(false);
  });
});

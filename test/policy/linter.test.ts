import { policyHead, policyLedger } from '../../src/domain/registers/policy-ledger';
import { type Letter, lint } from '../../src/policy/linter';
import {
  hashOf,
  house,
  type Policy,
  type PolicyFacts,
  policyOf,
  publishedText,
  type Voice,
} from '../../src/policy/policy';

const languages = ['es', 'en', 'pt'] as const;
const shop: PolicyFacts = {
  ...{ name: 'Tienda Andina', legalName: 'Comercial Tienda Andina SpA', zone: 'America/Santiago' },
  ...{ contact: 'privacidad@tienda.example', representative: 'Rosa Paz', address: 'Av. Los Leones 100, Santiago' },
};
const both: [Voice, PolicyFacts][] = [
  ['house', house],
  ['company', shop],
];
const all = languages.flatMap((language) => both.map(([voice, facts]) => ({ language, voice, facts })));

/** Without the lines that say this. */
const without = (policy: Policy, gone: (text: string, section: string) => boolean): Policy => ({
  ...policy,
  sections: policy.sections.map((one) => ({ ...one, lines: one.lines.filter(({ text }) => !gone(text, one.id)) })),
});
/** Where each letter of the law is answered. */
const answeredIn: Readonly<Record<Exclude<Letter, 'a'>, string>> = {
  ...{ b: 'who', c: 'who', d: 'purposes', e: 'security', f: 'rights', g: 'complaint', h: 'transfers', i: 'retention' },
  ...{ j: 'sources', k: 'consent', l: 'automated' },
};

describe.each(all)('T-POL-1: the policy that is published, $voice, $language', ({ language, voice, facts }) => {
  const policy = policyOf(voice, facts, language);

  it('when the law’s list is held against it, then no letter from a to l is missing', () => {
    expect(lint(policy, facts)).toEqual([]);
  });

  it.each(Object.entries(answeredIn))(
    'when what answers letter %s is taken out, then the linter names it',
    (letter, section) => {
      const found = lint(
        without(policy, (_text, id) => id === section),
        facts,
      ).map((one) => one.letter);
      expect(found).toContain(letter);
    },
  );

  it('when its version or date is not said, then letter a is missing', () => {
    expect(lint({ ...policy, version: '' }, facts).map(({ letter }) => letter)).toEqual(['a']);
  });

  it('when one line of a list is gone, be it a category, a source, a period, a provider or a transfer, then it is missed', () => {
    for (const id of ['data', 'sources', 'retention', 'recipients', 'transfers'])
      for (const { text, listed } of policy.sections.find((one) => one.id === id)?.lines ?? [])
        if (listed)
          expect([
            text,
            lint(
              without(policy, (line, of) => of === id && line === text),
              facts,
            ).length > 0,
          ]).toEqual([text, true]);
  });
});

it('when it is not known who stands for a company or where it is, then its page lacks exactly those letters', () => {
  const { representative: _r, address: _a, ...open } = shop;
  expect(lint(policyOf('company', open, 'es'), open).map(({ letter }) => letter)).toEqual(['b', 'c']);
});

it('when a company rests on a legitimate interest and does not say which, then letter d is missing', () => {
  const vague = { ...shop, purposes: [{ purpose: 'service', basis: 'legitimate_interest', interest: '' }] };
  expect(lint(policyOf('company', vague, 'en'), vague).map(({ letter }) => letter)).toContain('d');
  const clear = {
    ...shop,
    purposes: [{ purpose: 'service', basis: 'legitimate_interest', interest: 'to warn of delays' }],
  };
  expect(lint(policyOf('company', clear, 'en'), clear)).toEqual([]);
});

describe('the ledger of versions', () => {
  it.each(languages)(
    'A01: when the policy is served in %s, then its hash is the ledger’s head (write a new one: npm run policy -- release)',
    (language) => {
      expect(hashOf(publishedText(language))).toBe(policyHead.hashes[language]);
    },
  );

  it('when versions follow each other, then none is there twice, none is older than the one before, and only one is the first', () => {
    expect(new Set(policyLedger.map(({ version }) => version)).size).toBe(policyLedger.length);
    for (const [at, one] of policyLedger.entries()) {
      expect(one.change === 'first').toBe(at === 0);
      expect(one.date.getTime()).toBeGreaterThanOrEqual(policyLedger[at - 1]?.date.getTime() ?? 0);
    }
  });
});

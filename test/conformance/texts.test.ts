import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { loadCatalogue } from '../../src/conversation/catalogue';
import { houseText } from '../../src/conversation/texts';
import { gateRules } from '../../src/domain/delivery/gate';
import { deadlines } from '../../src/domain/privacy/deadlines';
import { rights } from '../../src/domain/privacy/rights';
import { unionOf } from './handler-words';
import { holesOf, sentencesOf } from './sentences';

const root = join(__dirname, '..', '..');
const languages = ['es', 'en', 'pt'] as const;
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const sentences = (language: string) => sentencesOf(load(read(`src/texts/${language}.yaml`)));
const services = join(root, 'src/services.ts');
const privacy = join(root, 'src/services-privacy.ts');
const found = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, one = '']) => one)),
];

/** What made a message end otherwise than sent, as the delivery's own code writes it. */
const ownReasons = ['campaign-slices', 'parcels.table', 'singles.table', 'replies', 'fallback.table']
  .map((name) => read(`src/domain/delivery/${name}.ts`))
  .flatMap((text) => found(text, /(?:reason|code)(?: =|:) '([A-Z]+_[A-Z_]+)'/g));
const promotionRules = gateRules.filter((rule) => rule.for.includes('marketing') && !rule.passes);
const codes = [...ownReasons, ...promotionRules.map(({ code }) => code)];

const groups: Readonly<Record<string, readonly string[]>> = {
  campaign_states: unionOf(join(root, 'src/services-campaigns.ts'), 'CampaignState'),
  case_states: [...unionOf(privacy, 'CaseState'), 'asked', 'untold'],
  my_case_states: [...unionOf(privacy, 'CaseState'), 'untold'],
  rights: unionOf(privacy, 'Right'),
  case_notices: [...Object.keys(deadlines.clocks), ...Object.keys(deadlines.claim_clocks)],
  roles: unionOf(services, 'Role'),
  grounds: Object.values(rights).flatMap((one) => one.grounds),
  template_states: found(read('src/inbox/account-worker.ts'), /: '([A-Z]+)'/g),
  categories: found(read('src/domain/privacy/data-map.yaml'), /category: (\w+)/g).filter(
    (one) => !['none', 'team'].includes(one),
  ),
  failures: codes.filter((code) => code !== 'SET_ASIDE'), // happens to single answers only
  advice: codes,
  languages,
  intents: [...loadCatalogue(join(root, 'intents')).values()]
    .filter(({ id }) => !['none', 'affirm', 'deny', 'greeting', 'thanks', 'link'].includes(id))
    .map(({ id }) => id),
};

it('when the house speaks, then in three languages: the same keys, sentences that parse, the same variables', () => {
  const spanish = sentences('es');
  expect(spanish.size).toBeGreaterThan(100);
  for (const language of ['en', 'pt']) {
    const theirs = sentences(language);
    expect([...theirs.keys()].sort()).toEqual([...spanish.keys()].sort());
    for (const [key, sentence] of theirs)
      expect([language, key, holesOf(sentence)]).toEqual([language, key, holesOf(spanish.get(key) ?? '')]);
  }
});

it('when reasons are looked for in the code, then they are found', () => {
  expect(ownReasons).toEqual(expect.arrayContaining(['CAMPAIGN_CANCELLED', 'WORKER_LOST']));
  expect(promotionRules.length).toBeGreaterThan(3);
});

it.each(Object.entries(groups))(
  'when any of the %s is said, then there is a text for it, and no code is read',
  (group, members) => {
    expect(members.length).toBeGreaterThan(1);
    for (const language of languages)
      for (const one of members)
        expect([language, one, houseText(language, `${group}.${one}`)]).toEqual([
          language,
          one,
          expect.stringMatching(/\p{Ll}/u),
        ]);
  },
);

it('when what may have been meant is offered on WhatsApp, then its label fits on a button', () => {
  for (const language of languages)
    for (const id of groups.intents ?? [])
      expect([id, [...(houseText(language, `intents.${id}`) ?? '')].length <= 20]).toEqual([id, true]);
});

import { join } from 'node:path';
import fc from 'fast-check';
import { isAction, readAction, signAction } from '../../src/conversation/actions';
import { loadCatalogue } from '../../src/conversation/catalogue';
import { nextStep, startWith } from '../../src/conversation/dialog';
import type { DialogState } from '../../src/conversation/dialog-state';
import { say } from '../../src/conversation/texts';
import type { Understanding } from '../../src/conversation/understand';
import type { TenantKeys } from '../../src/data/keys';
import { root } from '../../src/load';

const catalogue = loadCatalogue(join(root, 'intents'));
const now = new Date('2026-12-01T13:30:00Z');
const where = 'D1/';
const minutes = (count: number): number => now.getTime() + count * 60_000;

const anUnderstanding = fc.record({
  intent: fc.constantFrom(...catalogue.keys()),
  strength: fc.constantFrom('strong', 'weak'),
  also: fc.subarray(['access-data', 'delete-data']),
  candidates: fc.subarray(['delete-data', 'help']),
  slots: fc.dictionary(fc.constantFrom('template', 'segment', 'at', 'code', 'address'), fc.constantFrom('x', now)),
  unclear: fc.constantFrom(undefined, 'at'),
  language: fc.constantFrom('es', 'en', 'pt'),
  because: fc.constant([]),
}) as unknown as fc.Arbitrary<Understanding>;
const erase = { intent: 'delete-data', act: 'confirm', args: { case: 'c' } };
const keep = { intent: 'delete-data', act: 'dismiss', args: { case: 'c' } };
const aState: fc.Arbitrary<DialogState> = fc.oneof(
  fc.constant({}),
  fc.integer({ min: -60, max: 60 }).map((left) => ({
    pending: { kind: 'confirm' as const, yes: erase, no: keep, until: minutes(left) },
  })),
  fc
    .record({ intent: fc.constantFrom('send-campaign', 'message-status'), left: fc.integer({ min: -60, max: 60 }) })
    .map(({ intent, left }) => ({
      pending: { kind: 'slot' as const, intent, slot: 'segment', slots: {}, until: minutes(left) },
    })),
);

describe('one step of a dialog', () => {
  it('when anything at all is heard in any state, then what must be confirmed is done only by a yes that was waited for', () => {
    fc.assert(
      fc.property(aState, anUnderstanding, fc.string(), (state, heard, text) => {
        const step = nextStep(state, heard, catalogue, { text, where, now });
        if (step.do !== 'act') return;
        const { pending } = state;
        const isOpen = pending?.kind === 'confirm' && pending.until > now.getTime();
        const { act } = step.action;
        expect(act).toBe(heard.intent === 'affirm' ? (isOpen ? 'confirm' : 'late') : 'dismiss');
        if (act !== 'late') expect([isOpen, heard.strength]).toEqual([true, 'strong']);
      }),
    );
  });

  it('when a right or a wish to leave is heard, then no open question stands in its way', () => {
    fc.assert(
      fc.property(aState, anUnderstanding, (state, heard) => {
        if (catalogue.get(heard.intent)?.urgency !== 'first' || heard.unclear) return;
        expect(nextStep(state, heard, catalogue, { text: '', where, now })).toMatchObject({
          do: 'heard',
          intent: heard.intent,
        });
      }),
    );
  });

  it('when an intent is reached, then everything it cannot do without is known', () => {
    fc.assert(
      fc.property(aState, anUnderstanding, fc.string(), (state, heard, text) => {
        const step = nextStep(state, heard, catalogue, { text, where, now });
        if (step.do !== 'heard') return;
        for (const [slot, { optional }] of Object.entries(catalogue.get(step.intent)?.slots ?? {}))
          if (!optional) expect(step.slots[slot]).toBeDefined();
      }),
    );
  });
});

describe('a moment that was said but is not clear', () => {
  const said = (more: Partial<Understanding>): Understanding =>
    ({
      ...{
        intent: 'send-campaign',
        strength: 'weak',
        also: [],
        candidates: [],
        slots: { template: 't', segment: 's' },
      },
      ...{ unclear: 'at', partly: '@m12-4-2026', language: 'es', because: [] },
      ...more,
    }) as unknown as Understanding;
  const step = (heard: Understanding) => nextStep({}, heard, catalogue, { text: '', where, now });

  it('when everything else is known, then it is asked, and what is clear of it is kept', () => {
    expect(step(said({}))).toMatchObject({ do: 'ask', slot: 'at', slots: { at: '~@m12-4-2026' } });
  });

  it('when the wish itself is asked about, then neither it nor the rest is forgotten', () => {
    const slots = { template: 't', segment: 's', at: '~@m12-4-2026' };
    expect(step(said({ confirm: true }))).toEqual({ do: 'confirm', intent: 'send-campaign', slots });
  });

  it('when a name has to be chosen first, then it is asked after that', () => {
    const ambiguous = { slot: 'template', options: [{ id: 't', name: 'a' }] };
    const choice = step(said({ slots: { segment: 's' }, ambiguous }));
    expect(choice).toMatchObject({ do: 'choose', slot: 'template', slots: { at: '~@m12-4-2026' } });
    const rule = catalogue.get('send-campaign');
    if (choice.do !== 'choose' || !rule) throw new Error(choice.do);
    expect(startWith(rule, { ...choice.slots, template: 't' })).toMatchObject({ do: 'ask', slot: 'at' });
  });
});

describe('the same wish from its beginning, while something of the first is asked', () => {
  const open = { kind: 'slot' as const, intent: 'send-campaign', slot: 'at', slots: { template: 't', segment: 's' } };
  const step = (slots: Understanding['slots'], because: string[] = []) =>
    nextStep(
      { pending: { ...open, until: now.getTime() + 60_000 } },
      {
        ...{ intent: 'send-campaign', strength: 'strong', withVerb: true, also: [], candidates: [], language: 'es' },
        ...{ slots, because, entities: {} },
      } as unknown as Understanding,
      catalogue,
      { text: '', where, now },
    );

  it('when it names another template, then nothing of the first is taken along: its group is asked', () => {
    expect(step({ template: 'other', at: now })).toMatchObject({
      do: 'ask',
      slot: 'segment',
      slots: { template: 'other' },
    });
  });

  it('when it only answers, or corrects, then the rest stays', () => {
    expect(step({ at: now })).toMatchObject({ slots: { template: 't', segment: 's', at: now } });
    expect(step({ template: 'other', at: now }, ['corrects'])).toMatchObject({
      slots: { template: 'other', segment: 's' },
    });
  });
});

describe('what a button carries', () => {
  const keysOf = (secret: string) => ({ derived: () => Buffer.from(secret) }) as unknown as TenantKeys;
  const ours = keysOf('ours');

  it('when it comes back as it was, then it is read; when any part was altered, or it is another company’s, then not', () => {
    const action = { intent: 'delete-data', act: 'confirm', args: { case: 'SOL-000204', 'odd=&key': 'ñandú.' } };
    const signed = signAction(ours, action, now);
    expect(isAction(signed)).toBe(true);
    expect(readAction(ours, signed, now)).toEqual(action);
    expect(readAction(keysOf('theirs'), signed, now)).toBeUndefined();
    fc.assert(
      fc.property(fc.nat(signed.length - 1), fc.constantFrom('A', 'b', '.', '7'), (at, letter) => {
        fc.pre(signed[at] !== letter);
        expect(readAction(ours, signed.slice(0, at) + letter + signed.slice(at + 1), now)).toBeUndefined();
      }),
    );
  });

  it('when anything else is pressed, then it is nothing of ours, and nothing is thrown', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(readAction(ours, text, now)).toBeUndefined()));
  });

  it('when a month has passed, then it is over', () => {
    const signed = signAction(ours, erase, now);
    expect(readAction(ours, signed, new Date(minutes(29 * 24 * 60)))).toEqual(erase);
    expect(readAction(ours, signed, new Date(minutes(32 * 24 * 60)))).toBeUndefined();
  });
});

describe('figures and dates', () => {
  const at = new Date('2026-12-02T13:00:00Z');
  it.each([
    ['es', 'America/Santiago', 'miércoles 2 de diciembre, 10:00', '2 de diciembre de 2026', '4.377'],
    ['en', 'America/Los_Angeles', 'Wednesday, December 2, 5:00 AM', 'December 2, 2026', '4,377'],
    ['pt', 'America/Sao_Paulo', 'quarta-feira 2 de dezembro, 10:00', '2 de dezembro de 2026', '4.377'],
  ] as const)(
    'when they are read in %s, then as people there write them, in their own hour',
    (language, zone, ...said) => {
      const reader = { language, zone };
      expect(say('{at} · {on} · {n, number}', { at, on: { day: at }, n: 4377 }, reader)).toBe(said.join(' · '));
    },
  );

  it('when a date never had an hour, then no zone moves it', () => {
    const reader = { language: 'es', zone: 'America/Santiago' } as const;
    const published = new Date('2026-11-20T00:00:00Z');
    expect(say('{on}', { on: { day: published, zone: 'UTC' } }, reader)).toBe('20 de noviembre de 2026');
  });
});

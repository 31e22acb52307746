import fc from 'fast-check';
import { newId } from '../../../src/data/ids';
import { channelBits, refreshStanding, standingOf } from '../../../src/domain/audience/standing.table';
import { giveAttested } from '../../../src/domain/consent/attested.table';
import { isGiven, isYes, type LedgerAct } from '../../../src/domain/consent/consent-state';
import { consentsTable } from '../../../src/domain/consent/consents.table';
import { endConsents } from '../../../src/domain/consent/endings';
import { faultsOf } from '../../../src/domain/consent/text-rules';
import { standingRefusal } from '../../../src/domain/delivery/standing.table';
import { agreed, aPerson, later, start, type World, world } from '../world';

let here: World;
beforeAll(async () => {
  here = await world();
});
afterAll(() => here.close());

class Undo extends Error {}
/** Does it, looks, and undoes it. */
const tried = (work: Parameters<World['in']>[0]) =>
  here
    .in(async (tx) => {
      await work(tx);
      throw new Undo();
    })
    .catch((error) => {
      if (!(error instanceof Undo)) throw error;
    });

const line = fc.record({
  act: fc.constantFrom<LedgerAct[]>(
    'given',
    'renewed',
    'withdrawn',
    'pending',
    'declined',
    'needs_reconfirmation',
    'given',
  ),
  minutes: fc.integer({ min: 0, max: 6 }),
  source: fc.constantFrom('person', 'import:x', 'form'),
  channel: fc.constantFrom('whatsapp', 'sms', 'email', 'all', 'whatsapp'),
  proven: fc.boolean(),
  until: fc.option(fc.integer({ min: 1, max: 12 })),
});
const now = later(8);

describe('the standing row and the pure state', () => {
  it('when any lines are written in any order and what has ended is written down, then both permit the same channels', async () => {
    const contact = await aPerson(here, { consented: false });
    const text = await here.in((tx) => here.consent.proof(tx, contact, now));
    expect(text.lines).toEqual([]);
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 6 }), async (lines) => {
        await tried(async (tx) => {
          for (const { act, minutes, source, channel, proven, until } of lines)
            await consentsTable.insert(
              tx,
              contact,
              {
                ...{ id: newId(now), channel, purpose: 'marketing', act, at: later(minutes), source, actor: 'x' },
                ...{
                  evidence: 'y',
                  text_hash: proven ? Buffer.alloc(32, 1) : null,
                  text_version: null,
                  language: null,
                },
                ...{ basis: 'consent', mandate: null, place: '' },
                until: until && isYes({ act }) ? later(until) : null,
              },
              now,
            );
          await refreshStanding(tx, [contact]);
          await endConsents(tx, now);
          const ledger = await here.consent.ledger(tx, contact);
          const bits = (await standingOf(tx, contact))?.consented ?? 0;
          for (const [channel, bit] of Object.entries(channelBits)) {
            const mine = ledger.filter((row) => row.channel === channel || row.channel === 'all');
            expect([channel, (bits & bit) !== 0]).toEqual([channel, isGiven(mine, now)]);
            expect([channel, isGiven(mine)]).toEqual([channel, isGiven(mine, now)]);
          }
        });
      }),
      { numRuns: 150 },
    );
  });

  it.each(['whatsapp', 'sms', 'email'])(
    'T-CON-1: when nothing proves a permission, then no promotion goes by %s, and by nothing but the ledger',
    async (channel) => {
      const identity = { phone: `+5695555${channel.length}00${channel.length}`, email: `${channel}@correo.example` };
      const contact = await aPerson(here, { identity, consented: false });
      const refusal = () => here.in((tx) => standingRefusal(tx, contact, channel, later(1)));
      expect(await refusal()).toBe('NO_CONSENT');
      const permission = { channel, purpose: 'marketing', at: start, source: 'form', actor: 'import:x', evidence: 'r' };
      await here.in((tx) => here.consent.give(tx, contact, permission, start));
      expect(await refusal()).toBe('NO_CONSENT');
      const proof = { textVersion: agreed[0], language: agreed[1] };
      await here.in((tx) => here.consent.give(tx, contact, { ...permission, ...proof }, start));
      expect(await refusal()).toBeUndefined();
    },
  );

  it('when a permission had an end, then it is written down once and the promotions end', async () => {
    const contact = await aPerson(here, { consented: false });
    const proof = { evidence: 'r', textVersion: agreed[0], language: agreed[1], until: later(60) };
    const permission = { channel: 'whatsapp', purpose: 'marketing', at: start, source: 'form', actor: 'import:x' };
    await here.in((tx) => here.consent.give(tx, contact, { ...permission, ...proof }, start));
    expect(await here.in((tx) => endConsents(tx, later(59)))).toMatchObject({ expired: 0 });
    const refusal = () => here.in((tx) => standingRefusal(tx, contact, 'whatsapp', later(61)));
    expect(await refusal()).toBe('NO_CONSENT');
    expect(await here.in((tx) => endConsents(tx, later(61)))).toMatchObject({ expired: 1 });
    expect(await here.in((tx) => endConsents(tx, later(62)))).toMatchObject({ expired: 0 });
    const standing = await here.in((tx) => standingOf(tx, contact));
    expect(standing?.consented).toBe(0);
    expect(await here.in((tx) => here.consent.state(tx, contact, 'whatsapp', 'marketing', later(30)))).toBe('given');
  });
});

describe('words that say how long a yes holds', () => {
  const words = ['2026-12', 'es'] as const;
  const person = async () => {
    await here.in((tx) =>
      here.consent.addText(tx, words[0], words[1], 'Acepto promociones por un mes.', { months: 1 }),
    );
    return aPerson(here, { consented: false });
  };
  const untilOf = async (contact: string) =>
    (await here.in((tx) => here.consent.ledger(tx, contact))).map(({ until }) => until?.toISOString());

  it('when somebody says yes to them, then it ends by itself that long after it was said', async () => {
    const contact = await person();
    const said = { channel: 'whatsapp', purpose: 'marketing', source: 'form', actor: 'x', evidence: 'r', at: start };
    await here.in((tx) =>
      here.consent.give(tx, contact, { ...said, textVersion: words[0], language: words[1] }, start),
    );
    expect(await untilOf(contact)).toEqual(['2027-01-01T13:30:00.000Z']);
    const state = (at: Date) => here.in((tx) => here.consent.state(tx, contact, 'whatsapp', 'marketing', at));
    expect(await state(new Date('2027-01-01T13:29:00Z'))).toBe('given');
    expect(await state(new Date('2027-01-01T13:30:00Z'))).toBe('expired');
  });

  it.each([true, false])(
    'when a list of them is attested, people new: %s, then each yes ends likewise',
    async (isNew) => {
      const contact = await person();
      const list = {
        ...{ id: newId(start), name: 'lista.csv', attested_by: newId(start), collected_at: start },
        ...{ text_hash: Buffer.alloc(32, 1), text_version: words[0], text_language: words[1] },
      };
      const grants = [{ contact: Buffer.from(contact.replaceAll('-', ''), 'hex'), row: 1, channel: 'sms' }];
      await here.in((tx) => giveAttested(tx, list, grants, isNew, start));
      expect(await untilOf(contact)).toEqual(['2027-01-01T13:30:00.000Z']);
    },
  );
});

describe('who says it', () => {
  const permission = {
    ...{ channel: 'whatsapp', purpose: 'marketing', at: start, actor: 'member:x', evidence: 'letter 7' },
    ...{ textVersion: agreed[0], language: agreed[1] },
  };

  it('when an agent says yes for a person, then their mandate is on record, or nothing is', async () => {
    const contact = await aPerson(here, { consented: false });
    const give = (more: object) =>
      here.in((tx) => here.consent.give(tx, contact, { ...permission, source: 'agent', ...more }, start));
    await expect(give({})).rejects.toMatchObject({ code: 'CONSENT_UNFOUNDED' });
    await give({ mandate: 'poder notarial 812/2026' });
    const { given } = await here.in((tx) => here.consent.proof(tx, contact, start));
    expect(given?.mandate).toBe('poder notarial 812/2026');
  });

  it('when promotions are to rest on anything but consent, then it is refused', async () => {
    const contact = await aPerson(here, { consented: false });
    const give = here.in((tx) =>
      here.consent.give(tx, contact, { ...permission, source: 'form', basis: 'legitimate_interest' }, start),
    );
    await expect(give).rejects.toMatchObject({ code: 'CONSENT_UNFOUNDED' });
  });

  it('when the number has a new holder, then nothing of the earlier one is shown to them, staff see all, and only their own yes counts', async () => {
    const contact = await aPerson(here);
    await here.in(async (tx) => {
      await tx.query('UPDATE contact SET holder_epoch = holder_epoch + 1 WHERE id = $1', [contact]);
      const wish = { source: 'new_holder', evidence: 'other_id', now: later(1) };
      await here.consent.needsConfirmation(tx, contact, wish);
    });
    expect(here.cancelled).toContain(contact);
    const state = () => here.in((tx) => here.consent.state(tx, contact, 'whatsapp', 'marketing'));
    expect(await state()).toBe('needs_reconfirmation');
    expect((await here.in((tx) => here.consent.receipt(tx, contact, later(2)))).given).toBeUndefined();
    expect((await here.in((tx) => here.consent.proof(tx, contact, later(2)))).given).toBeDefined();
    const list = { ...permission, source: 'import:x', at: later(3) };
    expect(await here.in((tx) => here.consent.give(tx, contact, list, later(3)))).toBe(false);
    expect(await state()).toBe('needs_reconfirmation');
    await here.in((tx) => here.consent.give(tx, contact, { ...permission, source: 'person', at: later(4) }, later(4)));
    expect(await state()).toBe('given');
    expect((await here.in((tx) => standingOf(tx, contact)))?.flags).toBe(0);
  });

  it('when it is asked what was known then, then what was recorded later does not count', async () => {
    const contact = await aPerson(here, { consented: false });
    await here.in((tx) => here.consent.give(tx, contact, { ...permission, source: 'form' }, later(100)));
    const known = (by: Date) =>
      here.in((tx) => here.consent.state(tx, contact, 'whatsapp', 'marketing', later(200), by));
    expect([await known(later(99)), await known(later(100))]).toEqual(['none', 'given']);
  });
});

describe('words to agree to', () => {
  it.each([
    ['bundled', 'Acepto los términos y condiciones y recibir promociones de Tienda Andina.'],
    ['bundled', 'By purchasing I agree to get offers.'],
    ['bundled', 'Ao comprar, aceito receber promoções.'],
    ['silent', 'Recibirás promociones, salvo que nos digas lo contrario.'],
    ['silent', 'This box is pre-ticked: untick it to get no offers.'],
    ['silent', 'Se não responder, você aceita receber ofertas.'],
  ])('when they are %s («%s»), then nobody can agree by them', async (fault, body) => {
    expect(faultsOf(body)).toEqual([fault]);
    const added = here.in((tx) => here.consent.addText(tx, `x-${body.length}`, 'es', body));
    await expect(added).rejects.toMatchObject({ code: 'CONSENT_TEXT_REFUSED' });
  });

  it('when they ask for one thing by an act of the person, then they are fine', () => {
    expect(faultsOf(agreed[2])).toEqual([]);
  });
});

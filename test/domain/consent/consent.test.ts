import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { isGiven } from '../../../src/domain/consent/consent-state';
import { agreed, anId, aPerson, aPhone, later, start, type World, world, wrote } from '../world';

let here: World;
beforeAll(async () => {
  here = await world();
});
afterAll(() => here.close());

const wish = (minutes = 0, evidence = 'm1') => ({ source: 'person', evidence, now: later(minutes) });
const withdraw = (contact: string, minutes = 0) => here.in((tx) => here.consent.withdraw(tx, contact, wish(minutes)));
const out = (contact: string) => here.in((tx) => here.consent.suppression(tx, contact));
const permitted = (contact: string, at?: Date) =>
  here.in((tx) => here.consent.state(tx, contact, 'whatsapp', 'marketing', at));
const comeBack = async (contact: string, phone: string, minutes: number) => {
  const evidence = await wrote(here, { phone }, later(minutes));
  return here.in((tx) => here.consent.optIn(tx, contact, { evidence, channels: ['whatsapp'], now: later(minutes) }));
};
/** What the narrow row says, and what tokens and ledger say. */
const bothSay = (contact: string) =>
  here.in(async (tx) => {
    const [narrow] = await tx.query<{ stopped: boolean; consented: boolean }>(
      'SELECT stopped | held > 0 AS stopped, consented & 1 = 1 AS consented FROM standing WHERE contact_id = $1',
      [contact],
    );
    const stopped = (await here.consent.suppression(tx, contact)) !== undefined;
    return { narrow, whole: { stopped, consented: isGiven(await here.consent.ledger(tx, contact)) } };
  });

describe('leaving', () => {
  it('T-OPT-1: when the person leaves, then promotions stop on every channel and what was queued is cancelled; the second time they were out', async () => {
    const contact = await aPerson(here);
    expect(await withdraw(contact)).toEqual({ alreadyOut: false, cancelled: 1 });
    expect(here.cancelled).toContain(contact);
    expect([await out(contact), await permitted(contact)]).toEqual(['stop', 'withdrawn']);
    expect(await withdraw(contact, 1)).toMatchObject({ alreadyOut: true });
  });

  it('T-OPT-6: when the person leaves by one identifier, then each of theirs is stopped, also one that shows up later', async () => {
    const [phone, bsuid] = [aPhone(), anId()];
    const contact = await aPerson(here, { identity: { bsuid } });
    await withdraw(contact);
    await here.in((tx) => here.audience.findOrCreate(tx, { bsuid, phone }, { source: 'whatsapp', now: later(1) }));
    const keys = await here.keys.tenant(here.tenant);
    const rows = await here.in((tx) =>
      tx.query('SELECT 1 FROM suppression WHERE token = ANY($1::bytea[])', [
        [keys.stop('phone', phone), keys.stop('bsuid', bsuid)],
      ]),
    );
    expect(rows).toHaveLength(2);
  });

  it('when the transaction that heard it fails, then nothing of it happened', async () => {
    const contact = await aPerson(here);
    const failing = here.in(async (tx) => {
      await here.consent.withdraw(tx, contact, wish());
      throw new Error('later step');
    });
    await expect(failing).rejects.toThrow('later step');
    expect([await out(contact), await permitted(contact)]).toEqual([undefined, 'given']);
  });
});

describe('a hold', () => {
  it('when it is released, then promotions go on; a stop is not released', async () => {
    const contact = await aPerson(here);
    await here.in((tx) => here.consent.hold(tx, contact, wish()));
    expect([await out(contact), await permitted(contact)]).toEqual(['hold', 'given']);
    await here.in((tx) => here.consent.release(tx, contact, later(1)));
    expect(await out(contact)).toBeUndefined();
    await withdraw(contact, 2);
    await here.in((tx) => here.consent.hold(tx, contact, wish(3)));
    await here.in((tx) => here.consent.release(tx, contact, later(4)));
    expect(await out(contact)).toBe('stop');
  });

  it('when a case holds, then the person taking back another wish does not end it, whichever was first', async () => {
    for (const sources of [
      ['person', 'case'],
      ['case', 'person'],
    ]) {
      const contact = await aPerson(here);
      for (const source of sources) await here.in((tx) => here.consent.hold(tx, contact, { ...wish(), source }));
      await here.in((tx) => here.consent.release(tx, contact, later(2)));
      expect(await out(contact)).toBe('hold');
      await here.in((tx) => here.consent.release(tx, contact, later(3), 'case'));
      expect(await out(contact)).toBeUndefined();
    }
  });
});

describe('coming back', () => {
  it('T-OPT-9: when there is no message of the person, then nobody brings them back', async () => {
    const phone = aPhone();
    const contact = await aPerson(here, { identity: { phone } });
    await withdraw(contact);
    const somebodyElse = await wrote(here, { phone: aPhone() }, later(5));
    for (const evidence of ['member:ana', somebodyElse, '00000000-0000-7000-8000-00000000dead']) {
      const attempt = here.in((tx) =>
        here.consent.optIn(tx, contact, { evidence, channels: ['whatsapp'], now: later(5) }),
      );
      await expect(attempt).rejects.toMatchObject({ code: 'ROLE_REQUIRED' });
    }
    expect(await out(contact)).toBe('stop');
    expect(await comeBack(contact, phone, 6)).toEqual({ alreadyIn: false });
    expect([await out(contact), await permitted(contact)]).toEqual([undefined, 'given']);
    expect(await comeBack(contact, phone, 7)).toEqual({ alreadyIn: true });
  });

  it('when yes and no carry the same moment, then no wins, whichever is handled first', async () => {
    for (const noFirst of [true, false]) {
      const phone = aPhone();
      const contact = await aPerson(here, { identity: { phone }, consented: false });
      if (noFirst) await withdraw(contact, 5);
      await comeBack(contact, phone, 5);
      if (!noFirst) await withdraw(contact, 5);
      expect([await out(contact), await permitted(contact)]).toEqual(['stop', 'withdrawn']);
    }
  });

  it('when an older no is delivered after a newer yes, then the yes stands', async () => {
    const phone = aPhone();
    const contact = await aPerson(here, { identity: { phone } });
    await withdraw(contact);
    await comeBack(contact, phone, 10);
    await here.in((tx) => here.consent.withdraw(tx, contact, { ...wish(11), at: later(5) }));
    expect([await out(contact), await permitted(contact)]).toEqual([undefined, 'given']);
  });

  it('T-CON-2: when the company imports a permission of any date after the person withdrew, then it is not recorded', async () => {
    const contact = await aPerson(here);
    await withdraw(contact);
    for (const minutes of [-100, 100]) {
      const permission = {
        channel: 'whatsapp',
        purpose: 'marketing',
        source: 'form',
        actor: 'import:x',
        evidence: 'row 2',
      };
      const recorded = await here.in((tx) =>
        here.consent.give(tx, contact, { ...permission, at: later(minutes) }, later(200)),
      );
      expect(recorded).toBe(false);
    }
    expect(await permitted(contact)).toBe('withdrawn');
  });
});

describe('proof', () => {
  it('T-CON-1: when there is no proven consent, then the ledger permits nothing', async () => {
    expect(await permitted(await aPerson(here, { consented: false }))).toBe('none');
  });

  it('T-CON-3: when the wording changes, then it is a new version, and an old proof keeps the old words', async () => {
    const add = (version: string, body: string) => here.in((tx) => here.consent.addText(tx, version, 'es', body));
    expect(await add('2026-1', 'Acepto promociones.')).toBe(true);
    expect(await add('2026-1', 'Acepto otra cosa.')).toBe(false);
    const contact = await aPerson(here, { consented: false });
    const permission = {
      channel: 'whatsapp',
      purpose: 'marketing',
      source: 'form',
      actor: 'import:web',
      evidence: 'row 3',
    };
    const text = { textVersion: '2026-1', language: 'es' };
    await here.in((tx) => here.consent.give(tx, contact, { ...permission, ...text, at: start }, start));
    await add('2026-2', 'Acepto promociones y más.');
    const { given } = await here.in((tx) => here.consent.proof(tx, contact, start));
    const hash = createHash('sha256').update('Acepto promociones.').digest('hex');
    expect(given).toMatchObject({ by: 'import:web', text: 'Acepto promociones.', textVersion: '2026-1', hash });
  });

  it('when the ledger is to be changed, then the database refuses', async () => {
    await expect(here.in((tx) => tx.query("UPDATE consent SET act = 'given'"))).rejects.toThrow();
  });

  it('when asked how it stood before a withdrawal, then it was permitted then', async () => {
    const contact = await aPerson(here);
    await withdraw(contact, 10);
    expect(await permitted(contact, later(9))).toBe('given');
  });
});

describe('the narrow copies', () => {
  it('when anything happens in any order, then they say what tokens and ledger say', async () => {
    const act = fc.constantFrom('withdraw', 'hold', 'release', 'optIn', 'give', 'learn', 'change', 'meet');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(act, fc.integer({ min: 0, max: 30 })), { maxLength: 8 }), async (story) => {
        const [phone, bsuid] = [aPhone(), anId()];
        let contact = await aPerson(here, { identity: { phone }, consented: story.length % 2 === 0 });
        for (const [what, minutes] of story) {
          const origin = { source: 'whatsapp', now: later(minutes) };
          const permission = {
            channel: 'whatsapp',
            purpose: 'marketing',
            source: 'form',
            actor: 'import:y',
            evidence: 'r',
            textVersion: agreed[0],
            language: agreed[1],
          };
          if (what === 'optIn') await comeBack(contact, phone, minutes).catch(() => {});
          else
            await here.in(async (tx) => {
              if (what === 'withdraw') await here.consent.withdraw(tx, contact, wish(minutes));
              if (what === 'hold') await here.consent.hold(tx, contact, wish(minutes));
              if (what === 'release') await here.consent.release(tx, contact, later(minutes));
              if (what === 'give')
                await here.consent.give(tx, contact, { ...permission, at: later(minutes) }, later(minutes));
              if (what === 'learn') contact = (await here.audience.findOrCreate(tx, { phone, bsuid }, origin)).contact;
              if (what === 'meet') await here.audience.findOrCreate(tx, { bsuid }, origin);
              if (what === 'change')
                contact = await here.audience.identityChanged(tx, { phone }, { phone: aPhone() }, origin);
            });
          const { narrow, whole } = await bothSay(contact);
          expect(narrow).toEqual(whole);
        }
      }),
      { numRuns: 40 },
    );
  });
});

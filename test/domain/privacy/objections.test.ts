import { parse } from 'csv-parse/sync';
import { touchInbound } from '../../../src/domain/audience/contacts.table';
import { everybody } from '../../../src/domain/audience/segments/expression';
import { suppressionsTable } from '../../../src/domain/audience/suppressions.table';
import { countAudience } from '../../../src/domain/delivery/audience.table';
import { TrackedLinks } from '../../../src/domain/delivery/tracked-links';
import { causeOf } from '../../../src/domain/privacy/causes';
import { lettersTable } from '../../../src/domain/privacy/letters.table';
import { objectedTo, usesIn } from '../../../src/domain/privacy/objections';
import { listOf } from '../../../src/domain/reports/list';
import { aPerson, aPhone, later, start, wrote } from '../world';
import { answerIs, boss, type Office, office } from './office';

let desk: Office;
beforeAll(async () => {
  desk = await office();
});
afterAll(() => desk.close());

const inTalca = { attribute: 'ciudad', is: 'Talca' } as const;
const someone = async () => {
  const identity = { phone: aPhone() };
  const contact = await aPerson(desk, { identity });
  await desk.in(async (tx) => {
    await desk.audience.setAttribute(tx, contact, 'ciudad', 'Talca');
    await touchInbound(tx, contact, start);
  });
  return { contact, inbox: await wrote(desk, identity) };
};
const objects = (who: { contact: string; inbox: string }, words: string, minutes = 0) =>
  desk.in((tx) =>
    desk.privacy.open(tx, {
      ...{ contact: who.contact, from: who.inbox, right: 'object', detail: words },
      ...{ cause: causeOf('object', words) ?? '', receivedAt: later(minutes), now: later(minutes) },
    }),
  );
const out = (contact: string) => desk.in((tx) => desk.consent.suppression(tx, contact));
const mayGo = (contact: string) => desk.in((tx) => desk.consent.isGivenAnywhere(tx, contact));
const stopped = (contact: string, use: string) =>
  desk.in(async (tx) => (await suppressionsTable.objectors(tx, [contact], use)).length > 0);
const accepts = (id: string) => desk.in((tx) => desk.privacy.accept(tx, id, {}, boss, start));
const refuses = (id: string) =>
  desk.in((tx) =>
    desk.privacy.reject(
      tx,
      id,
      { ground: 'compelling_grounds', facts: 'Hay un fraude en investigación.' },
      boss,
      start,
    ),
  );
/** Until the answer left, and the case is over. */
const ends = async (id: string) => {
  await desk.work(id);
  await answerIs(desk, id, 'accepted');
  await desk.work(id);
  expect((await desk.in((tx) => desk.privacy.get(tx, id, start))).state).toBe('closed');
};
const answerTo = (id: string) =>
  desk.in(async (tx) => {
    const answer = (await lettersTable.ofCase(tx, id)).find(({ kind }) => kind === 'answer');
    return answer ? desk.privacy.letters.open(tx, answer) : '';
  });
const counted = (segment: Parameters<typeof countAudience>[1]) =>
  desk.in(async (tx) => {
    const rows = await countAudience(tx, segment, { channel: 'whatsapp', now: start });
    return rows.reduce((sum, { count }) => sum + count, 0);
  });

describe('what an objection is to', () => {
  it.each([
    ['no compartan mis datos con terceros', ['sharing']],
    ['me opongo a que me hagan un perfil con lo que compro', ['profiling']],
    ['não quero que compartilhem nem que façam perfis com meus dados', ['profiling', 'sharing']],
    ['stop tracking me and do not share my data', ['measuring', 'sharing']],
    ['no usen mis datos para avisarme por SMS', ['sms']],
    ['no quiero que usen mis datos para publicidad ni los cedan', ['promotions', 'sharing']],
  ])('when «%s» is written, then it is what the words name', (words, uses) => {
    expect(usesIn(words)).toEqual(uses);
  });

  it('when nothing in particular is named, then it is to all that rests on no duty and no contract', () => {
    expect(usesIn('me opongo al tratamiento de mis datos personales')).toEqual([]);
    const one = { right: 'object', cause: 'legitimate_interest', objected: null } as const;
    expect(objectedTo(one)).toEqual(['promotions', 'profiling', 'measuring', 'sharing']);
    expect(objectedTo({ ...one, cause: 'marketing' })).toEqual(['promotions']);
    expect(objectedTo({ ...one, right: 'erase' })).toEqual([]);
  });
});

describe('an objection to promotions (art. 8 b)', () => {
  it('when it is written, then they end at once, nobody decides, and the answer says what stopped', async () => {
    const who = await someone();
    const { id, state } = await objects(who, 'me opongo a que usen mis datos para publicidad');
    expect([state, await out(who.contact), await mayGo(who.contact)]).toEqual(['accepted', 'stop', false]);
    await ends(id);
    expect(await answerTo(id)).toContain('dejamos de usar sus datos para: enviarle promociones.');
  });

  it('when it names another use too, then promotions end at once and the rest waits', async () => {
    const who = await someone();
    const { id, state } = await objects(who, 'no quiero que usen mis datos para publicidad ni los compartan');
    expect([state, await out(who.contact), await stopped(who.contact, 'sharing')]).toEqual(['received', 'stop', false]);
    await refuses(id);
    await ends(id);
    expect([await out(who.contact), await stopped(who.contact, 'sharing')]).toEqual(['stop', false]);
    expect(await answerTo(id)).toContain('dejamos de enviarle promociones');
  });

  it('when another objection waits for the controller, then it is a case of its own and waits for nothing', async () => {
    const who = await someone();
    const first = await objects(who, 'no compartan mis datos con terceros');
    const second = await objects(who, 'y tampoco los usen para publicidad', 1);
    expect(second).toMatchObject({ isNew: true, state: 'accepted' });
    expect(second.id).not.toBe(first.id);
    expect(await out(who.contact)).toBe('stop');
  });
});

describe('any other objection (art. 8 a)', () => {
  const wish = 'no compartan mis datos con terceros';

  it('when it is written, then promotions only wait; refused, they go on as they were', async () => {
    const who = await someone();
    const { id, state, objectsTo } = await objects(who, wish);
    expect([state, objectsTo, await out(who.contact)]).toEqual(['received', ['sharing'], 'hold']);
    expect(await mayGo(who.contact)).toBe(true);
    await refuses(id);
    await ends(id);
    expect([await out(who.contact), await mayGo(who.contact)]).toEqual([undefined, true]);
    expect(await answerTo(id)).not.toContain('promociones');
  });

  it('when it is accepted, then that use stops in the same transaction, the answer says so, and promotions go on', async () => {
    const who = await someone();
    const { id } = await objects(who, wish);
    expect(await stopped(who.contact, 'sharing')).toBe(false);
    await desk.in(async (tx) => {
      await desk.privacy.accept(tx, id, {}, boss, start);
      expect(await suppressionsTable.objectors(tx, [who.contact], 'sharing')).toEqual([who.contact]);
    });
    await ends(id);
    expect(await answerTo(id)).toContain(
      'dejamos de usar sus datos para: incluirlo en listas que salen de este servicio.',
    );
    expect([await out(who.contact), await mayGo(who.contact)]).toEqual([undefined, true]);
  });

  it('when sharing was objected to, then no list that leaves has them, and it counts them no less', async () => {
    const [who, other] = [await someone(), await someone()];
    await accepts((await objects(who, wish)).id);
    await desk.in(async (tx) => {
      for (const [seq, { contact }] of [who, other].entries())
        await tx.query(
          `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, created_at)
           VALUES ($1, 77, $2, $3, $4, 'whatsapp', 'marketing', 'accepted', $5)`,
          [tx.tenant, seq + 1, contact, desk.senderId, start],
        );
    });
    const words = {
      titles: ['n'],
      separator: ';',
      state: String,
      reason: String,
      moment: String,
      label: 'x',
      mark: 'y',
    };
    const of = { tenant: desk.tenant, batches: ['77'], number: 'C-1', isWhole: true };
    let text = '';
    for await (const part of listOf(desk, of, { ...words, moment: (at) => at.toISOString() })) text += part.toString();
    const rows = parse(text, { delimiter: ';', bom: true, relax_column_count: true }) as string[][];
    expect(rows.slice(1, -1).map(([seq]) => seq)).toEqual(['2']);
  });

  it('when profiling was objected to, then no group chooses them by what is known of them; everybody still has them', async () => {
    const who = await someone();
    const [before, all] = [await counted(inTalca), await counted(everybody)];
    await accepts((await objects(who, 'me opongo a que me hagan un perfil')).id);
    expect([await counted(inTalca), await counted(everybody)]).toEqual([before - 1, all]);
  });

  it('when measuring was objected to, then nobody counts what they follow', async () => {
    const [who, other] = [await someone(), await someone()];
    await accepts((await objects(who, 'me opongo a que rastreen lo que hago')).id);
    const links = new TrackedLinks(desk.database, desk.keys, 'https://connectus.example');
    const counting = { links: [], tracking: { days: 30, texts: null }, purpose: 'marketing' } as const;
    const covered = await desk.in((tx) => links.covered(tx, counting, [who.contact, other.contact]));
    expect([...covered]).toEqual([other.contact]);
  });

  it('when it names a channel, then nothing but answers goes by that one any more', async () => {
    const who = await someone();
    await accepts((await objects(who, 'me opongo a que usen mi número para escribirme por SMS')).id);
    const by = (channel: 'sms' | 'whatsapp') => desk.in((tx) => desk.consent.suppression(tx, who.contact, channel));
    expect([await by('sms'), await by('whatsapp')]).toEqual(['stop', 'hold']);
    expect(await stopped(who.contact, 'service')).toBe(true);
  });

  it('when they come back to promotions, then what they objected to besides stays stopped', async () => {
    const who = await someone();
    const { id } = await objects(who, 'me opongo al tratamiento de mis datos personales');
    await accepts(id);
    expect(await out(who.contact)).toBe('stop');
    await ends(id);
    await desk.in((tx) =>
      desk.consent.optIn(tx, who.contact, { evidence: who.inbox, channels: ['whatsapp'], now: later(9), at: later(9) }),
    );
    expect([await out(who.contact), await stopped(who.contact, 'sharing')]).toEqual([undefined, true]);
  });
});

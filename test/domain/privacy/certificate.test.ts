import { certificateLanguages } from '../../../src/conversation/certificate-texts';
import { certificateWords, exitWords } from '../../../src/conversation/certificate-words';
import { verifyDocument } from '../../../src/data/signed-document';
import { casesTable } from '../../../src/domain/privacy/cases.table';
import { type CertificateFacts, certificateRules, factsOf } from '../../../src/domain/privacy/certificate';
import { CorrectionNotices } from '../../../src/domain/privacy/correction-notices';
import { dataMap } from '../../../src/domain/privacy/data-map';
import { rights } from '../../../src/domain/privacy/rights';
import { disclosures } from '../../../src/domain/registers/disclosures';
import { hitsIn } from '../../support/scanner';
import { later, start } from '../world';
import { carriedOut, type ErasingOffice, erasingOffice, needlesFor } from './erasing';
import { aKnownPerson, anAcceptedErasure, boss } from './office';

const given: Parameters<typeof factsOf>[0] = {
  zone: 'America/Santiago',
  ...{ number: 204, regime: 'CL_19628_2026', masked: '+56 9 •••• •678', now: later(60), places: 40 },
  controller: { name: 'Tienda Andina SpA', tax_id: '76.111.222-3', contact: 'datos@tienda.example' },
  ...{ receivedAt: start, decidedAt: later(30), counts: { message: 3, identifier: 2 }, left: { slack_post: 1 } },
  ...{
    providers: { asked: 2, done: 1 },
    told: [
      { name: 'Bodega Sur', at: later(40) },
      { name: 'Otra', at: null },
    ],
  },
  kept: [
    { category: 'messages', ground: 'legal_duty', until: new Date('2027-03-01'), hold_id: null },
    { category: 'consents', ground: 'claims', until: null, hold_id: null },
  ],
};
const facts = factsOf(given);
const kept = (...categories: string[]) =>
  categories.map((category) => ({ category, ground: 'claims', until: null, hold_id: null }));
const methods = (more: Partial<typeof given>): Record<string, string> =>
  Object.fromEntries(factsOf({ ...given, ...more }).systems.map(({ system, method }) => [system, method]));

describe('the facts of a certificate', () => {
  it('when an erasure is done, then every field of it is there', () => {
    expect(facts).toMatchObject({
      ...{ number: 'CE-000204', case: 'SOL-000204', identifiers: ['+56 9 •••• •678'] },
      processor: { name: 'Connectus SpA', tax_id: '76.517.351-5' },
      ...{
        received_at: start.toISOString(),
        decided_at: later(30).toISOString(),
        executed_at: later(60).toISOString(),
      },
      erased: [
        { category: 'messages', count: 3 },
        { category: 'identifiers', count: 2 },
      ],
      ...{ backups_until: '2027-01-05', carriers: { whatsapp: 30 }, scan: { places: 40, found: 0 } },
    });
    expect(facts.kept).toEqual([
      { category: 'messages', ground: 'legal_duty', article: '7 ii', until: '2027-03-01' },
      { category: 'consents', ground: 'claims', article: '7 vi', until: 'ground_ends' },
      { category: 'suppression', ground: 'legal_duty', article: '7 ii', until: 'contract_ends' },
      { category: 'requests', ground: 'claims', article: '7 vi', until: '2031-12-01' },
      { category: 'audit', ground: 'claims', article: '7 vi', until: '2031-12-01' },
    ]);
  });

  it('when something is kept, left or was not asked for, then no system says that it is gone', () => {
    const nothing = { kept: [], left: {} };
    expect(methods(nothing)).toEqual(
      Object.fromEntries(certificateRules.systems.map(({ system, method }) => [system, method])),
    );
    expect(methods({ ...nothing, kept: kept('messages') })).toMatchObject({
      ...{ database: 'key_kept', backups: 'readable_until_gone', slack: 'our_posts_deleted' },
    });
    expect(methods({ ...nothing, kept: kept('consents') })).toMatchObject({
      ...{ database: 'key_destroyed_some_kept', backups: 'unreadable' },
    });
    expect(methods({ ...nothing, kept: kept('posts') })).toMatchObject({ slack: 'our_posts_kept' });
    expect(methods({ ...nothing, left: { slack_post: 1 } })).toMatchObject({ slack: 'our_posts_but_declared' });
    expect(methods({ ...nothing, left: { lists: 1 } })).toMatchObject({
      ...{ slack: 'our_posts_but_declared', files: 'deleted_but_declared' },
    });
    expect(methods({ ...nothing, providers: { asked: 0, done: 0 } })).toMatchObject({ providers: 'nothing_asked' });
  });

  it('when a legal hold keeps it, then the day on which it is looked at is no end, and is the person’s own day', () => {
    const until = new Date('2027-06-01T02:59:59Z');
    const [held] = factsOf({ ...given, kept: [{ ...kept('messages')[0], until, hold_id: 'x' } as never] }).kept;
    expect(held).toMatchObject({ until: 'ground_ends', review_at: '2027-05-31' });
  });

  it('when a ground lets something stay, then its number in article 7 is known', () => {
    const others = ['identity_not_verified', 'not_the_subject', 'no_data'];
    const grounds = rights.erase.grounds.filter((ground) => !others.includes(ground));
    expect(grounds.filter((ground) => !certificateRules.articles[ground])).toEqual([]);
  });
});

describe.each(certificateLanguages)('its words in %s', (language) => {
  const words = certificateWords(facts, { language, zone: 'America/Santiago' });
  const all = JSON.stringify(words);

  it('when it is read, then every fact is said, and no code stands in place of words', () => {
    for (const said of [
      'CE-000204',
      'SOL-000204',
      'Tienda Andina SpA, ',
      '76.517.351-5',
      '+56 9 •••• •678',
      '7 ii',
      '7 vi',
      'Bodega Sur',
      '2026, ', // a moment has its year, and says by which clock
      '(GMT-3)',
      '40',
      'WhatsApp',
    ])
      expect(all).toContain(said);
    expect(all).not.toMatch(/ground_ends|contract_ends|legal_duty|deleted_and|undefined|\(other\)|_/);
    expect(words.sections).toHaveLength(7);
  });

  it('when something is kept, left or was not asked for, then it is said in words, and the key is not said to be gone', () => {
    const until = new Date('2027-06-01T02:59:59Z');
    const some = kept('posts', 'messages').map((one) => ({ ...one, until, hold_id: 'x' }));
    const more = [
      { kept: some },
      { kept: kept('consents'), left: { lists: 2 } },
      { kept: [], left: { slack_post: 1 } },
    ];
    for (const one of more) {
      const these = factsOf({ ...given, ...one, providers: { asked: 0, done: 0 } });
      const said = JSON.stringify(certificateWords(these, { language, zone: given.zone }));
      expect(said).not.toMatch(/_|undefined|\(other\)/);
      if (one.kept !== some) continue;
      expect(said).toMatch(
        { es: /se revisa el 31 de mayo/, en: /reviewed on May 31/, pt: /revisto em 31 de maio/ }[language],
      );
      expect(said).not.toMatch(/destruida|destroyed|destruída|2027-06-01|1 de jun/);
    }
  });

  it('when any category, ground or system can stand in it, then it has words of its own', () => {
    const told = Object.values(dataMap.tables).map(({ category }) => category);
    for (const category of new Set(told.filter((one) => !['none', 'team'].includes(one)))) {
      const one = certificateWords({ ...facts, erased: [{ category, count: 1 }] }, { language, zone: 'UTC' });
      expect(JSON.stringify(one)).not.toContain(`(${category})`);
    }
  });

  it('when a customer has left, then theirs is said too', () => {
    const left = exitWords(
      {
        ...{
          number: 'CE-X1',
          controller: facts.controller,
          processor: facts.processor,
          people: 3,
          refusals: 1,
          erased: 90,
          left: 0,
        },
        ...{ asked_at: start.toISOString(), exported_at: start.toISOString(), confirmed_at: start.toISOString() },
        ...{ executed_at: start.toISOString(), export_sha256: 'ab12', backups_until: '2027-01-05' },
      },
      { language, zone: 'America/Santiago' },
    );
    expect(JSON.stringify(left)).toMatch(/CE-X1.*ab12.*90/);
  });
});

describe('the certificate of an erasure', () => {
  let desk: ErasingOffice;
  beforeAll(async () => {
    desk = await erasingOffice();
  });
  afterAll(() => desk.close());
  const othersHad = ({ contact }: { contact: string }) =>
    desk.in(async (tx) => {
      await disclosures.note(tx, '7', { channel: 'whatsapp' }, start);
      await tx.query('UPDATE message SET attempts = 1 WHERE contact_id = $1 AND batch_id = 7', [contact]);
    });
  const saidIn = (document: string) =>
    (verifyDocument(document).document as unknown as { facts: CertificateFacts }).facts;

  it('when nothing is found any more, then it is signed, in the person’s language, and holds nothing that was erased', async () => {
    const person = await aKnownPerson(desk);
    const id = await anAcceptedErasure(desk, person);
    await desk.work(id);
    expect(await desk.certificateOf(id)).toBeUndefined(); // the number is still there for the answer
    await carriedOut(desk, id);
    const document = (await desk.certificateOf(id)) ?? '';
    expect(verifyDocument(document)).toMatchObject({ state: 'whole', key: { id: desk.signer.id } });
    expect(verifyDocument(document).document).toMatchObject({ kind: 'certificate', language: 'es' });
    expect(document).toContain('Certificado de supresión de datos personales');
    expect(hitsIn('certificate', Buffer.from(document), needlesFor(person))).toEqual([]);
    expect(document).not.toContain(person.contact);
    expect(document).not.toContain(desk.tenant);
  });

  it('when the answer names it before it is there, then the same link leads to it afterwards', async () => {
    const id = await anAcceptedErasure(desk, await aKnownPerson(desk));
    await desk.work(id);
    const told = await desk.in(async (tx) => desk.certificates.link(tx, id));
    await carriedOut(desk, id);
    const text = told.split('/c/')[1] ?? '';
    expect(desk.certificates.tenantOf(text)).toBe(desk.tenant);
    expect(await desk.in((tx) => desk.certificates.caseOf(tx, text, later(9e6)))).toBe(id);
    expect(await desk.in((tx) => desk.certificates.link(tx, id))).toBe(told);
  });

  it('when others are told after it was issued, then another says so and which it replaces, at the same link, and the earlier is as whole as before', async () => {
    const person = await aKnownPerson(desk);
    await othersHad(person);
    const id = await anAcceptedErasure(desk, person);
    await carriedOut(desk, id);
    const earlier = (await desk.certificateOf(id)) ?? '';
    const link = await desk.in((tx) => desk.certificates.link(tx, id));
    expect(earlier).toContain('en este mismo enlace');
    const notices = new CorrectionNotices(desk.audit, (tx, one, now) => desk.certificates.renew(tx, one, now));
    for (const _twice of [1, 2]) await desk.in((tx) => notices.told(tx, id, boss.member, later(600)));
    const renewed = (await desk.certificateOf(id)) ?? '';
    for (const one of [earlier, renewed]) expect(verifyDocument(one).state).toBe('whole');
    const { told, issued_at, replaces, ...same } = saidIn(renewed);
    expect(told.map(({ at }) => at)).toEqual([later(600).toISOString()]);
    expect(replaces).toEqual({ issued_at: saidIn(earlier).issued_at, sha256: verifyDocument(earlier).sha256 });
    expect(saidIn(earlier)).toMatchObject(same); // nothing else of what was done is another
    expect(issued_at).toBe(later(600).toISOString());
    expect(renewed).toContain('Reemplaza al certificado');
    expect(renewed).not.toContain('en este mismo enlace');
    expect(await desk.in((tx) => desk.certificates.link(tx, id))).toBe(link);
    const versions = await desk.in((tx) => tx.query('SELECT 1 FROM certificate WHERE case_id = $1', [id]));
    expect(versions).toHaveLength(2);
  });

  it('when others are told before it is issued, then it says so itself, and replaces none', async () => {
    const person = await aKnownPerson(desk);
    await othersHad(person);
    const id = await anAcceptedErasure(desk, person);
    await desk.work(id);
    const notices = new CorrectionNotices(desk.audit, (tx, one, now) => desk.certificates.renew(tx, one, now));
    await desk.in((tx) => notices.told(tx, id, boss.member, later(5)));
    await carriedOut(desk, id);
    const facts = saidIn((await desk.certificateOf(id)) ?? '');
    expect(facts).toMatchObject({ told: [{ at: later(5).toISOString() }] });
    expect(facts).not.toHaveProperty('replaces');
  });

  it('when something still knows the person, then nothing is certified, and it is erased before the next look', async () => {
    const person = await aKnownPerson(desk);
    const id = await anAcceptedErasure(desk, person);
    await carriedOut(desk, id);
    const before = await desk.certificateOf(id);
    await desk.in((tx) =>
      tx.query(`INSERT INTO attribute (tenant_id, key, value, contact_id) VALUES ($1, 'ciudad', 'Putre', $2)`, [
        tx.tenant,
        person.contact,
      ]),
    );
    const row = await desk.in((tx) => desk.privacy.get(tx, id, desk.clock.at));
    expect(row.state).toBe('closed');
    const look = () =>
      desk.in(async (tx) => {
        const found = await casesTable.lock(tx, id);
        return found && desk.erasure.verify(tx, found, desk.clock.at);
      });
    expect(await look()).toBe(1);
    expect(await desk.certificateOf(id)).toBe(before);
    expect(await look()).toBe(0);
  });
});

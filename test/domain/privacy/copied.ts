import { randomBytes } from 'node:crypto';
import { unzipSync } from 'fflate';
import { keepMisunderstood } from '../../../src/conversation/misunderstood.table';
import type { TenantTx } from '../../../src/data/database';
import { newId } from '../../../src/data/ids';
import { touchInbound } from '../../../src/domain/audience/contacts.table';
import { preferencesTable } from '../../../src/domain/consent/preferences.table';
import type { Right } from '../../../src/domain/privacy/case-state';
import { casesTable } from '../../../src/domain/privacy/cases.table';
import { testDatabase } from '../../support/database';
import { aMaster, aPhone, start } from '../../support/ground';
import { testRedis } from '../../support/redis';
import { aCampaign, aTenant, RecordingChannel, reaches, wire } from '../../support/world';

export { start };

/** Something that stands nowhere else. */
const aWord = (): string => `Quilapán${randomBytes(5).toString('hex')}`;
export const marta = { phone: '+56955554444', email: 'marta.diaz@gmail.com' };

/** The product's rooms on a real database, with one customer and its team. */
export async function archive() {
  const place = await testDatabase();
  const here = wire(
    { appUrl: place.appUrl, redis: testRedis(), master: aMaster() },
    { channel: new RecordingChannel() },
  );
  const tenant = await aTenant(here);
  const agent = newId(start);
  await here.in(tenant.id, (tx) =>
    tx.query(
      "UPDATE tenant SET contact = 'privacidad@andina.example', rut = '76.000.000-0', representative = 'Ana Duarte'",
    ),
  );
  await here.in(tenant.id, (tx) =>
    tx.query(
      `INSERT INTO member (tenant_id, id, team, slack_user, name, roles, created_at) VALUES ($1, $2, 'T1', 'U1', 'Paula Rojas', '{agent}', $3)`,
      [tx.tenant, agent, start],
    ),
  );
  let isRunning = false;
  return {
    ...{ here, tenant, agent, ownerUrl: place.ownerUrl },
    run() {
      if (!isRunning) here.start();
      isRunning = true;
    },
    in: <T>(work: (tx: TenantTx) => Promise<T>, whose = tenant.id): Promise<T> => here.in(whose, work),
    async close() {
      await here.stop();
      await place.drop();
    },
  };
}
export type Archive = Awaited<ReturnType<typeof archive>>;

export interface Known {
  contact: string;
  identity: { phone: string; bsuid: string; email: string };
  /** What was written of them and nowhere else: each must come back. */
  words: string[];
}

/** Somebody with something in every table that tells of people. */
export async function aKnownPerson(desk: Archive): Promise<Known> {
  const { here, tenant } = desk;
  const words: string[] = [];
  const word = () => words[words.push(aWord()) - 1] as string;
  const identity = {
    phone: aPhone(),
    bsuid: `CL.${randomBytes(6).toString('hex').toUpperCase()}`,
    email: `${aWord()}@correo.cl`.toLowerCase(),
  };
  words.push(identity.phone, identity.bsuid, identity.email);
  const segment = `R${randomBytes(3).toString('hex')}`;
  const contact = await desk.in(async (tx) => {
    const found = await here.audience.findOrCreate(tx, identity, { source: 'import:clientes', now: start });
    const key = await here.keys.person(tx, found.contact);
    const about = { name: `Rosa ${word()}`, fields: { direccion: word() } };
    await tx.query('UPDATE contact SET sealed = $2 WHERE id = $1', [
      found.contact,
      key.seal(JSON.stringify(about), 'contact'),
    ]);
    await here.audience.setAttribute(tx, found.contact, 'region', segment);
    await here.audience.setAttribute(tx, found.contact, 'ciudad', word());
    const yes = {
      channel: 'whatsapp',
      purpose: 'marketing',
      source: 'form',
      actor: `member:${desk.agent}`,
      evidence: 'row 1',
    };
    const given = { ...yes, at: new Date(start.getTime() - 3_600_000), textVersion: '1', language: 'es' };
    await here.consent.give(tx, found.contact, given, start);
    await touchInbound(tx, found.contact, start);
    return found.contact;
  });
  // A real campaign reaches them.
  desk.run();
  const campaign = await aCampaign(here, tenant.id, { segment });
  await reaches(here, tenant.id, campaign.id, 'done');
  await desk.in((tx) => leftTraces(desk, tx, contact, identity, word));
  return { contact, identity, words };
}

async function leftTraces(
  desk: Archive,
  tx: TenantTx,
  contact: string,
  identity: Known['identity'],
  word: () => string,
) {
  const { here, tenant } = desk;
  const [keys, key] = [await here.keys.of(tx), await here.keys.person(tx, contact)];
  const lane = keys.find('bsuid', identity.bsuid);
  for (const content of [
    { type: 'text', text: `hola, ${word()}; mi hermana es ${marta.phone} o ${marta.email}` },
    { type: 'button', label: word(), action: 'act.signed' },
    { type: 'media', media: 'image', caption: word() },
  ]) {
    const id = newId(start);
    const event = { kind: 'message', from: { ...identity, name: 'Rosi' }, content };
    await tx.query(
      `INSERT INTO inbox (tenant_id, lane, id, kind, channel, app, sender, dedup, at, received_at, handled_at, outcome, contact_id, sealed)
       VALUES ($1, $2, $3, 'turn', 'whatsapp', 'default', $4, $5, $6, $6, $6, 'answered', $7, $8)`,
      [
        tx.tenant,
        lane,
        id,
        tenant.providerId,
        randomBytes(16),
        start,
        contact,
        keys.seal(JSON.stringify(event), `inbox|${id}`),
      ],
    );
  }
  await tx.query('INSERT INTO dialog (tenant_id, lane, contact_id, sealed, updated_at) VALUES ($1, $2, $3, $4, $5)', [
    ...[tx.tenant, lane, contact, keys.seal(JSON.stringify({ open: { intent: word() } }), 'dialog'), start],
  ]);
  const line = { audience: 'recipient', language: 'es', candidates: ['opt-out'], text: word() } as const;
  await keepMisunderstood(tx, here.keys, { contact }, line, start);
  const [{ seq } = { seq: '0' }] = await tx.query<{ seq: string }>("SELECT nextval('message_seq')::text AS seq");
  const said = { kind: 'content', text: `${word()} · te atendió Paula Rojas`, buttons: [{ id: 'x', label: word() }] };
  await tx.query(
    `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, sealed, accepted_at, created_at)
     VALUES ($1, 0, $2, $3, $4, 'whatsapp', 'answer', 'delivered', $5, $6, $6)`,
    [tx.tenant, seq, contact, tenant.sender, key.seal(JSON.stringify(said), `message|0|${seq}`), start],
  );
  const [sent] = await tx.query<{ batch_id: string; seq: string }>(
    'SELECT batch_id::text, seq::text FROM message WHERE contact_id = $1 AND batch_id <> 0',
    [contact],
  );
  const of = [tx.tenant, sent?.batch_id, sent?.seq];
  await tx.query(
    "INSERT INTO receipt (tenant_id, batch_id, seq, status, at, code) VALUES ($1, $2, $3, 'read', $4, 'WHATSAPP_1')",
    [...of, start],
  );
  await tx.query("INSERT INTO interaction (tenant_id, batch_id, seq, kind, at) VALUES ($1, $2, $3, 'clicked', $4)", [
    ...of,
    start,
  ]);
  await tx.query('INSERT INTO sent_id (tenant_id, batch_id, seq, provider_find, sent_at) VALUES ($1, $2, $3, $4, $5)', [
    ...of,
    randomBytes(32),
    start,
  ]);
  const post = newId(start);
  await tx.query(
    `INSERT INTO slack_post (tenant_id, id, lane, contact_id, team, place, language, state, sealed, card, shown_at, created_at)
     VALUES ($1, $2, $3, $4, 'T1', '{}', 'es', 'posted', $5, '{"intent":"human-agent","card":"talk","args":{}}', $6, $6)`,
    [
      tx.tenant,
      post,
      randomBytes(8),
      contact,
      keys.seal(JSON.stringify({ text: word(), facts: [word()] }), `slack_post|${post}`),
      start,
    ],
  );
  const file = newId(start);
  await tx.query(
    `INSERT INTO report_file (tenant_id, id, campaign_id, kind, is_whole, topic, language, asked_by, state, reason, asked_at, put_at)
     SELECT $1, $2, c.id, 'csv', true, 'campaign', 'es', $3, 'put', $4, $5, $5 FROM campaign c WHERE c.batch_id = $6`,
    [tx.tenant, file, desk.agent, keys.seal(word(), `report_file|${file}`), start, sent?.batch_id],
  );
  const chosen = { channels: ['whatsapp'], frequency: 'weekly' } as const;
  await preferencesTable.insert(
    tx,
    contact,
    { id: newId(start), page: 'preferences', language: 'es', before: { ...chosen, frequency: 'all' }, asked: chosen },
    start,
  );
  await preferencesTable.set(tx, contact, 'weekly', new Date(start.getTime() + 86_400_000));
  const maker = { id: newId(start), roles: ['owner'] };
  const list = await here.signUps.create(tx, { name: 'Vitrina', channels: ['email'] }, maker, start);
  const text = await here.signUps.words(tx, list, 'es');
  await here.signUpRequests.note(tx, list, { email: identity.email, channels: ['email'] }, text, start);
  await tx.query(
    'INSERT INTO member_test_address (tenant_id, member_id, contact_id, holder_epoch, proven_at) VALUES ($1, $2, $3, 1, $4) ON CONFLICT DO NOTHING',
    [tx.tenant, desk.agent, contact, start],
  );
  await here.consent.withdraw(tx, contact, { source: 'person', evidence: newId(start), now: start });
}

/** A request that was granted and may be carried out: as the case worker finds it. */
export async function aGranted(desk: Archive, contact: string, right: Right = 'access', level = 'L2'): Promise<string> {
  const request = { contact, right, scope: 'full', channel: 'whatsapp', receivedAt: start, now: start } as const;
  return desk.in(async (tx) => {
    // The same wish said again would belong to the one that is open.
    await tx.query(`UPDATE privacy_case SET state = 'closed' WHERE contact_id = $1 AND "right" = $2`, [contact, right]);
    const { id } = await desk.here.privacy.open(tx, request);
    await tx.query(
      "UPDATE privacy_case SET state = 'executing', outcome = 'granted', decided_at = $2, id_level = $3 WHERE id = $1",
      [...[id, start, level]],
    );
    return id;
  });
}

/** As the case worker calls it. */
export const carriedOut = (desk: Archive, id: string, now = start) =>
  desk.in(async (tx) => {
    const row = await casesTable.get(tx, id);
    if (!row) throw new Error('no such case');
    return desk.here.packages.next(tx, row, now);
  });

export const toldOf = (desk: Archive, id: string, now = start) =>
  desk.in(async (tx) => {
    const row = await casesTable.get(tx, id);
    if (!row) throw new Error('no such case');
    return desk.here.packages.told(tx, row, now);
  });

/** What is at the end of a link, by name. */
export async function fetched(desk: Archive, link: string, now = start): Promise<Record<string, string>> {
  const found = await desk.in((tx) => desk.here.packages.fetch(tx, link, '', now));
  if (typeof found === 'string') throw new Error(found);
  const parts: Buffer[] = [];
  for await (const part of found.content) parts.push(part);
  await found.done();
  return opened(Buffer.concat(parts));
}

export const opened = (zip: Buffer): Record<string, string> =>
  Object.fromEntries(
    Object.entries(unzipSync(zip)).map(([name, bytes]) => [name, Buffer.from(bytes).toString('utf8')]),
  );

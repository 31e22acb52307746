import { randomBytes } from 'node:crypto';
import { keepMisunderstood } from '../../../src/conversation/misunderstood.table';
import type { TenantTx } from '../../../src/data/database';
import { newId } from '../../../src/data/ids';
import { signDocument } from '../../../src/data/signed-document';
import { signerOf } from '../../../src/data/signing';
import { touchInbound } from '../../../src/domain/audience/contacts.table';
import { preferencesTable } from '../../../src/domain/consent/preferences.table';
import { SignUpRequests } from '../../../src/domain/consent/sign-up-requests.service';
import { SignUps } from '../../../src/domain/consent/sign-ups.service';
import type { CaseNotice } from '../../../src/domain/privacy/case-clocks';
import type { CaseView } from '../../../src/domain/privacy/case-view';
import { CaseWorker } from '../../../src/domain/privacy/case-worker';
import { Erasure } from '../../../src/domain/privacy/erasure';
import type { Executions } from '../../../src/domain/privacy/execution';
import { Privacy } from '../../../src/domain/privacy/privacy.service';
import { anId, aPerson, aPhone, start, world, wrote } from '../world';

/** The customer's privacy desk on a real database: cases, the worker that carries them out, and a clock that is moved by hand. */
export async function office() {
  const here = await world();
  const clock = { at: start, now: () => clock.at };
  const told: CaseView[] = [];
  const standing = new Map<string, number>();
  const senderId = await here.tenants.addSender(
    here.tenant,
    { channel: 'whatsapp', app: 'default', providerId: '1055', token: 'EAAB', label: 'Tienda' },
    start,
  );
  const notices: (CaseNotice & { case: string })[] = [];
  const { database, keys, audit, consent, audience } = here;
  const signer = signerOf(randomBytes(32).toString('base64'));
  const executions: { -readonly [R in keyof Executions]: Executions[R] } = {};
  const privacy: Privacy = new Privacy({
    ...{ audience, consent, audit, keys },
    executions: () => executions,
    ports: {
      onOpened: async (_tx, view) => void told.push(view),
      onChanged: async () => {},
      wake: () => {},
      wakeReply: () => {},
      sign: (document) => signDocument(document, signer),
      letterLink: async (_tx, letter) => `https://connectus.example/l/${letter}`,
    },
  });
  const erasure = new Erasure(keys, audience, consent, {
    removePosts: async (tx, contact) =>
      void (await tx.query("UPDATE slack_post SET state = 'deleted', pending = false WHERE contact_id = $1", [
        contact,
      ])),
    standingPosts: async (_tx, contact) => standing.get(contact) ?? 0,
  });
  executions.erase = erasure;
  const worker = new CaseWorker({
    ...{ database, clock, consent, privacy, executions: () => executions },
    onNotice: async (_tx, view, notice) => {
      if (desk.failNotices-- > 0) throw new Error('the notice broke');
      notices.push({ ...notice, case: view.id });
    },
  });
  /** The worker looks at a case now. */
  const work = (id: string) => worker.run(here.tenant, laneOf(id));
  /** How many notices break from now on. */
  const desk = { ...here, clock, told, notices, failNotices: 0, standing, senderId, privacy, executions, worker, work };
  return desk;
}
export type Office = Awaited<ReturnType<typeof office>>;

export const laneOf = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');
export const boss = { member: '00000000-0000-7000-8000-00000000b055', roles: ['privacy'] };

/** Somebody with something in every table. */
export async function aKnownPerson(desk: Office) {
  const identity = { phone: aPhone(), bsuid: anId() };
  const name = `Rosaura Quilapán ${randomBytes(4).toString('hex')}`;
  const contact = await aPerson(desk, { identity, name });
  const inbox = await wrote(desk, identity);
  await desk.in(async (tx) => {
    await touchInbound(tx, contact, start);
    const key = await desk.keys.person(tx, contact);
    const tenantKeys = await desk.keys.of(tx);
    await desk.audience.setAttribute(tx, contact, 'ciudad', `Putre ${name}`);
    await tx.query("UPDATE inbox SET handled_at = at, outcome = 'answered', contact_id = $2 WHERE id = $1", [
      inbox,
      contact,
    ]);
    const lane = tenantKeys.find('bsuid', identity.bsuid);
    await tx.query('INSERT INTO dialog (tenant_id, lane, contact_id, sealed, updated_at) VALUES ($1, $2, $3, $4, $5)', [
      tx.tenant,
      lane,
      contact,
      tenantKeys.seal(JSON.stringify({ said: name }), 'dialog'),
      start,
    ]);
    const line = { audience: 'recipient', language: 'es', candidates: [], text: name } as const;
    await tx.query('INSERT INTO identity_try (tenant_id, token, day, sent) VALUES ($1, $2, $3, 1)', [
      ...[tx.tenant, tenantKeys.find('phone', identity.phone), start],
    ]);
    await keepMisunderstood(tx, desk.keys, { contact }, line, start);
    for (const [batch, seq, purpose] of [
      [7, seqOf(), 'marketing'],
      [0, seqOf(), 'answer'],
    ] as const) {
      await tx.query(
        `INSERT INTO message (tenant_id, batch_id, seq, contact_id, sender_id, channel, purpose, state, sealed, body_hash, provider_find, accepted_at, created_at)
         VALUES ($1, $2, $3, $4, $5, 'whatsapp', $6, 'delivered', $7, $8, $8, $9, $9)`,
        [
          tx.tenant,
          batch,
          seq,
          contact,
          desk.senderId,
          purpose,
          key.seal(JSON.stringify({ kind: 'content', text: name }), `message|${batch}|${seq}`),
          randomBytes(32),
          start,
        ],
      );
      const receipt = 'INSERT INTO receipt (tenant_id, batch_id, seq, status, at) VALUES ($1, $2, $3, $4, $5)';
      await tx.query(receipt, [tx.tenant, batch, seq, 'delivered', start]);
    }
    const post = newId(start);
    await tx.query(
      `INSERT INTO slack_post (tenant_id, id, lane, contact_id, team, place, language, state, provider_id, sealed, card, created_at)
       VALUES ($1, $7, $2, $3, 'T1', '{}', 'es', 'posted', 'C1/1.2', $4, $5::jsonb, $6)`,
      [
        tx.tenant,
        randomBytes(8),
        contact,
        tenantKeys.seal(JSON.stringify({ text: name }), `slack_post|${post}`),
        JSON.stringify({ args: { contact } }),
        start,
        post,
      ],
    );
    await onPages(desk, tx, contact, identity.phone);
  });
  return { contact, identity, name, inbox };
}

/** What they did on pages of ours: chose, filled in a form; and another record of theirs that became this one. */
async function onPages(desk: Office, tx: TenantTx, contact: string, phone: string): Promise<void> {
  const chosen = { channels: [], frequency: 'weekly' } as const;
  const change = { id: newId(start), page: 'preferences', language: 'es', before: chosen, asked: chosen } as const;
  await preferencesTable.insert(tx, contact, change, start);
  await preferencesTable.set(tx, contact, 'weekly', start);
  await tx.query('INSERT INTO contact_alias (tenant_id, id, contact_id) VALUES ($1, $2, $3)', [
    tx.tenant,
    newId(start),
    contact,
  ]);
  const maker = { id: newId(start), roles: ['owner'] };
  const signUps = new SignUps(desk.consent, desk.audit, () => 'https://connectus.example');
  const list = await signUps.create(tx, { name: 'Vitrina', channels: ['sms'] }, maker, start);
  const text = await signUps.words(tx, list, 'es');
  await new SignUpRequests(desk.keys).note(tx, list, { phone, channels: ['sms'] }, text, start);
}

let seqs = 1_000;
const seqOf = () => ++seqs;

/** The person asked, said yes, and the controller accepted. */
export async function anAcceptedErasure(desk: Office, person: { contact: string; inbox: string }): Promise<string> {
  const { id } = await desk.in((tx) =>
    desk.privacy.open(tx, {
      contact: person.contact,
      right: 'erase',
      from: person.inbox,
      receivedAt: start,
      now: start,
    }),
  );
  await desk.in((tx) => desk.privacy.confirm(tx, id, start));
  await desk.in((tx) => desk.privacy.accept(tx, id, {}, boss, start));
  return id;
}

/** What became of the answer. */
export async function answerIs(desk: Office, id: string, state: string, reason?: string): Promise<void> {
  await desk.in((tx) =>
    tx.query(
      `UPDATE message SET state = $2, accepted_at = $3, reason = $4 WHERE batch_id = 0 AND seq = (SELECT answer_seq FROM privacy_case WHERE id = $1)`,
      [id, state, desk.clock.at, reason ?? null],
    ),
  );
}

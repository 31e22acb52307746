import { randomBytes } from 'node:crypto';
import type { Identity } from '../../../src/channel';
import type { TenantTx } from '../../../src/data/database';
import type { Right } from '../../../src/domain/privacy/case-state';
import type { Talk } from '../../../src/domain/privacy/identity-ways';
import { testDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { aMaster, aPhone, start } from '../../support/ground';
import { testRedis } from '../../support/redis';
import { arrived, aTenant, RecordingChannel, wire } from '../../support/world';

export const boss = { member: '00000000-0000-7000-8000-00000000b055', roles: ['privacy'] };
export const aMail = (): string => `persona-${randomBytes(4).toString('hex')}@correo.example`;

/** A customer with a number, a text line and a mailbox, the whole way out behind them, and people whose data it holds. */
export async function anInquiry() {
  const place = await testDatabase();
  const channel = new RecordingChannel();
  const here = wire({ appUrl: place.appUrl, redis: testRedis(), master: aMaster() }, { channel });
  const { id: tenant, providerId } = await aTenant(here);
  const add = (of: string, address: string, purpose: 'all' | 'privacy' = 'all', whose = tenant) =>
    here.tenants.addSender(
      whose,
      { channel: of, app: 'default', providerId: address, token: 'none', label: address, purpose },
      start,
    );
  await add('email', 'privacidad@tienda.example', 'privacy');
  await add('sms', '56229384001');
  here.start();
  const inside = <T>(work: (tx: TenantTx) => Promise<T>, whose = tenant): Promise<T> => here.in(whose, work);

  const laneOf = (from: Identity): Promise<Buffer> =>
    inside(async (tx) => {
      const keys = await here.keys.of(tx);
      if (from.bsuid) return keys.find('bsuid', from.bsuid);
      return from.phone ? keys.find('phone', from.phone) : keys.find('email', from.email ?? '');
    });
  /** A message of theirs, in the inbox. */
  const writes = async (identity: Identity, by = 'whatsapp', at = here.clock.now()): Promise<Talk> => {
    const from = by === 'email' ? { email: identity.email ?? '' } : identity;
    const { id } = await arrived(
      here,
      tenant,
      {
        ...{ channel: by, app: 'default', id: randomBytes(6).toString('hex'), at, kind: 'message' },
        sender: { whatsapp: providerId, sms: '56229384001', email: 'privacidad@tienda.example' }[by] ?? providerId,
        ...{ from, content: { type: 'text', text: 'mis datos' } },
      },
      await laneOf(from),
    );
    return { channel: by, inbox: id, level: here.identity.policy.byChannel(by) };
  };
  const holds = async (identity: Identity, about: { name?: string; rut?: string } = {}): Promise<string> =>
    inside(async (tx) => {
      const { contact } = await here.audience.findOrCreate(tx, identity, { source: 'import:clientes', now: start });
      if (about.name) await here.audience.setName(tx, contact, about.name);
      if (about.rut) await here.audience.setAttribute(tx, contact, 'rut', about.rut);
      return contact;
    });
  const asks = async (contact: string, right: Right, talk: Talk): Promise<string> =>
    inside(async (tx) => {
      const now = here.clock.now();
      return (await here.privacy.open(tx, { contact, right, from: talk.inbox, receivedAt: now, now })).id;
    });
  const { identity } = here;
  const read = new Set<string>();
  return {
    ...{ here, tenant, channel, inside, writes, holds, asks, add },
    ownerUrl: place.ownerUrl,
    /** A known person asks for all that is held of them. */
    async aRequest(who: Identity = { phone: aPhone(), email: aMail() }, right: Right = 'access', by = 'whatsapp') {
      const contact = await holds(who, { name: 'Rosaura Quilapán' });
      const talk = await writes(who, by);
      return { who, contact, talk, id: await asks(contact, right, talk) };
    },
    of: (id: string) => inside((tx) => identity.of(tx, id)),
    begin: (id: string, talk?: Talk) => inside((tx) => identity.begin(tx, id, here.clock.now(), talk)),
    prove: (id: string, code: string) => inside((tx) => identity.prove(tx, id, code, here.clock.now())),
    hear: (contact: string, code: string) =>
      inside((tx) => identity.hear(tx, contact, code, 'America/Santiago', here.clock.now())),
    /** The newest code that really left for this number or mailbox, once. */
    async codeTo(address: string): Promise<string> {
      const all = () =>
        channel.sent.filter(
          (one) =>
            (one.sender.channel === 'email' ? one.to.email : one.to.phone) === address && !read.has(one.reference),
        );
      const last = await eventually(() => {
        const found = all().findLast(({ text }) => /\b\d{6}\b/.test(text));
        if (!found) throw new Error(`no code for ${address}`);
        return found;
      });
      read.add(last.reference);
      return /\b\d{6}\b/.exec(last.text)?.[0] ?? '';
    },
    passes: (minutes: number) => {
      here.clock.at = new Date(here.clock.at.getTime() + minutes * 60_000);
    },
    async close() {
      await here.stop();
      await place.drop();
    },
  };
}
export type Inquiry = Awaited<ReturnType<typeof anInquiry>>;

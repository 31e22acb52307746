import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { Router } from 'express';
import { z } from 'zod';
import { toBlocks, toHome, toModal, toNotice } from '../../adapters/slack/blocks';
import { checkBlocks } from '../../simulator/slack/blocks';
import { checkView } from '../../simulator/slack/views';
import { createApp } from '../../src/app';
import type {
  Adapter,
  Channel,
  ChannelEvent,
  Content,
  Form,
  Medium,
  NumberStanding,
  Sender,
  Surface,
} from '../../src/channel';
import type { Clock } from '../../src/clock';
import type { Config } from '../../src/config';
import { loadCatalogue } from '../../src/conversation/catalogue';
import { cardDrawer } from '../../src/conversation/draw-card';
import type { CardRef } from '../../src/conversation/posts.table';
import type { TenantTx } from '../../src/data/database';
import { Keys } from '../../src/data/keys';
import { localVault } from '../../src/data/vault';
import { seedDemo } from '../../src/demo/seed';
import type { Language } from '../../src/intent';
import { root } from '../../src/load';
import { type Log, silentLog } from '../../src/log';
import { Metrics } from '../../src/metrics';
import { watchedLog } from '../../src/operations/watched';
import { testDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { lendModels } from '../support/models';
import { testRedis } from '../support/redis';

export const andina = '019ad5a0-0000-7000-8000-0000000000a1';
export const clinica = '019ad5a0-0000-7000-8000-0000000000b2';
export const numbers: Readonly<Record<string, string>> = { [andina]: '106540352242922', [clinica]: '106540352242933' };
/** Wiring the product trains its understanding. */
export const OPENING_MS = 120_000;
/** Tuesday 1 December 2026, 10:30 in Santiago. */
const start = new Date('2026-12-01T13:30:00Z');
const publicUrl = 'https://connectus.example';
const wellStanding: NumberStanding = {
  ...{ name: '', quality: 'GREEN', status: 'CONNECTED', canSend: 'AVAILABLE', problems: [] },
};
/** Connectus' own, for requests that name no company. */
export const houseMailbox = 'privacidad@connectus.example';

export interface MovableClock extends Clock {
  /** @param minutes ahead */
  forward(minutes: number): void;
}

/** Where the wire to Slack does not end here. */
export interface HouseOptions {
  port?: number;
  clock?: MovableClock;
  slack?: { adapter: Adapter; settings: Record<string, string> };
  log?: Log;
  /** Settings beside the usual ones. */
  settings?: Partial<Config>;
  /** Each adapter of the edge, as it is used here. */
  through?(adapter: Adapter): Adapter;
}

/** The product's clock: it stands until it is moved. */
class StandingClock implements MovableClock {
  private at = start;
  now(): Date {
    return this.at;
  }
  forward(minutes: number): void {
    this.at = new Date(this.at.getTime() + minutes * 60_000);
  }
}

/** Something that stands, or is to stand, in Slack, drawn as it is now. */
export interface Post {
  id: string;
  place: { team: string; channel?: string; user?: string; private?: boolean };
  content: Content;
  /** `intent/card`; empty where it is a plain message. */
  card: string;
}

/** A folder of its own, but for what was learnt from the catalogue: that is kept between runs. */
function aDataFolder(): string {
  const folder = mkdtempSync(join(process.env.TEST_FOLDER as string, 'house-'));
  lendModels(folder);
  return folder;
}

/** The whole product as it is wired to run, with the two demo customers; only the wires to WhatsApp and Slack end here. */
export async function openHouse({
  port = 0,
  clock = new StandingClock(),
  slack,
  log = silentLog,
  settings = {},
  through = (one) => one,
}: HouseOptions = {}) {
  const place = await testDatabase();
  const master = randomBytes(32).toString('base64');
  const edge = recordingEdge();
  const config = {
    ...{ NODE_ENV: 'test', ROLE: 'all', HOST: '127.0.0.1', PORT: port, DATABASE_POOL: 8 },
    adapters: slack ? { slack: slack.settings } : {},
    ...{
      DATABASE_APP_URL: place.appUrl,
      MASTER_KEY: master,
      SIGNING_KEY: randomBytes(32).toString('base64'),
      PUBLIC_URL: publicUrl,
      PRIVACY_MAILBOX: houseMailbox,
    },
    REDIS_URL: `${testRedis().url}/${randomInt(1, 16)}`, // no other test file's wake-ups
    DATA_DIR: aDataFolder(),
    ...settings,
  } as Config;
  const adapters = slack ? edge.adapters.map((one) => (one.name === 'slack' ? slack.adapter : one)) : edge.adapters;
  const metrics = new Metrics();
  const app = await createApp({
    ...{ config, log: watchedLog(log, metrics), metrics, clock, adapters: adapters.map(through) },
  });
  await seedDemo({ database: app.database, rooms: app.rooms, now: start, whatsappToken: 'token' });
  const { url } = await app.start();

  const keys = new Keys(app.database, localVault([master]));
  const catalogue = loadCatalogue(join(root, 'intents'));
  const draw = cardDrawer({ catalogue, keys, clock, domain: () => app.rooms, publicUrl });
  const inside = <T>(tenant: string, work: (tx: TenantTx) => Promise<T>): Promise<T> =>
    app.database.withTenant(tenant, work);

  /** Hands over what came in, and waits until it was handled. Returns what was said back to the person, in order. */
  const receive = async (tenant: string, event: ChannelEvent): Promise<Content[]> => {
    const before = await inside(tenant, inboxIds);
    const last = await inside(tenant, lastSaid);
    await edge.receive([event]);
    const mine = (await inside(tenant, inboxIds)).filter((id) => !before.includes(id));
    await eventually(async () => expect(await inside(tenant, (tx) => waiting(tx, mine))).toBe(0));
    await eventually(async () => expect(await inside(tenant, (tx) => onTheirWay(tx, last))).toBe(0));
    return inside(tenant, (tx) => repliesTo(tx, keys, mine, last));
  };
  return {
    ...{ rooms: app.rooms, clock, edge, keys, inside, receive, url },
    /** Everything in this customer's Slack, oldest first. @param after of these */
    posts: (tenant: string, after: readonly string[] = []): Promise<Post[]> =>
      inside(tenant, (tx) => posts(tx, keys, draw, after)),
    postIds: (tenant: string): Promise<string[]> => inside(tenant, postIds),
    /** The clock was moved: what waits for it is looked at. */
    hurry: () => app.hurry(),
    async close() {
      await app.stop();
      await place.drop();
      expect(edge.unfit).toEqual([]);
    },
  };
}
export type House = Awaited<ReturnType<typeof openHouse>>;

const inboxIds = async (tx: TenantTx): Promise<string[]> =>
  (await tx.query<{ id: string }>("SELECT id FROM inbox WHERE kind = 'turn'")).map((row) => row.id);

async function waiting(tx: TenantTx, ids: readonly string[]): Promise<number> {
  const rows = await tx.query('SELECT 1 AS one FROM inbox WHERE id = ANY($1::uuid[]) AND handled_at IS NULL', [ids]);
  return rows.length;
}

async function lastSaid(tx: TenantTx): Promise<string> {
  const [row] = await tx.query<{ last: string }>(
    'SELECT coalesce(max(seq), 0)::text AS last FROM message WHERE batch_id = 0',
  );
  return row?.last ?? '0';
}

async function onTheirWay(tx: TenantTx, since: string): Promise<number> {
  const rows = await tx.query(
    "SELECT 1 AS one FROM message WHERE batch_id = 0 AND seq > $1 AND state IN ('queued', 'sending')",
    [since],
  );
  return rows.length;
}

/** What left through the gate because of these; what a case itself answers is no reply. */
async function repliesTo(tx: TenantTx, keys: Keys, ids: readonly string[], since: string): Promise<Content[]> {
  const rows = await tx.query<{ seq: string; contact: string; sealed: Buffer }>(
    `SELECT m.seq, m.contact_id AS contact, m.sealed FROM message m
     WHERE m.batch_id = 0 AND m.seq > $2 AND m.state NOT IN ('failed', 'cancelled')
       AND (m.bound_to = ANY($1::uuid[]) OR m.purpose = 'case'
         AND m.contact_id IN (SELECT n.contact_id FROM inbox n WHERE n.id = ANY($1::uuid[]))
         AND NOT EXISTS (SELECT 1 FROM privacy_case p WHERE p.answer_seq = m.seq))
     ORDER BY m.seq`,
    [ids, since],
  );
  const said: Content[] = [];
  for (const { seq, contact, sealed } of rows)
    said.push(JSON.parse((await keys.person(tx, contact)).open(sealed, `message|0|${seq}`).toString('utf8')));
  return said;
}

type PostRow = { id: string; place: Post['place']; card: CardRef; language: Language; sealed: Buffer };

const postIds = async (tx: TenantTx): Promise<string[]> =>
  (await tx.query<{ id: string }>('SELECT id FROM slack_post')).map((row) => row.id);

async function posts(
  tx: TenantTx,
  keys: Keys,
  draw: ReturnType<typeof cardDrawer>,
  after: readonly string[],
): Promise<Post[]> {
  const rows = await tx.query<PostRow>(
    `SELECT id, place, card, language, sealed FROM slack_post
     WHERE state NOT IN ('removing', 'deleted') AND id <> ALL($1::uuid[]) ORDER BY id`,
    [after],
  );
  const tenantKeys = await keys.of(tx);
  const found: Post[] = [];
  for (const { id, place, card, language, sealed } of rows) {
    const content = card
      ? await draw(tx, card, language)
      : (JSON.parse(tenantKeys.open(sealed, `slack_post|${id}`).toString('utf8')) as Content);
    found.push({ id, place, content, card: card ? `${card.intent}/${card.card}` : '' });
  }
  return found;
}

/** Adapters that take in what the test says and keep what they are told to send. */
function recordingEdge() {
  const forms: Form[] = [];
  /** Files that members put into Slack, by id; and those that were put there for them. */
  const files = new Map<string, Buffer>();
  const put: { name: string; text: string }[] = [];
  /** Each time somebody's page was drawn. */
  const homes: { user: string; content: Content }[] = [];
  const sent: { to: string; text: string; channel: string; medium?: string; variables?: readonly string[] }[] = [];
  /** Files that were left with WhatsApp for somebody. */
  const uploaded: { id: string; mime: string; name: string; content: Buffer }[] = [];
  /** How each provider sees all of its numbers. */
  const standings: Record<string, NumberStanding> = { whatsapp: wellStanding };
  let take: (events: readonly ChannelEvent[]) => Promise<void> = async () => {};
  /** What Slack would have refused. */
  const unfit: string[] = [];
  const mustFit = (check: () => unknown) => {
    try {
      check();
    } catch (error) {
      unfit.push(JSON.stringify(error));
    }
  };
  const posted = async (_sender: unknown, _at: unknown, content: Content) => {
    mustFit(() => checkBlocks(toBlocks(content).blocks, 'message'));
    return accepted();
  };
  const accepted = async () => ({ outcome: 'accepted', providerId: `x/${randomBytes(8).toString('hex')}` }) as const;
  const form: Surface['form'] = async (_sender, _view, shown) => {
    mustFit(() => checkView('fields' in shown ? toModal(shown) : toNotice(shown), 'modal'));
    forms.push(shown as Form);
    return accepted();
  };
  const fetchFile: NonNullable<Surface['fetchFile']> = async (_sender, id) => {
    const content = files.get(id);
    if (!content) return { outcome: 'refused', code: 'SLACK_file_not_found', treatment: 'permanent' };
    return {
      outcome: 'accepted',
      source: (async function* () {
        yield content;
      })(),
    };
  };
  const putFile: Surface['putFile'] = async (_sender, _at, { name, content }) => {
    const parts: Buffer[] = [];
    for await (const part of Buffer.isBuffer(content) ? [content] : content.source) parts.push(part);
    put.push({ name, text: Buffer.concat(parts).toString() });
    return accepted();
  };
  const home: Surface['home'] = async (_sender, user, content) => {
    mustFit(() => checkView(toHome(content), 'home'));
    homes.push({ user, content });
    return accepted();
  };
  const channel = (name: string): Channel => ({
    routes: (receive) => {
      take = receive;
      return Router();
    },
    send: async (_sender, to, content) => {
      const address = name === 'email' ? to.email : (to.phone ?? to.bsuid);
      const text = content.kind === 'template' ? content.name : content.text;
      const medium = content.kind === 'media' ? { medium: content.media } : {};
      const values = content.kind === 'template' ? { variables: content.variables } : {};
      sent.push({ to: address ?? '', text, channel: name, ...medium, ...values });
      return accepted();
    },
    ...(name === 'whatsapp' && {
      standing: async () => ({ outcome: 'accepted', value: standings.whatsapp ?? wellStanding }) as const,
      fetch: (sender: Sender, id: string, most: number) => fetchFile(sender, id, most),
      upload: async (_sender: Sender, { mime, name: called, content }: Medium) => {
        const id = `M${uploaded.length + 1}`;
        uploaded.push({ id, mime, name: called, content });
        return { outcome: 'accepted', providerId: id } as const;
      },
    }),
    ...(name === 'slack' && {
      surface: { post: posted, update: posted, remove: accepted, form, home, fetchFile, putFile },
    }),
  });
  const adapter = (name: string): Adapter => ({ name, settings: z.object({}), create: () => channel(name) });
  return {
    adapters: [adapter('whatsapp'), adapter('slack'), adapter('sms'), adapter('email')],
    forms,
    files,
    put,
    homes,
    sent,
    unfit,
    standings,
    uploaded,
    receive: (events: ChannelEvent[]) => take(events),
  };
}

import type { AddressInfo } from 'node:net';
import { adapter } from '../../adapters/slack';
import { settingsOf } from '../../simulator/settings';
import { Simulator } from '../../simulator/simulator';
import type { Adapter } from '../../src/channel';
import { freePort } from '../../src/local/ports';
import type { Log } from '../../src/log';
import { eventually } from '../support/eventually';
import { andina, openHouse } from './house';

// biome-ignore lint/suspicious/noExplicitAny: answers of a wire protocol, read by tests
type Any = any;
type Json = Record<string, unknown>;

/** What stands in Slack, as somebody there reads it. */
export interface Read {
  ts: string;
  channel: string;
  text: string;
  lines: string[];
  blocks: Any[];
  buttons: { label: string; actionId: string; value: string }[];
  bot?: boolean;
  ephemeral?: string;
  thread_ts?: string;
}

export const channel = 'C0CAMPANAS';
const secret = 'signing-secret';

/** The house with its wire to Slack: the adapter as it is, and the stand-in on the other end, whose time both follow. */
export async function openWires(log?: Log) {
  const port = await freePort();
  const productUrl = `http://127.0.0.1:${port}`;
  const simulator = new Simulator(settingsOf({ SIM_PRODUCT_URL: productUrl, SIM_SLACK_SIGNING_SECRET: secret }));
  await new Promise<void>((done) => simulator.server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(simulator.server.address() as AddressInfo).port}`;
  const sim = async (verb: 'GET' | 'POST' | 'DELETE', path: string, body?: Json): Promise<Any> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}/__sim/${path}`, {
      method: verb,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    return response.json();
  };
  let ahead = Date.parse((await sim('GET', 'clock')).now) - Date.now();
  const clock = {
    now: () => new Date(Date.now() + ahead),
    forward: (minutes: number) => {
      ahead += minutes * 60_000;
      void sim('POST', 'clock', { advance: minutes * 60_000 });
    },
  };
  const settings = { SLACK_SIGNING_SECRET: secret, SLACK_API_URL: `${url}/api/` };
  const slack = { adapter: adapter as unknown as Adapter, settings };
  const house = await openHouse({ port, clock, slack, ...(log && { log }) });
  await sim('POST', 'slack/delivery', { burst: 10_000 });

  /** Everything that came in was handled, and what it led to stands in Slack. */
  const settled = (tenant = andina) =>
    eventually(
      () =>
        house.inside(tenant, async (tx) => {
          const [open] = await tx.query<{ inbox: number; posts: number }>(
            `SELECT (SELECT count(*) FROM inbox WHERE kind = 'turn' AND handled_at IS NULL)::int AS inbox,
                    (SELECT count(*) FROM slack_post WHERE pending AND state <> 'posted')::int AS posts`,
          );
          expect(open).toEqual({ inbox: 0, posts: 0 });
        }),
      { within: 30_000, every: 50 },
    );
  const inboxOf = (tenant = andina) =>
    house.inside(tenant, (tx) =>
      tx.query<{ id: string; outcome: string | null }>("SELECT id, outcome FROM inbox WHERE kind = 'turn' ORDER BY id"),
    );

  function member(user: string, team = 'T0ANDINA', tenant = andina) {
    const me = { team, user };
    const reads = async (place = 'dm'): Promise<Read[]> =>
      (await sim('GET', `slack/messages?${new URLSearchParams({ ...me, channel: place })}`)).messages;
    const views = async (): Promise<Any[]> => (await sim('GET', `slack/views?${new URLSearchParams(me)}`)).views;
    /** What they do, and what comes of it: outcomes of what was taken in, and what is new where they can read. */
    const after = async (
      act: () => Promise<Any>,
    ): Promise<{ answer: Any; outcomes: (string | null)[]; news: Read[] }> => {
      const places = ['dm', channel, ...(user === 'U0CAMILA' ? ['C0ATENCION'] : [])];
      const all = async () => (await Promise.all(places.map(reads))).flat();
      const [before, rows] = [
        new Set((await all()).map(({ ts }) => ts)),
        new Set((await inboxOf(tenant)).map(({ id }) => id)),
      ];
      const answer = await act();
      await settled(tenant);
      const outcomes = (await inboxOf(tenant)).filter(({ id }) => !rows.has(id)).map(({ outcome }) => outcome);
      return { answer, outcomes, news: (await all()).filter(({ ts, bot }) => bot && !before.has(ts)) };
    };
    const act = (what: string, more: Json = {}) => after(() => sim('POST', `slack/${what}`, { ...me, ...more }));
    return {
      reads,
      views,
      act,
      after,
      dm: (text: string) => act('dm', { text }),
      command: (text: string, place = channel) => act('slash', { text, channel: place }),
      mention: (text: string, more: Json = {}) => act('mention', { text, channel, ...more }),
      /** To nobody by name. */
      talks: (text: string, more: Json = {}) => act('message', { text, channel, ...more }),
      presses: (on: Read, label: string | RegExp) => {
        const button = on.buttons.find((one) =>
          typeof label === 'string' ? one.label === label : label.test(one.label),
        );
        if (!button)
          throw new Error(`no button ${label} on ${on.lines.join(' | ')}: ${on.buttons.map((one) => one.label)}`);
        return act('click', { channel: on.channel, ts: on.ts, actionId: button.actionId });
      },
      uses: (callbackId: string, on?: Pick<Read, 'channel' | 'ts'>) =>
        act('shortcut', { callbackId, ...(on && { channel: on.channel, ts: on.ts }) }),
      /** The form that is open, filled in and sent. */
      fills: async (values: Json) => act('submit', { viewId: (await views()).at(-1)?.id, values }),
    };
  }
  return {
    house,
    sim,
    url: productUrl,
    clock,
    settled,
    inboxOf,
    member,
    async close() {
      await house.close();
      simulator.close();
    },
  };
}
export type Wires = Awaited<ReturnType<typeof openWires>>;

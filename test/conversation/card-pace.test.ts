import type { Content, SurfaceRef } from '../../src/channel';
import { Posts } from '../../src/conversation/posts';
import { silentLog } from '../../src/log';
import { start, type World, world } from '../domain/world';
import { eventually } from '../support/eventually';

let here: World;
beforeAll(async () => {
  here = await world();
}, 60_000);
afterAll(() => here?.close());

const second = 1_000;
/** What a timer may be early by. */
const slackMs = 30;

/** Our posts, with what reached Slack and when; a card says what its topic stands at. */
function desk() {
  const states = new Map<string, number>();
  const shown: { post: string; text: string; at: number; isUpdate: boolean }[] = [];
  let count = 0;
  const took = (post: string, { text }: Content, isUpdate: boolean) => {
    shown.push({ post, text, at: performance.now(), isUpdate });
    return { outcome: 'accepted', providerId: post } as const;
  };
  const refuse = async () => ({ outcome: 'refused', code: 'SLACK_NO', treatment: 'bug' }) as const;
  const posts = new Posts({
    ...{ database: here.database, keys: here.keys, log: silentLog, wake: () => {} },
    surface: {
      post: async (_sender, at, content) => took(`${at.channel}/${++count}`, content, false),
      update: async (_sender, at, content) => took(`${at.channel}/${at.post}`, content, true),
      remove: refuse,
      form: refuse,
    },
    workspace: async () => ({ channel: 'slack', app: 'default', id: 'T1', token: 'token' }),
    draw: async (_tx, { args }) => ({ text: `${args.topic}: ${states.get(args.topic ?? '')}` }),
  });
  const at = (channel: string): SurfaceRef => ({ team: 'T1', channel });
  return {
    shown,
    stand: (topic: string, channel: string) =>
      here.in((tx) =>
        posts.add(
          tx,
          { at: at(channel), language: 'es', topic, card: { intent: 'i', card: 'c', args: { topic } } },
          start,
        ),
      ),
    move: (topic: string, to: number) => {
      states.set(topic, to);
      return here.in((tx) => posts.refresh(tx, topic));
    },
    /** Works on these channels until nothing is left to draw. */
    settle: (...channels: string[]) =>
      eventually(
        async () => {
          for (const channel of channels) {
            const lane = await here.in(async (tx) => (await here.keys.of(tx)).findRaw('lane', `post|T1|${channel}`));
            while ((await posts.run(here.tenant, lane)) === 'again');
          }
          const left = await here.in((tx) => tx.query('SELECT 1 AS one FROM slack_post WHERE pending'));
          expect(left).toHaveLength(0);
        },
        { within: 15_000, every: 20 },
      ),
  };
}

it('when several cards of one channel move at once, then it gets an update a second, no card starves, and each ends as it stands', async () => {
  const { shown, stand, move, settle } = desk();
  for (const topic of ['one', 'two']) {
    await move(topic, 0);
    await stand(topic, 'C1');
  }
  await settle('C1');
  for (const state of [1, 2]) {
    for (const topic of ['one', 'two']) await move(topic, state);
    await settle('C1');
  }
  const updates = shown.filter(({ isUpdate }) => isUpdate);
  const gaps = shown.slice(1).flatMap((one, before) => (one.isUpdate ? [one.at - (shown[before]?.at ?? 0)] : []));
  for (const gap of gaps) expect(gap).toBeGreaterThan(second - slackMs);
  for (const topic of ['one', 'two']) {
    const own = shown.filter(({ text }) => text.startsWith(topic));
    expect(own.at(-1)?.text).toBe(`${topic}: 2`);
  }
  expect(updates).toHaveLength(4);
});

it('when another channel moves besides, then neither waits for the other', async () => {
  const { shown, stand, move, settle } = desk();
  for (const [topic, channel] of [
    ['three', 'C3'],
    ['four', 'C4'],
  ] as const) {
    await move(topic, 0);
    await stand(topic, channel);
  }
  await settle('C3', 'C4');
  for (const topic of ['three', 'four']) await move(topic, 1);
  await settle('C3', 'C4');
  const [one, other] = shown.filter(({ isUpdate }) => isUpdate);
  expect(Math.abs((one?.at ?? 0) - (other?.at ?? second))).toBeLessThan(second / 2);
});

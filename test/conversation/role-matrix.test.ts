import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { adapter as slack } from '../../adapters/slack';
import { conformance } from '../../adapters/slack/conformance';
import type { Adapter } from '../../src/channel';
import { signAction } from '../../src/conversation/actions';
import { type Intent, loadCatalogue } from '../../src/conversation/catalogue';
import { sayError } from '../../src/conversation/texts';
import { newId } from '../../src/data/ids';
import { isRole } from '../../src/domain/accounts/roles';
import { errorTable } from '../../src/errors';
import { openEvent } from '../../src/inbox/intake';
import { root } from '../../src/load';
import { fixture } from '../adapters/fixtures';
import { closedPort } from '../adapters/provider';
import { eventually } from '../support/eventually';
import { andina, clinica, type House, OPENING_MS, openHouse } from './house';
import { tableOf, written } from './security-page';

const file = join(root, 'docs', 'security.md');
const catalogue = loadCatalogue(join(root, 'intents'));
const WALKING_MS = 300_000;

describe('docs/security.md', () => {
  it('when somebody reads its tables, then they are those of the code (write them anew: WRITE_DOCS=1)', () => {
    const page = readFileSync(file, 'utf8');
    if (process.env.WRITE_DOCS) writeFileSync(file, written(page));
    expect(readFileSync(file, 'utf8')).toBe(written(page));
  });
});

/** Who speaks: the column of the table that says what they may, where they are from, and where they press. */
interface Who {
  name: string;
  column: string;
  team: string;
  user: string;
}
const team = 'T0ANDINA';
const { columns, may } = tableOf(readFileSync(file, 'utf8'));
/** Of each kind there are several, so that many things can be said at once by people who have said nothing yet. */
const twins = [0, 1, 2, 3, 4, 5];
const membersAt = (twin: number): Who[] =>
  columns.filter(isRole).map((role) => ({ name: role, column: role, team, user: `U0M${role.toUpperCase()}${twin}` }));
const outsidersAt = (twin: number): Who[] =>
  ['unknown', 'removed', 'ungranted'].map((name) => ({
    ...{ name, column: 'unlinked', team, user: `U0X${name.toUpperCase()}${twin}` },
  }));
const members = twins.flatMap(membersAt);
const everybody = twins.flatMap((twin) => [...membersAt(twin), ...outsidersAt(twin)]);
const whoIs = (user: string): Who => everybody.find((one) => one.user === user) as Who;
/** An owner, but of another customer; in a channel that both share. */
const foreigner: Who = { name: 'foreigner', column: 'nobody', team: 'T0CLINICA', user: 'U0ELENA' };
const mayHave = ({ column }: Who, intent: string): boolean => may.get(intent)?.has(column) === true;

let house: House;
let count = 0;

beforeAll(async () => {
  const nowhere = `${await closedPort()}/api/`;
  // Requests come in as Slack sends them; what is said back stays here.
  const through = (edge: Adapter): Adapter =>
    edge.name !== 'slack'
      ? edge
      : {
          ...edge,
          create: (settings, deps) => {
            const real = slack.create({ ...conformance.settings, SLACK_API_URL: nowhere }, deps);
            return {
              ...edge.create(settings, deps),
              routes: (receive) => real.routes(receive),
              close: () => real.close?.() ?? Promise.resolve(),
            };
          },
        };
  house = await openHouse({ through });
  const now = house.clock.now();
  const later = new Date(now.getTime() + 86_400_000);
  await house.inside(andina, async (tx) => {
    for (const { name, user } of members)
      if (isRole(name)) await house.rooms.members.join(tx, { team, user, name }, [name], now, later);
    for (const twin of twins) {
      const removed = await house.rooms.members.join(tx, { team, user: `U0XREMOVED${twin}` }, ['owner'], now);
      await house.rooms.members.leave(tx, removed.id, 'system:test', now);
      await house.rooms.members.join(tx, { team, user: `U0XUNGRANTED${twin}` }, ['support', 'platform'], now, now);
    }
  });
}, OPENING_MS);
afterAll(() => house?.close());

/** One thing that is said or pressed, by one of them. */
interface Try {
  who: Who;
  intent: string;
  what: string;
  payload: Record<string, unknown>;
}
const stamp = (): string => `${Math.floor(house.clock.now().getTime() / 1_000)}.${String(++count).padStart(6, '0')}`;

const dm = ({ user }: Who, text: string) => {
  const payload = fixture('slack', 'dm');
  const event = { ...payload.event, user, text, channel: `D${user}`, ts: stamp() };
  return { ...payload, event_id: `Ev${++count}`, event };
};
const mention = ({ user, team: home }: Who, text: string) => {
  const payload = fixture('slack', 'mention');
  const event = { ...payload.event, user, text: `<@U0BOT> ${text}`, ts: stamp(), team: home };
  return { ...payload, event_id: `Ev${++count}`, event };
};
const command = ({ user }: Who, text: string) => ({
  ...fixture('slack', 'command'),
  ...{ user_id: user, text, trigger_id: `t.${++count}` },
});
const button = ({ user, team: home }: Who, action: string) => {
  const payload = fixture('slack', 'button');
  const [one] = payload.actions;
  const actions = [{ ...one, value: action, action_ts: stamp() }];
  return { ...payload, user: { ...payload.user, id: user, team_id: home }, actions };
};
const submission = ({ user, team: home }: Who, action: string) => {
  const payload = fixture('slack', 'form');
  const view = { ...payload.view, id: `V${++count}`, private_metadata: action };
  return { ...payload, user: { ...payload.user, id: user, team_id: home }, view };
};
const spoken = [dm, mention, command];
const pressed = [button, submission];

async function signed(tenant: string, intent: string, act: string, args: Record<string, string>): Promise<string> {
  return signAction(await house.keys.tenant(tenant), { intent, act, args }, house.clock.now());
}

/** A sentence that its own file says is heard as this. */
const sentenceOf = ({ audience, id }: Intent): string | undefined => {
  const { tests = [] } = load(readFileSync(join(root, 'intents', audience, id, 'es.yaml'), 'utf8')) as {
    tests?: { say: string; expect: string }[];
  };
  return tests.find(({ expect: heard }) => heard === id)?.say;
};

const deliver = async (payload: Record<string, unknown>): Promise<void> => {
  const { body, contentType } = conformance.write(payload);
  const headers = { 'content-type': contentType, ...conformance.sign(body, house.clock.now()) };
  expect((await fetch(`${house.url}/slack/events`, { method: 'POST', body, headers })).status).toBe(200);
};

type Row = { id: string; at: Date; sealed: Buffer; outcome: string | null };
const rowsOf = (tenant: string, after: string): Promise<Row[]> =>
  house.inside(tenant, (tx) =>
    tx.query<Row>("SELECT id, at, sealed, outcome FROM inbox WHERE kind = 'turn' AND id > $1 ORDER BY id", [after]),
  );

/** Sends them as Slack does, many at a time, and says what was done of each, in no order. */
async function walk(
  tries: readonly Try[],
  tenant = andina,
): Promise<{ user: string; outcome: string; said: string }[]> {
  const before = newId();
  for (let at = 0; at < tries.length; at += 40)
    await Promise.all(tries.slice(at, at + 40).map(({ payload }) => deliver(payload)));
  await eventually(
    async () => {
      const rows = await rowsOf(tenant, before);
      expect(rows.filter(({ outcome }) => outcome !== null).length).toBe(tries.length);
    },
    { within: 150_000, every: 100 },
  );
  const keys = await house.keys.tenant(tenant);
  return (await rowsOf(tenant, before)).map((row) => {
    const event = openEvent(keys, row);
    const user = 'from' in event ? (event.from.slack?.user ?? '') : '';
    const said = event.kind === 'action' ? event.action.split('.').slice(1, 3).join('/') : event.kind;
    return { user, outcome: row.outcome ?? '', said };
  });
}

/** Every question that is open is forgotten: each sentence is said by somebody who comes anew. */
const forgetTalk = () => house.inside(andina, (tx) => tx.query('DELETE FROM dialog'));

const refusals = ['ROLE_REQUIRED', 'NOT_LINKED', 'ACTION_INVALID'];
const intentIn = (outcome: string): string => outcome.split(/[/?]/)[0] ?? '';

/** Everything a customer has, but for what was said and how it was answered. */
async function kept(tenant: string): Promise<string> {
  const talk = [
    ...['inbox', 'slack_post', 'dialog', 'member', 'audit', 'audit_link', 'audit_pending', 'misunderstood'],
    ...['retention_run', 'sender_health', 'sending_ladder'], // what regular work writes by itself meanwhile
  ];
  return house.inside(tenant, async (tx) => {
    const tables = await tx.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1`,
    );
    const found: unknown[] = [];
    for (const { name } of tables)
      if (!talk.includes(name))
        found.push(
          await tx.query(
            `SELECT '${name}' AS name, count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM "${name}" t`,
          ),
        );
    return JSON.stringify(found);
  });
}

const listed = [...catalogue.values()];

it(
  'when somebody presses what their role may not, by a button or a form, whatever it is and does, then it is refused in one sentence, to them alone, and nothing is done',
  async () => {
    const before = await kept(andina);
    const posts = await house.postIds(andina);
    const tries: Try[] = [];
    for (const [row, intent] of listed.entries()) {
      const acts = ['start', 'heard', ...Object.keys(intent.handler?.acts ?? {})];
      const denied = [...membersAt(row % twins.length), ...outsidersAt(row % twins.length)].filter(
        (one) => !mayHave(one, intent.id),
      );
      // Each of them presses something, and everything is pressed by somebody.
      for (let at = 0; denied.length > 0 && at < Math.max(denied.length, acts.length); at++) {
        const who = denied[at % denied.length] as Who;
        const act = acts[(row + at) % acts.length] as string;
        // Ids that are nobody's, or none at all: the answer is the same.
        const args: Record<string, string> = at % 2 ? { campaign: newId(), case: newId(), id: newId() } : {};
        const way = pressed[(row + at) % pressed.length] as typeof button;
        tries.push({
          who,
          intent: intent.id,
          what: act,
          payload: way(who, await signed(andina, intent.id, act, args)),
        });
      }
    }
    expect(tries.length).toBeGreaterThan(400);
    const done = await walk(tries);
    expect(done.filter(({ outcome }) => !refusals.includes(outcome))).toEqual([]);
    const sentences = new Set(
      refusals.flatMap((code) =>
        (['es', 'en', 'pt'] as const).map((language) => sayError(code, { language, zone: 'America/Santiago' })),
      ),
    );
    for (const { content, place, card } of await house.posts(andina, posts)) {
      expect([card, sentences.has(content.text)]).toEqual(['', true]);
      // How it stands now is offered for what a button named, whether that exists or not; it is asked who presses that one, too.
      const leads = (content.buttons ?? []).map(({ id }) => id.split('.')[2]);
      expect(leads.filter((act) => act !== 'show')).toEqual([]);
      expect(place.private === true || place.channel?.startsWith('D') === true).toBe(true);
    }
    expect(await kept(andina)).toBe(before);
  },
  WALKING_MS,
);

it(
  'when somebody says it, in a direct message, by mention or with the command, then nothing is done that the table does not allow them',
  async () => {
    const heard = new Set<string>();
    const said = listed.filter((one) => one.audience !== 'recipient' && sentenceOf(one));
    for (let row = 0; row < said.length; row += twins.length) {
      await forgetTalk();
      const tries = twins.flatMap((twin): Try[] => {
        const intent = said[row + twin];
        if (!intent) return [];
        const text = sentenceOf(intent) as string;
        return [...membersAt(twin), ...outsidersAt(twin)].map((who, nth) => {
          const way = spoken[(row + twin + nth) % spoken.length] as typeof dm;
          return { who, intent: intent.id, what: text, payload: way(who, text) };
        });
      });
      for (const { user, outcome } of await walk(tries)) {
        const who = whoIs(user);
        const did = intentIn(outcome);
        const isKnown = catalogue.has(did) || did in errorTable || /^[a-z_-]+$/.test(did);
        if (catalogue.has(did)) heard.add(did);
        expect([who.name, outcome, isKnown]).toEqual([who.name, outcome, true]);
        expect([who.name, outcome, !catalogue.has(did) || mayHave(who, did)]).toEqual([who.name, outcome, true]);
      }
    }
    // The walk is no walk if nobody is understood.
    const wanted = said.filter(({ audience }) => audience === 'team').map(({ id }) => id);
    expect(wanted.filter((id) => !heard.has(id)).length).toBeLessThan(wanted.length / 5);
  },
  WALKING_MS,
);

it(
  'when somebody begins what their role may, then they are not told that they may not',
  async () => {
    const team = listed.filter(({ audience }) => audience === 'team');
    for (let row = 0; row < team.length; row += twins.length) {
      await forgetTalk();
      const tries: Try[] = [];
      for (const twin of twins)
        for (const who of membersAt(twin)) {
          const { id = '' } = team[row + twin] ?? {};
          if (!mayHave(who, id)) continue;
          const payload = button(who, await signed(andina, id, 'start', {}));
          tries.push({ who, intent: id, what: 'start', payload });
        }
      for (const { user, outcome, said } of await walk(tries))
        expect([said, user, outcome, refusals.includes(outcome)]).toEqual([said, user, outcome, false]);
    }
  },
  WALKING_MS,
);

it(
  'when an owner of another customer presses a button of this one in a shared channel, or the button was altered, then it opens nothing of either',
  async () => {
    const before = [await kept(andina), await kept(clinica)];
    const tries: Try[] = [];
    for (const [row, intent] of listed.entries()) {
      const acts = Object.keys(intent.handler?.acts ?? {});
      for (const act of ['start', acts[row % acts.length] ?? 'heard']) {
        const action = await signed(andina, intent.id, act, { campaign: newId() });
        tries.push({ who: foreigner, intent: intent.id, what: act, payload: button(foreigner, action) });
      }
    }
    const done = await walk(tries, clinica);
    expect(done.filter(({ outcome }) => !['ACTION_INVALID', 'ignored'].includes(outcome))).toEqual([]);
    const [owner] = members;
    const altered = await Promise.all(
      listed.map(async ({ id }) => {
        const action = await signed(andina, 'help', 'start', {});
        const payload = button(owner as Who, action.replace('.help.', `.${id}.`));
        return { who: owner as Who, intent: id, what: 'altered', payload };
      }),
    );
    const others = altered.filter(({ intent }) => intent !== 'help');
    expect((await walk(others)).filter(({ outcome }) => outcome !== 'ACTION_INVALID')).toEqual([]);
    expect([await kept(andina), await kept(clinica)]).toEqual(before);
  },
  WALKING_MS,
);

import { newId } from '../../src/data/ids';
import { createWeb } from '../../src/http';
import { silentLog } from '../../src/log';
import { identityRoute } from '../../src/pages/identity-route';
import { pagesRoute } from '../../src/pages/route';
import { signUpRoute } from '../../src/pages/sign-up-route';
import { trackedLinkRoute } from '../../src/pages/tracked-link';
import { testDatabase } from '../support/database';
import { aMaster, later, start } from '../support/ground';
import { testRedis } from '../support/redis';
import { aPerson, aTenant, type NewPerson, RecordingChannel, wire } from '../support/world';

export { later, start };

/** The pages on a real database and a port of their own, with one customer. */
export async function aSite() {
  const place = await testDatabase();
  const here = wire(
    { appUrl: place.appUrl, redis: testRedis(), master: aMaster() },
    { channel: new RecordingChannel() },
  );
  const { database, keys, clock } = here;
  const deps = { ...here, database, keys, clock, publicUrl: 'https://connectus.example' };
  const web = createWeb(
    [pagesRoute(deps), signUpRoute(deps), trackedLinkRoute(deps), identityRoute(deps)],
    async () => {},
    silentLog,
  );
  const { url } = await web.listen(0, '127.0.0.1');
  const { id: tenant } = await aTenant(here, { label: '+56 2 2938 4000' });
  const inside = here.in;
  return {
    ...{ here, url, tenant },
    person: (person?: NewPerson) => aPerson(here, tenant, person),
    /** A link of theirs, as it is sent. */
    link: async (contact: string, whose = tenant): Promise<string> =>
      `${url}${(await inside(whose, (tx) => here.links.preferences(tx, contact, clock.now())))?.path}`,
    stopLink: async (contact: string, whose = tenant): Promise<string> =>
      `${url}${await inside(whose, (tx) => here.links.unsubscribe(tx, contact))}`,
    view: (contact: string) => inside(tenant, (tx) => here.preferences.view(tx, contact, clock.now())),
    /** Where people ask to be on a list that a member made. */
    list: async (name: string, channels: readonly string[]): Promise<{ code: string; url: string }> => {
      const maker = { id: newId(), roles: ['operator'] };
      const { code } = await inside(tenant, (tx) => here.signUps.create(tx, { name, channels }, maker, start));
      return { code, url: `${url}/sign-up/${tenant}/${code}` };
    },
    /** The channels on which promotions may go to them. */
    on: async (contact: string): Promise<string[]> =>
      (await inside(tenant, (tx) => here.preferences.view(tx, contact, clock.now()))).channels
        .filter((one) => one.on)
        .map(({ channel }) => channel),
    suppression: (contact: string, channel?: 'whatsapp' | 'sms' | 'email') =>
      inside(tenant, (tx) => here.consent.suppression(tx, contact, channel)),
    /** Everything that is kept, in one piece: to see that nothing changed. */
    everything: () => everything(place.ownerUrl),
    async close() {
      await web.close();
      await here.stop();
      await place.drop();
    },
  };
}
export type Site = Awaited<ReturnType<typeof aSite>>;

async function everything(ownerUrl: string): Promise<string> {
  const { Client } = await import('pg');
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_schema IN ('public', 'edge') AND table_type = 'BASE TABLE' ORDER BY 1`,
    );
    const kept = [];
    for (const { name } of rows)
      kept.push(
        await client.query(
          `SELECT '${name}' AS table, count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ${name} t`,
        ),
      );
    return JSON.stringify(kept.flatMap((one) => one.rows));
  } finally {
    await client.end();
  }
}

/** What a browser would send with the first form that has this act, or with the only one, and what is filled in there. */
export function formIn(page: string, act: string): URLSearchParams {
  const form = page.split('<form').find((one, at) => at > 0 && (!act || one.includes(`value="${act}"`))) ?? '';
  const sent = new URLSearchParams();
  for (const [input] of form.matchAll(/<input[^>]*>/g)) {
    const of = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(input)?.[1] ?? '';
    const isOff = ['checkbox', 'radio'].includes(of('type')) && !/ checked/.test(input);
    if (!isOff) sent.append(of('name'), of('value'));
  }
  return sent;
}

export const post = (url: string, body?: URLSearchParams | FormData | string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', redirect: 'manual', headers, ...(body !== undefined && { body }) });

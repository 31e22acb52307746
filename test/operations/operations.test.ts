import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Request, Response } from 'express';
import { load } from 'js-yaml';
import { safeHeaders } from '../../src/http';
import { root } from '../../src/load';
import { exposition, Metrics, metricTable } from '../../src/metrics';
import { login } from '../../src/operations/login';
import { watched } from '../../src/operations/watched';
import { andina, type House, OPENING_MS, openHouse } from '../conversation/house';
import { aPhone, someone } from '../conversation/people';
import { eventually } from '../support/eventually';

const password = 'a-long-password-of-ours';
const basic = (word: string) => ({ authorization: `Basic ${Buffer.from(`anybody:${word}`).toString('base64')}` });

let house: House;
beforeAll(async () => {
  house = await openHouse({ settings: { OPERATIONS_PASSWORD: password } });
}, OPENING_MS);
afterAll(() => house?.close());

const ask = (path: string, headers: Record<string, string> = {}) => fetch(`${house.url}${path}`, { headers });
const scrape = async () => (await ask('/metrics', { authorization: `Bearer ${password}` })).text();

describe('/metrics', () => {
  it('when somebody without the password asks, then they are told nothing', async () => {
    for (const path of ['/metrics', '/operations']) {
      const answer = await ask(path);
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Basic/)]);
      expect(await answer.text()).not.toContain('connectus_');
    }
    expect((await ask('/metrics', basic('guess'))).status).toBe(401);
    expect((await ask('/metrics', basic(password))).status).toBe(200);
  });

  it('when ten wrong passwords came from an address, then for the rest of the minute not even the right one lets in, but from elsewhere', async () => {
    let now = 0;
    const enter = login(password, () => now);
    const tries = (word: string, remoteAddress = '203.0.113.7'): number => {
      let status = 200;
      const response = {
        sendStatus: (code: number) => {
          status = code;
        },
        set: () => response,
      };
      const request = { header: () => basic(word).authorization, socket: { remoteAddress } };
      enter(request as unknown as Request, response as unknown as Response, () => {});
      return status;
    };
    for (let time = 0; time < 40; time++) expect(tries(password)).toBe(200); // whoever scrapes is not counted
    for (let time = 0; time < 10; time++) expect(tries('guess')).toBe(401);
    expect([tries('guess'), tries(password), tries(password, '203.0.113.8')]).toEqual([429, 429, 200]);
    now += 60_000;
    expect(tries(password)).toBe(200);
  });

  it('when a person writes, then what waits and what is done is counted, and nothing of them or of whose customer they are is told', async () => {
    const phone = aPhone();
    await someone(house, { phone, name: 'Ana Rojas' }).says('quiero saber qué datos míos tienen, soy Ana Rojas');
    await eventually(async () =>
      expect(await scrape()).toMatch(/connectus_sends_total\{channel="whatsapp",outcome="accepted"\} \d+/),
    );
    const text = await scrape();
    expect(text).toMatch(/^connectus_database_up 1$/m);
    expect(text).toMatch(/^connectus_redis_up 1$/m);
    expect(text).toMatch(/^connectus_workers 1$/m);
    expect(text).toMatch(/^connectus_jobs\{queue="wake",state="waiting"\} \d+$/m);
    expect(text).toMatch(/^connectus_requests_total\{kind="page",status="4xx"\} \d+$/m);
    for (const secret of [phone, phone.slice(-8), 'Ana', 'Rojas', 'datos', andina, 'Andina'])
      expect([secret, text.includes(secret)]).toEqual([secret, false]);
    const names = new Set([...text.matchAll(/^(connectus_\w+)/gm)].map(([, name]) => name));
    for (const name of names) expect(Object.keys(metricTable)).toContain(name);
  });

  it('when a label could be somebody’s, then it is counted as other, and what has no such label leaves it out', () => {
    const metrics = new Metrics();
    for (const code of ['WHATSAPP_131050', '+56987654321', 'ana@correo.example', '56987654321', 'Ana Rojas'])
      metrics.count('connectus_sends_total', { channel: 'whatsapp', outcome: 'refused', code, person: code });
    expect(
      exposition(metrics.samples())
        .split('\n')
        .filter((line) => !line.startsWith('#')),
    ).toEqual([
      'connectus_sends_total{channel="whatsapp",outcome="refused",code="WHATSAPP_131050"} 1',
      'connectus_sends_total{channel="whatsapp",outcome="refused",code="other"} 4',
      '',
    ]);
  });
});

describe('/operations', () => {
  it.each([
    ['es', 'Cómo está el sistema', 'Todo responde'],
    ['en', 'How the system stands', 'Everything answers'],
    ['pt', 'Como está o sistema', 'Tudo responde'],
  ])('when it is opened in %s, then it says how things stand, and is kept nowhere', async (language, title, well) => {
    const answer = await ask(`/operations?lang=${language}`, basic(password));
    const text = await answer.text();
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(text).toContain(title);
    expect(text).toContain(well);
    expect(text).not.toContain(andina);
  });
});

describe('what every answer says to a browser', () => {
  it.each([
    '/privacy',
    '/trust',
    '/verify',
    '/healthz',
    '/readyz',
    '/nothing',
    '/preferences/x',
    '/unsubscribe/x',
    '/metrics',
  ])('when %s is asked for, then no answer runs, frames, sniffs or tells where somebody came from', async (path) => {
    const { headers } = await ask(path);
    for (const [name, value] of Object.entries(safeHeaders))
      if (name !== 'content-security-policy') expect([name, headers.get(name)]).toEqual([name, value]);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src 'none'/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers.get('x-powered-by')).toBeNull();
    // The address of this house is https: nobody tries http again.
    expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
  });
});

describe('alarms', () => {
  const rules = (
    load(readFileSync(join(root, 'deploy', 'alerts.yaml'), 'utf8')) as { groups: { rules: unknown[] }[] }
  ).groups.flatMap((group) => group.rules) as {
    alert: string;
    expr: string;
    labels: { severity: string };
    annotations: { summary: string; runbook: string };
  }[];
  const page = readFileSync(join(root, 'docs', 'operations.md'), 'utf8');
  const headings = [...page.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => heading);

  it('when there is an alarm, then it asks for what is told, and its page says what it means and what to do', () => {
    expect(rules.length).toBeGreaterThan(12);
    for (const { alert, expr, annotations } of rules) {
      const named = [...expr.matchAll(/connectus_\w+/g)].map(([name]) => name);
      expect([alert, named.filter((name) => !(name in metricTable))]).toEqual([alert, []]);
      expect(annotations.runbook).toBe(`docs/operations.md#${alert.toLowerCase()}`);
      expect(headings).toContain(alert);
    }
    expect(headings.filter((heading) => heading.startsWith('Connectus')).sort()).toEqual(
      rules.map(({ alert }) => alert).sort(),
    );
  });

  it('when an alarm waits for an event of the log, then something logs it', () => {
    const known = new Set<string>([...watched.warn, ...watched.error]);
    const source = execFileSync('grep', ['-rhoE', "event: '[a-z._]+'", 'src', 'adapters'], { cwd: root }).toString();
    for (const { alert, expr } of rules)
      for (const [, events = ''] of expr.matchAll(/event=~?"([^"]+)"/g))
        for (const event of events.split('|'))
          expect([alert, event, source.includes(`'${event}'`), known.has(event)]).toEqual([alert, event, true, true]);
  });
});

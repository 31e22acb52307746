import { Readable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import type { SendOutcome } from '../../../src/channel';
import { reportPorts } from '../../../src/conversation/report-files';
import { newId } from '../../../src/data/ids';
import { laneOf } from '../../../src/domain/reports/files.table';
import { lineOf } from '../../../src/domain/reports/list';
import type { Wanted } from '../../../src/domain/reports/report-files';
import { type NewFile, ReportWork } from '../../../src/domain/reports/report-work';
import { testDatabase } from '../../support/database';
import { aMaster } from '../../support/ground';
import { testRedis } from '../../support/redis';
import {
  aCampaign,
  aTenant,
  batchOf,
  later,
  people,
  RecordingChannel,
  start,
  type World,
  wire,
} from '../../support/world';

let place: Awaited<ReturnType<typeof testDatabase>>;
let here: World;
let tenant: string;
let campaign: string;
let group: string[];
let isPosted = true;
let spoken = 'es';
let answer: SendOutcome;
let put: { name: string; bytes: Buffer; alt?: string }[];
let removed: string[];
let work: ReportWork;
const camila = { id: newId(), roles: ['operator'] };
const paula = { id: newId(), roles: ['owner'] };

beforeAll(async () => {
  place = await testDatabase();
  here = wire({ appUrl: place.appUrl, redis: testRedis(), master: aMaster() }, { channel: new RecordingChannel() });
  tenant = (await aTenant(here)).id;
  group = await people(here, tenant, 25, { name: '=cmd|calc' });
  await people(here, tenant, 3, { consented: false });
  campaign = (await aCampaign(here, tenant)).id;
  const batch = await batchOf(here, tenant, campaign);
  await here.in(tenant, async (tx) => {
    await tx.query(`UPDATE campaign SET state = 'done', started_at = $2 WHERE id = $1`, [campaign, start]);
    await tx.query(
      `UPDATE message SET state = 'accepted', accepted_at = $2 WHERE batch_id = $1 AND state = 'planned'`,
      [batch, start],
    );
    await tx.query(`UPDATE message SET state = 'read' WHERE batch_id = $1 AND state = 'accepted' AND seq % 2 = 0`, [
      batch,
    ]);
    await tx.query(
      `INSERT INTO receipt (tenant_id, batch_id, seq, status, at) SELECT tenant_id, batch_id, seq, 'read', $2 FROM message WHERE batch_id = $1 AND state = 'read'`,
      [batch, later(5)],
    );
  });
  const actual = reportPorts(here, {
    database: here.database,
    clock: here.clock,
    surface: {} as never,
    workspace: async () => undefined,
  });
  work = new ReportWork({
    ...here,
    ports: {
      ...actual,
      spot: async () => (isPosted ? { team: 'T1', channel: 'C1', post: '1.2', language: spoken } : undefined),
      put: async (_tenant, _spot, { name, content, alt }: NewFile) => {
        const bytes = Buffer.isBuffer(content) ? content : Buffer.concat(await Readable.from(content.source).toArray());
        if (!Buffer.isBuffer(content)) expect(content.bytes).toBe(bytes.length);
        put.push({ name, bytes, ...(alt && { alt }) });
        return answer;
      },
      remove: async (_tenant, _team, file) => {
        removed.push(file);
        return { outcome: 'accepted', providerId: file };
      },
    },
  });
});
afterAll(async () => {
  await here.stop();
  await place.drop();
});
beforeEach(async () => {
  [isPosted, put, removed, spoken] = [true, [], [], 'es'];
  answer = { outcome: 'accepted', providerId: `F${newId()}` };
  await here.in(tenant, (tx) => tx.query('DELETE FROM report_file'));
});

const files = () =>
  here.in(tenant, (tx) =>
    tx.query<{ id: string; kind: string; state: string }>('SELECT id, kind, state FROM report_file ORDER BY id'),
  );
const runAll = async () => {
  for (const { id } of await files()) await work.run(tenant, laneOf(id));
};
const take = (wanted: Partial<Wanted> & Pick<Wanted, 'kind'>, by = camila, language = 'es') =>
  here.in(tenant, (tx) =>
    here.reportFiles.take(
      tx,
      { campaign, topic: 'report:x', language },
      { reason: 'para el directorio', isWhole: false, ...wanted },
      by,
      start,
    ),
  );
const list = async (isWhole: boolean, by = camila) => {
  await take({ kind: 'csv', isWhole }, by);
  await runAll();
  const text = put[0]?.bytes.toString() ?? '';
  return { text, rows: parse(text, { delimiter: ';', bom: true, relax_column_count: true }) as string[][] };
};

describe('the file of a statement', () => {
  it('when two members have its card, then it goes beneath the one of whoever asked, and nowhere once they have left', async () => {
    const topic = `statement:${newId()}`;
    const ids: string[] = [];
    for (const user of ['U0UNA', 'U0OTRA'])
      await here.in(tenant, async (tx) => {
        const { id } = await here.members.join(tx, { team: 'T0CASA', user }, ['owner'], here.clock.now());
        ids.push(id);
        const at = { team: 'T0CASA', user };
        const post = await here.posts.add(tx, { at, language: 'es', content: { text: '.' }, topic }, here.clock.now());
        await tx.query("UPDATE slack_post SET state = 'posted', pending = false, provider_id = $2 WHERE id = $1", [
          post,
          `D${user}/1.2`,
        ]);
      });
    const ports = reportPorts(here, {
      ...{ database: here.database, clock: here.clock },
      ...{ surface: {} as never, workspace: async () => undefined },
    });
    const spotOf = (asker = '') =>
      here.in(tenant, (tx) => ports.spot(tx, { topic, statement_id: newId(), asked_by: asker }));
    expect(await spotOf(ids[0])).toMatchObject({ team: 'T0CASA', channel: 'DU0UNA' });
    expect(await spotOf(ids[1])).toMatchObject({ team: 'T0CASA', channel: 'DU0OTRA' });
    await here.in(tenant, (tx) => here.members.leave(tx, ids[0] ?? '', 'system:test', here.clock.now()));
    expect(await spotOf(ids[0])).toBeUndefined();
  });
});

describe('the picture of a report', () => {
  it('when a report is shown, then its picture follows beneath the post, with words for who can’t see it', async () => {
    // whoever asked was heard in another language than the post came to stand in
    spoken = 'pt';
    await here.in(tenant, (tx) =>
      here.reportFiles.show(tx, campaign, { language: 'es', picture: true }, camila, start),
    );
    await runAll();
    expect(put).toHaveLength(1);
    expect(put[0]?.bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(put[0]?.name).toMatch(/^C-\d+-\w+\.png$/);
    expect(put[0]?.alt).toMatch(/Relatório C-\d+.*Enviadas: 25\. .*Lidas: 12 \(48%\)/);
    expect(await files()).toMatchObject([{ kind: 'picture', state: 'put' }]);
  });

  it('when the post does not stand yet, then it is waited for, and given up after a while', async () => {
    isPosted = false;
    await here.in(tenant, (tx) =>
      here.reportFiles.show(tx, campaign, { language: 'es', picture: true }, camila, start),
    );
    await runAll();
    expect(await files()).toMatchObject([{ state: 'waiting' }]);
    await here.in(tenant, (tx) => tx.query('UPDATE report_file SET asked_at = $1', [later(-20)]));
    await runAll();
    expect(await files()).toMatchObject([{ state: 'failed' }]);
    expect(put).toEqual([]);
  });

  it('when the worker runs twice, or dies in the middle, then nothing is put twice', async () => {
    await here.in(tenant, (tx) =>
      here.reportFiles.show(tx, campaign, { language: 'es', picture: true }, camila, start),
    );
    await Promise.all([runAll(), runAll()]);
    await runAll();
    expect(put).toHaveLength(1);
    await here.in(tenant, (tx) =>
      tx.query(`UPDATE report_file SET state = 'putting', begun_at = clock_timestamp() - interval '1 hour'`),
    );
    await runAll();
    expect(await files()).toMatchObject([{ state: 'lost' }]);
    expect(put).toHaveLength(1);
  });
});

describe('what is taken along', () => {
  it('when it is a list, then each message is a line with its person masked, and the last line says who took it, when and why', async () => {
    const { text, rows } = await list(false);
    expect(text.startsWith('\uFEFF')).toBe(true);
    expect(rows).toHaveLength(1 + 28 + 1);
    expect(rows[0]?.slice(0, 6)).toEqual(['N.º', 'Campaña', 'Persona', 'Canal', 'Estado', 'Motivo']);
    const people = rows.slice(1, -1).map((row) => row[2] ?? '');
    expect(people.every((one) => /^'\+56 9 •+ •\d{3}$/.test(one))).toBe(true);
    expect(rows.filter((row) => row[4] === 'leído')).toHaveLength(12);
    expect(rows.filter((row) => row[7 + 1] === '2026-12-01 10:35')).toHaveLength(12);
    expect(rows.at(-1)?.[0]).toMatch(/Tienda Andina.*para el directorio/);
    expect(text).not.toMatch(/\+569\d{8}/);
  });

  it('when whole numbers are wanted, then only whoever answers for them gets them', async () => {
    await expect(take({ kind: 'csv', isWhole: true })).rejects.toMatchObject({ code: 'ROLE_REQUIRED' });
    const { rows } = await list(true, paula);
    expect(rows[1]?.[2]).toMatch(/^'\+569\d{8}$/);
  });

  it('when no reason is given, or by nobody who may, then there is no file; when there is, then it is on record', async () => {
    await expect(take({ kind: 'pdf', reason: '  no  ' })).rejects.toMatchObject({ code: 'REASON_REQUIRED' });
    await expect(take({ kind: 'pdf' }, { id: newId(), roles: ['agent'] })).rejects.toMatchObject({
      code: 'ROLE_REQUIRED',
    });
    expect(await files()).toEqual([]);
    await take({ kind: 'pdf' });
    const recorded = await here.in(tenant, (tx) =>
      tx.query(`SELECT actor, subject FROM audit WHERE act = 'report.pdf'`),
    );
    expect(recorded).toEqual([{ actor: `member:${camila.id}`, subject: `campaign:${campaign}` }]);
    const kept = await here.in(tenant, (tx) => tx.query<{ reason: Buffer }>('SELECT reason FROM report_file'));
    expect(kept[0]?.reason.includes('directorio')).toBe(false);
  });

  it('when it is a PDF, then it is one, with its figures and without anybody in it', async () => {
    await take({ kind: 'pdf' });
    await runAll();
    const text = put[0]?.bytes.toString('latin1') ?? '';
    expect(text.startsWith('%PDF-')).toBe(true);
    expect(text).not.toMatch(/\+569\d{8}/);
    expect((text.match(/\/Type \/Page\b/g) ?? []).length).toBeGreaterThan(0);
  });

  it('when Slack takes it later or not at all, then it is tried again, or given up and never put twice', async () => {
    await take({ kind: 'csv' });
    answer = { outcome: 'refused', code: 'SLACK_ratelimited', treatment: 'wait' };
    await runAll();
    expect(await files()).toMatchObject([{ state: 'waiting' }]);
    answer = { outcome: 'unknown', code: 'NETWORK_LOST' };
    await runAll();
    expect(await files()).toMatchObject([{ state: 'lost' }]);
    await runAll();
    expect(put).toHaveLength(2);
  });

  it('when somebody in a list is erased, or its days are over, then it is taken down in Slack', async () => {
    await take({ kind: 'csv' });
    await take({ kind: 'pdf' });
    await runAll();
    await here.in(tenant, (tx) => here.reportFiles.removeAbout(tx, newId()));
    await here.in(tenant, (tx) => here.reportFiles.removeAbout(tx, group[0] ?? ''));
    expect(await here.in(tenant, (tx) => here.reportFiles.standing(tx, group[0] ?? ''))).toBe(1);
    await runAll();
    expect(removed).toHaveLength(1);
    expect(await here.in(tenant, (tx) => here.reportFiles.standing(tx, group[0] ?? ''))).toBe(0);
    expect((await files()).map(({ kind, state }) => `${kind} ${state}`).sort()).toEqual(['csv gone', 'pdf put']);
    await take({ kind: 'csv' });
    await runAll(); // put
    await runAll(); // as it is woken after its days
    expect(removed).toHaveLength(2);
  });
});

it('when a cell could be run by a spreadsheet or break its line, then it is text in one cell', () => {
  const cells = ['=1+1', '+56', '-2+3', '-2,5', '@x', '\tx', '\rx', 'a;b', 'a"b', 'a\nb', 'plain', ''];
  const [row] = parse(lineOf(cells, ';'), { delimiter: ';' }) as string[][];
  expect(row).toEqual(["'=1+1", "'+56", "'-2+3", '-2,5', "'@x", "'\tx", "'\rx", 'a;b', 'a"b', 'a\nb', 'plain', '']);
});

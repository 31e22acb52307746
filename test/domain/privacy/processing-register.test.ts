import { parse } from 'csv-parse/sync';
import { dataMap, isTold } from '../../../src/domain/privacy/data-map';
import { PackageWords } from '../../../src/domain/privacy/package-words';
import {
  processingRegister,
  registerColumns,
  registerCsv,
  registerHtml,
} from '../../../src/domain/privacy/processing-register';
import { type Archive, archive, start } from './copied';

let desk: Archive;
beforeAll(async () => {
  desk = await archive();
});
afterAll(() => desk.close());

const zone = 'America/Santiago';
const made = (language: string) => desk.in((tx) => processingRegister(tx, { language, zone }, start));

describe('the register of processing', () => {
  it('when it is made, then every category of the map is in it, and each line is whole', async () => {
    const { lines, company } = await made('es');
    expect(company).toBe('Tienda Andina SpA');
    const words = new PackageWords('es', zone);
    const told = Object.values(dataMap.tables).filter(isTold);
    const said = lines.map(({ categories }) => categories).join('; ');
    for (const category of new Set(told.map((one) => one.category)))
      expect(said).toContain(words.category(category).name);
    for (const line of lines)
      for (const column of registerColumns.filter((one) => one !== 'interest'))
        expect([line.purpose, column, line[column]]).toEqual([line.purpose, column, expect.stringMatching(/\p{L}/u)]);
  });

  it('when the company declares another purpose, or authorises somebody no longer, then so it says', async () => {
    const before = await made('es');
    expect(before.lines.map(({ purpose }) => purpose)).toContain('promociones');
    expect(before.lines[0]?.recipients).toContain('Meta');
    await desk.in((tx) =>
      tx.query("UPDATE subprocessor_authorisation SET revoked_at = $1 WHERE subprocessor = 'meta'", [start]),
    );
    expect((await made('es')).lines[0]?.recipients).not.toContain('Meta');
  });

  it('when the company keeps something for less long, then so it says', async () => {
    await desk.in((tx) =>
      tx.query(
        "INSERT INTO retention_setting (tenant_id, rule, days, set_by, set_at) VALUES ($1, 'content', 33, $2, $3)",
        [tx.tenant, desk.agent, start],
      ),
    );
    expect((await made('es')).lines[0]?.retention).toContain('33 días');
  });

  it('when it is taken as a sheet or a page, then it says the same in three languages', async () => {
    for (const language of ['es', 'en', 'pt']) {
      const register = await made(language);
      const rows: string[][] = parse(registerCsv(register).replace(/^\uFEFF/, ''));
      expect(rows).toHaveLength(register.lines.length + 1);
      for (const cells of rows) expect(cells).toHaveLength(registerColumns.length);
      const html = registerHtml(register, zone);
      expect(html).toContain(`<html lang="${language}">`);
      for (const { purpose } of register.lines) expect(html).toContain(purpose);
    }
  });
});

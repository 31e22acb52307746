import { randomBytes } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { matchColumns } from '../../../../src/domain/audience/import/columns';
import { encodingOf } from '../../../../src/domain/audience/import/encoding';
import { inspect } from '../../../../src/domain/audience/import/inspect';
import { PersonReader, phoneOf } from '../../../../src/domain/audience/import/persons';
import { type RawRow, rowsOf, type Separator, separatorOf } from '../../../../src/domain/audience/import/records';
import { Seen } from '../../../../src/domain/audience/import/seen';
import { dayOf, isFormula, isMinor, plainValue } from '../../../../src/domain/audience/import/values';
import { canonicalPhone } from '../../../../src/phone';
import { start } from '../../../support/ground';
import { pieces } from './desk';

const rows = async (file: string | Buffer, separator: Separator = ';', size?: number): Promise<RawRow[]> => {
  const bytes = Buffer.from(file as string);
  const all: RawRow[] = [];
  for await (const some of rowsOf(pieces(bytes, size), { encoding: encodingOf(bytes), separator })) all.push(...some);
  return all;
};
const cells = async (...all: Parameters<typeof rows>) => (await rows(...all)).map((row) => row.cells);

describe('the rows of a list', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'ñ', '"', ';', ',', '\n', ' ', '7', '€', '😀'), maxLength: 8 });
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 12 });
  const written = (one: string) => (/[";,\n]/.test(one) ? `"${one.replace(/"/g, '""')}"` : one);

  it('when any cells are written as RFC 4180 says and cut anywhere, then they are read as csv-parse reads them', async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom<Separator>(';', ','),
        fc.integer({ min: 1, max: 40 }),
        async (all, separator, size) => {
          const file = all.map((row) => row.map(written).join(separator)).join('\r\n');
          const theirs: string[][] = parse(file, {
            delimiter: separator,
            relax_column_count: true,
            record_delimiter: '\r\n',
          });
          const isWords = (row: readonly string[]) => row.some((one) => /[^\s;,|]/.test(one) || one.includes('"'));
          expect((await cells(file, separator, size)).filter(isWords)).toEqual(theirs.filter(isWords));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('when any bytes come, then it ends, and no row is longer than a line may be', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 50 }), async (bytes, size) => {
        for await (const some of rowsOf(pieces(Buffer.from(bytes), size), { encoding: 'utf-8', separator: ';' }))
          for (const row of some) expect(row.row).toBeGreaterThan(0);
      }),
    );
  });

  it('when Excel saves it in Chile or Brazil, then each way is read alike', async () => {
    const wanted = [
      ['Nombre', 'Ciudad'],
      ['Íñigo Peña', 'Ñuñoa'],
      ['João', 'São Paulo'],
    ];
    const text = wanted.map((row) => row.join(';')).join('\r\n');
    const files: [string, Buffer][] = [
      ['UTF-8', Buffer.from(text)],
      ['UTF-8 with a mark', Buffer.from(`\uFEFF${text}`)],
      ['Windows-1252', Buffer.from(text, 'latin1')],
      ['UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le')],
      ['UTF-16 without a mark', Buffer.from(text, 'utf16le')],
      ['UTF-16 the other way round', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
      ['an old Mac', Buffer.from(text.replace(/\r\n/g, '\r'))],
    ];
    for (const [how, file] of files)
      for (const size of [1, 7, 4_096]) expect([how, await cells(file, ';', size)]).toEqual([how, wanted]);
  });

  it('when two encodings stand in one file, then each line is read as what it is', async () => {
    const file = Buffer.concat([
      Buffer.from('Nombre;Fono\nÑandú;1\n'),
      Buffer.from('Ñoño;2\n', 'latin1'),
      Buffer.from('Ávila;3'),
    ]);
    expect((await cells(file)).map(([name]) => name)).toEqual(['Nombre', 'Ñandú', 'Ñoño', 'Ávila']);
  });

  it('when the separator is any of them, or Excel says which, then it is found', () => {
    const said: [string, string][] = [
      ['a;b;c', ';'],
      ['a,b,c', ','],
      ['a\tb\tc', '\t'],
      ['a|b|c', '|'],
      ['"a,b";c', ';'],
      ['sep=,', ','],
      ['fono', ';'],
    ];
    for (const [line, separator] of said) expect([line, separatorOf(line)]).toEqual([line, separator]);
  });

  it('when a line has no end, an open quote or NULs, then it is one broken row and the next is read', async () => {
    const file = ['a;b', 'x'.repeat(70_000), '1;2', '"open;3', '4;5', 'n\0;6', '7;8', '"q"z;9', '10;11'].join('\n');
    const read = await rows(file);
    expect(read.map(({ row, broken, cells: [first] }) => [row, broken ?? first])).toEqual([
      [1, 'a'],
      [2, 'too_long'],
      [3, '1'],
      [4, 'quotes'],
      [5, '4'],
      [6, 'nul'],
      [7, '7'],
      [8, 'quotes'],
      [9, '10'],
    ]);
  });

  it('when one line is two gigabytes, then it is passed over in constant memory', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const gigabytes = 2;
    async function* endless() {
      yield Buffer.from('fono;nombre\n912345678;Ana\n');
      for (let at = 0; at < gigabytes * 1024; at++) yield piece;
      yield Buffer.from('\n987654321;Beto\n');
    }
    const before = process.memoryUsage().rss;
    let most = 0;
    const all: RawRow[] = [];
    for await (const some of rowsOf(endless(), { encoding: 'utf-8', separator: ';' })) {
      all.push(...some);
      most = Math.max(most, process.memoryUsage().rss - before);
    }
    expect(all.map(({ broken, cells: [first] }) => broken ?? first)).toEqual([
      'fono',
      '912345678',
      'too_long',
      '987654321',
    ]);
    expect(most).toBeLessThan(200 * 1024 * 1024);
  });
});

const codeOf = (what: () => unknown): string => {
  try {
    what();
    return 'taken';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('what a list is', () => {
  const code = async (file: string | Buffer) =>
    inspect(Buffer.from(file as string), true).then(
      () => 'taken',
      (error) => error.code,
    );
  it('when it is something else or nothing, then it is said which', async () => {
    const zip = Buffer.concat([Buffer.from('504b0304', 'hex'), randomBytes(3_000)]);
    const cases: [string, string | Buffer, string][] = [
      ['a zip named csv', zip, 'IMPORT_NOT_A_LIST'],
      ['noise', Buffer.from(randomBytes(4_000).map((byte) => (byte % 9 === 0 ? 0 : byte))), 'IMPORT_NOT_A_LIST'],
      ['nothing', '', 'IMPORT_EMPTY'],
      ['blank lines', '\n\n  \n', 'IMPORT_EMPTY'],
      ['titles alone', 'nombre;fono\n', 'IMPORT_NO_ROWS'],
      ['titles twice', 'Fono;fono\n1;2\n', 'IMPORT_COLUMN_TWICE'],
      [
        'five thousand columns',
        `${Array.from({ length: 5_000 }, (_, n) => `c${n}`).join(';')}\n1\n`,
        'IMPORT_COLUMNS_MANY',
      ],
      ['a bomb of separators', `fono${';'.repeat(60_000)}\n1\n`, 'IMPORT_COLUMNS_MANY'],
      ['a title without end', `${'x'.repeat(70_000)}\n1\n`, 'IMPORT_NOT_A_LIST'],
      ['children', 'fono;nombre del hijo\n1;2\n', 'IMPORT_OF_MINORS'],
      ['no address', 'nombre;comuna\nAna;Talca\n', 'IMPORT_NO_ADDRESS'],
      ['numbers alone', 'fono\n912345678\n', 'taken'],
    ];
    for (const [what, file, wanted] of cases) expect([what, await code(file)]).toEqual([what, wanted]);
  });

  it('when its titles are Spanish, English or Portuguese, then each column becomes what it says', () => {
    const titles = [
      'Teléfono Móvil',
      'E-mail',
      'Nombres',
      'Apellidos',
      'RUT',
      'Comuna',
      'Fecha Nacimiento',
      'Religión',
      'Observaciones',
      'Compras',
    ];
    const sample = [
      ['912345678', 'a@b.cl', 'Ana', 'Paz', '1-9', 'Talca', '1980-01-01', 'x', 'le gusta el rojo', '1.200,5'],
    ];
    expect(matchColumns(titles, sample).map(({ becomes }) => becomes)).toEqual([
      'phone',
      'email',
      'name',
      'surname',
      'sealed',
      'plain',
      'birth',
      'dropped',
      'sealed',
      'plain',
    ]);
    const of = (title: string) => matchColumns([title, 'msisdn'], [])[0]?.becomes;
    for (const title of ['celular', 'Fono', 'WhatsApp', 'Phone number', 'Telefone', 'Nº teléfono'])
      expect([title, of(title)]).toEqual([title, 'phone']);
    for (const title of ['correo', 'Correo Electrónico', 'email', 'E-mail', 'Mail'])
      expect([title, of(title)]).toEqual([title, 'email']);
    for (const title of ['nombre', 'Nome completo', 'Full Name', 'Cliente'])
      expect([title, of(title)]).toEqual([title, 'name']);
  });

  it('when a title speaks of children, in whatever words beside, then the list is refused (A48, N-16q)', () => {
    const spanish = ['Es menor de edad', 'Hijos menores', 'Tiene hijos menores de edad', 'Menores de edad a cargo'];
    const written = ['NOMBRE_HIJA', 'Nombre niño(a)', 'Niñ@s', 'Hijo1', 'esMenorDeEdad', 'Precio menor hijo'];
    const others = ["Child's name", 'Number of kids', 'Is underage', 'Minors in care', 'Tem filhos', 'Nome da criança'];
    for (const title of [...spanish, ...written, ...others])
      expect([title, codeOf(() => matchColumns(['fono', title], []))]).toEqual([title, 'IMPORT_OF_MINORS']);
  });

  it('when a title holds a sensitive word among others, then it is not kept; where the word says something else, it is', () => {
    const becomes = (title: string) => matchColumns(['fono', title], [['1', '12']])[1]?.becomes;
    for (const title of [
      'Estado de salud',
      'Religión que profesa',
      'Health condition',
      'Partido político',
      'Tem doença',
    ])
      expect([title, becomes(title)]).toEqual([title, 'dropped']);
    for (const title of [
      'Precio menor',
      'Ventas al por menor',
      'Menor preço',
      'Raza del perro',
      'Pormenores',
      'Terraza',
    ])
      expect([title, becomes(title)]).toEqual([title, 'plain']);
    expect(['Edad', 'Mayor de edad', 'Género', 'Última compra'].map(becomes)).toEqual([
      'age',
      'plain',
      'plain',
      'plain',
    ]);
  });

  it('when a column has a title nobody knows, then few short values, numbers and days are chosen by, all else is sealed', () => {
    const of = (values: string[]) =>
      matchColumns(
        ['fono', 'xyz'],
        values.map((value) => ['1', value]),
      )[1]?.becomes;
    expect(of(['oro', 'plata', 'oro', 'oro', 'plata', 'oro'])).toBe('plain');
    expect(of(['12', '3.400', '1,5'])).toBe('plain');
    expect(of(['03-12-2026', '01-01-2020'])).toBe('plain');
    for (const value of [
      '12.345.678-5',
      'ana@x.cl',
      '+56912345678',
      'Av. Siempre Viva 742',
      'llamar después de las seis, es amable',
    ])
      expect([value, of([value, value, value])]).toEqual([value, 'sealed']);
    expect(of(['Juan Soto', 'Ana Paz', 'Luis Rey', 'Eva Ríos'])).toBe('sealed');
  });
});

describe('a cell', () => {
  it('when a phone is written as people here do, then it is the same one that a channel shows', () => {
    const digits = fc
      .array(fc.constantFrom(...'0123456789'), { minLength: 6, maxLength: 12 })
      .map((all) => all.join(''));
    const prefix = fc.constantFrom('', '+56', '56', '+', '9', '569', '+569', '00569', '+55', '+1');
    fc.assert(
      fc.property(prefix, digits, fc.constantFrom('CL', 'BR', 'AR'), (start, rest, country) => {
        const written = start + rest;
        expect([written, phoneOf(written, country)]).toEqual([written, canonicalPhone(written, country)]);
      }),
      { numRuns: 500 },
    );
    for (const written of [
      '912345678',
      '9 1234 5678',
      '+56 9 1234 5678',
      '56912345678',
      '56912345678,0',
      '56912345678.00',
    ])
      expect([written, phoneOf(written, 'CL')]).toEqual([written, '+56912345678']);
  });

  it('when Excel kept it as text, took it for a number or would run it, then that is seen', () => {
    const reader = new PersonReader(matchColumns(['fono', 'nombre'], []), 'CL', start);
    const read = (...all: string[]) => reader.read({ row: 2, cells: all });
    expect(read("'+56912345678", 'Ana')).toMatchObject({ phone: '+56912345678', name: 'Ana' });
    expect(read('="56912345678"', 'Ana')).toMatchObject({ phone: '+56912345678' });
    for (const number of ['5,69E+10', '5.69123E+10', '5,69e10'])
      expect(read(number, 'Ana')).toMatchObject({ reason: 'scientific', column: 'fono' });
    expect(read('912345678', '=cmd|calc!A1')).toMatchObject({ reason: 'formula', column: 'nombre' });
    expect(read('912345678', 'x'.repeat(300))).toMatchObject({ reason: 'too_long' });
    expect(read('912345678', 'Ana', 'sobra')).toMatchObject({ reason: 'cells' });
    expect(read('912345678', 'Ana', '', ' ')).toMatchObject({ name: 'Ana' });
    expect(['=1+1', '@x', '+cmd', '-2+3 x'].map(isFormula)).toEqual([true, true, true, true]);
    expect(['+56 9 1234', '-5', '-', 'a=b'].map(isFormula)).toEqual([false, false, false, false]);
  });

  it('when it is a number or a day as written here, then it is kept in one form', () => {
    const all: [string, string][] = [
      ['1.234,5', '1234.5'],
      ['1,234.5', '1234.5'],
      ['12,5', '12.5'],
      ['$ 3.400', '3400'],
      ['007', '007'],
      ['3-12-2026', '2026-12-03'],
      ['31/02/2026', '31/02/2026'],
      ['2026/1/5', '2026-01-05'],
      ['oro', 'oro'],
      ['5 estrellas', '5 estrellas'],
    ];
    for (const [cell, kept] of all) expect([cell, plainValue(cell)]).toEqual([cell, kept]);
  });

  it('when somebody is a day short of eighteen, then they are a minor; on the day they are not', () => {
    expect(['17', '18', '17 años', '5', 'x'].map((age) => isMinor(age, 'age', start))).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
    expect(['02-12-2008', '01-12-2008', '', '31-31-2020'].map((day) => isMinor(day, 'birth', start))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(dayOf('1/2/07')).toBe('2007-02-01');
  });
});

it('when tokens are met, then each is known again and no other, however many', () => {
  const seen = new Seen();
  const all = Array.from({ length: 20_000 }, () => randomBytes(32));
  expect(all.map((token) => seen.add(token)).filter(Boolean)).toEqual([]);
  expect(all.every((token) => seen.add(token))).toBe(true);
  expect(seen.has(randomBytes(32))).toBe(false);
});

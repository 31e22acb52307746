import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '..', '..');

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}
const ours = ['src', 'adapters', 'intents'].flatMap(filesIn);

// The library and the rest of the house are read once for all programs.
const read = new Map<string, ts.SourceFile | undefined>();

/** What the compiler sees when these lines stood in a file of ours. */
function program(planted?: string): ts.Program {
  const path = join(root, 'src', 'planted.ts');
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node20,
    esModuleInterop: true,
    skipLibCheck: true,
    types: ['node'],
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  const isPlanted = (file: string): boolean => planted !== undefined && file === path;
  host.fileExists = (file) => isPlanted(file) || fileExists(file);
  host.readFile = (file) => (isPlanted(file) ? planted : readFile(file));
  host.getSourceFile = (file, language) => {
    if (isPlanted(file)) return ts.createSourceFile(file, planted ?? '', language);
    if (!read.has(file)) read.set(file, getSourceFile(file, language));
    return read.get(file);
  };
  return ts.createProgram(planted ? [path] : ours, options, host);
}

interface Member {
  file: string;
  of: string;
  name: string;
}

/** The files that touch one of these members, whatever they call the thing that has it. */
function users(compiled: ts.Program, members: readonly Member[]): Set<string> {
  const checker = compiled.getTypeChecker();
  const wanted = new Set<ts.Declaration>();
  for (const { file, of, name } of members)
    for (const statement of compiled.getSourceFile(join(root, file))?.statements ?? [])
      if ((ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name?.text === of)
        for (const member of statement.members)
          if (member.name?.getText() === name) wanted.add(member as ts.Declaration);
  if (wanted.size < members.length) throw new Error(`not found: ${JSON.stringify(members)}`);
  const isWanted = (symbol?: ts.Symbol): boolean => symbol?.declarations?.some((one) => wanted.has(one)) === true;
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && isWanted(checker.getSymbolAtLocation(node.name)))
      found.add(relative(root, node.getSourceFile().fileName));
    if (ts.isElementAccessExpression(node) && ts.isStringLiteral(node.argumentExpression))
      if (isWanted(checker.getTypeAtLocation(node.expression).getProperty(node.argumentExpression.text)))
        found.add(relative(root, node.getSourceFile().fileName));
    if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
      const name = (node.propertyName ?? node.name).getText();
      if (isWanted(checker.getTypeAtLocation(node.parent).getProperty(name)))
        found.add(relative(root, node.getSourceFile().fileName));
    }
    ts.forEachChild(node, visit);
  };
  for (const file of compiled.getSourceFiles()) if (!file.isDeclarationFile) visit(file);
  return found;
}

const sql: Member[] = [
  { file: 'src/data/database.ts', of: 'Tx', name: 'query' },
  { file: 'src/data/database.ts', of: 'TenantTx', name: 'rows' },
];
const send: Member[] = [{ file: 'src/channel.ts', of: 'Channel', name: 'send' }];
const destroyKey: Member[] = [{ file: 'src/data/keys.ts', of: 'Keys', name: 'destroyPerson' }];

const compiled = program();
const mayHoldSql = (file: string): boolean => file.startsWith('src/data/') || file.endsWith('.table.ts');
const text = (file: string): string => readFileSync(file, 'utf8');
const naming = (pattern: RegExp, allowed: (file: string) => boolean): string[] =>
  ours.map((file) => relative(root, file)).filter((file) => !allowed(file) && pattern.test(text(join(root, file))));

describe('nothing goes round the one way', () => {
  it('when something asks the database, then it stands in a table file or beside the database', () => {
    expect([...users(compiled, sql)].filter((file) => !mayHoldSql(file))).toEqual([]);
    expect(naming(/from 'sequelize'|require\('sequelize'\)/, mayHoldSql)).toEqual([]);
    const servers = (file: string): boolean => file.startsWith('src/data/') || file.startsWith('src/local/');
    expect(naming(/from 'pg'|require\('pg'\)/, servers)).toEqual([]);
  });

  it('when something hands a message to a channel, then it is the one file of delivery that stands behind the gate', () => {
    const senders = [...users(compiled, send)];
    expect(senders.filter((file) => !file.startsWith('src/domain/delivery/'))).toEqual([]);
    expect(senders.length).toBeLessThanOrEqual(1);
  });

  it('when something destroys a person’s key or identifiers, then it is the erasure, or the merge that has sealed them anew', () => {
    const may = ['src/domain/privacy/destruction.ts', 'src/domain/audience/merge.ts'];
    expect([...users(compiled, destroyKey)].filter((file) => !may.includes(file))).toEqual([]);
    const inKeys = (file: string): boolean => file === 'src/data/keys.ts';
    expect(naming(/(DELETE FROM|TRUNCATE|DROP TABLE)\s+contact_key/i, inKeys)).toEqual([]);
    // A number that its person left behind is nobody's; its refusals stay.
    const mayUnname = ['src/domain/privacy/erasure.table.ts', 'src/domain/audience/identifiers.table.ts'];
    expect(naming(/DELETE FROM\s+identifier/i, (file) => mayUnname.includes(file))).toEqual([]);
    expect(
      naming(
        /(DELETE FROM|TRUNCATE)\s+(suppression|deletion_ledger|audit)\b/i,
        (file) => file === 'src/domain/audience/suppressions.table.ts',
      ),
    ).toEqual([]);
  });
});

describe('the finder itself', () => {
  it.each([
    [
      'a query',
      sql,
      "import type { TenantTx } from './data/database'; export const bad = (t: TenantTx) => t.query('SELECT 1');",
    ],
    [
      'a taken-out query',
      sql,
      "import type { TenantTx } from './data/database'; export const bad = ({ query }: TenantTx) => query('SELECT 1');",
    ],
    [
      'a named query',
      sql,
      "import type { SystemTx } from './data/database'; export const bad = (t: SystemTx) => t['query']('SELECT 1');",
    ],
    [
      'rows',
      sql,
      "import type { TenantTx } from './data/database'; export const bad = (t: TenantTx) => t.rows({ name: 'x', columns: {} });",
    ],
    [
      'a send',
      send,
      "import type { Channel } from './channel'; export const bad = (any: Map<string, Channel>) => any.get('whatsapp')?.send;",
    ],
    [
      'a lost key',
      destroyKey,
      "import type { Keys } from './data/keys'; export const bad = (k: Keys, t: never) => k.destroyPerson(t, 'x');",
    ],
  ])('when %s stands where it must not, then it is found', (_what, members, source) => {
    expect([...users(program(source), members)]).toContain('src/planted.ts');
  });
});

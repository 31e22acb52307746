import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** What the code of a handler, and of the files beside it, names of its language files. */
export interface HandlerWords {
  replies: ReadonlySet<string>;
  facts: ReadonlySet<string>;
  forms: ReadonlySet<string>;
  /** The act, and its label's key under `buttons`, where that is spelt out. */
  buttons: readonly { act: string; label: string | undefined }[];
  /** It waits for a yes or a no. */
  asks: boolean;
  /** Every piece of text in the file. */
  literals: ReadonlySet<string>;
}

/** What several handlers say alike stands at their door. */
const shared = join(__dirname, '..', '..', 'src', 'intent.ts');

export function wordsOf(file: string): HandlerWords {
  const beside = readdirSync(dirname(file)).filter((name) => name.endsWith('.ts'));
  const own = beside.map((name) => wordsIn(join(dirname(file), name))).reduce(both);
  const isCalled = (name: string) => own.calls.has(name) || (name === 'begins' && own.calls.has('nextStep'));
  const theirs = ['opensCase', 'noneYet', 'begins'].filter(isCalled).map((name) => wordsIn(shared, name));
  const { facts, forms, asks } = own;
  return { ...[own, ...theirs].reduce(both), facts, forms, asks };
}

type Words = HandlerWords & { calls: ReadonlySet<string> };
const both = (one: Words, other: Words): Words => ({
  replies: new Set([...one.replies, ...other.replies]),
  facts: new Set([...one.facts, ...other.facts]),
  forms: new Set([...one.forms, ...other.forms]),
  buttons: [...one.buttons, ...other.buttons],
  asks: one.asks || other.asks,
  literals: new Set([...one.literals, ...other.literals]),
  calls: new Set([...one.calls, ...other.calls]),
});

/** @param only what is declared under this name */
function wordsIn(file: string, only?: string): Words {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  const replies = new Set<string>();
  const facts = new Set<string>();
  const forms = new Set<string>();
  const buttons: { act: string; label: string | undefined }[] = [];
  const calls = new Set<string>();
  let asks = false;
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'expect') asks = true;
    if (ts.isCallExpression(node)) calls.add(node.expression.getText());
    if (ts.isCallExpression(node) && node.expression.getText() === 'reply' && node.arguments[0])
      for (const key of values(node.arguments[0], source)) replies.add(key);
    if (ts.isObjectLiteralExpression(node)) {
      const key = property(node, 'key');
      const act = property(node, 'act');
      if (act !== undefined && key === undefined && !has(node, 'slot'))
        buttons.push({ act, label: has(node, 'label') ? property(node, 'label') : act });
      if (key !== undefined) (act === undefined ? facts : forms).add(key);
    }
    ts.forEachChild(node, visit);
  };
  const part = only === undefined ? source : declared(source, only);
  visit(part);
  return { replies, facts, forms, buttons, asks, calls, literals: literalsOf(part) };
}

function declared(source: ts.SourceFile, name: string): ts.Node {
  const found = source.statements.find(
    (one) =>
      (ts.isFunctionDeclaration(one) && one.name?.text === name) ||
      (ts.isVariableStatement(one) && one.declarationList.declarations.some((each) => each.name.getText() === name)),
  );
  if (!found) throw new Error(`no ${name} in ${source.fileName}`);
  return found;
}

/** All strings that a file of types or code spells out. */
export const literalsIn = (file: string): ReadonlySet<string> =>
  literalsOf(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true));

/** The members of a union of strings. */
export function unionOf(file: string, name: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  const found = source.statements.find((one) => ts.isTypeAliasDeclaration(one) && one.name.text === name);
  if (!found) throw new Error(`no type ${name} in ${file}`);
  return [...literalsOf(found)];
}

function literalsOf(node: ts.Node, found = new Set<string>()): Set<string> {
  if (ts.isStringLiteralLike(node) && !ts.isImportDeclaration(node.parent)) found.add(node.text);
  if (ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) found.add(node.text);
  ts.forEachChild(node, (child) => void literalsOf(child, found));
  return found;
}

/** What an expression can come to: the strings in it, or in the constant that it names. */
function values(node: ts.Expression, source: ts.SourceFile): ReadonlySet<string> {
  if (ts.isConditionalExpression(node))
    return new Set([...values(node.whenTrue, source), ...values(node.whenFalse, source)]);
  const named = ts.isElementAccessExpression(node) ? node.expression : node;
  if (!ts.isIdentifier(named)) return literalsOf(node);
  let found: ReadonlySet<string> = new Set();
  const look = (one: ts.Node): void => {
    if (ts.isVariableDeclaration(one) && one.name.getText() === named.text && one.initializer)
      found = ts.isObjectLiteralExpression(one.initializer)
        ? literalsOf(one.initializer)
        : values(one.initializer, source);
    ts.forEachChild(one, look);
  };
  look(source);
  return found;
}

const has = (node: ts.ObjectLiteralExpression, name: string): boolean =>
  node.properties.some((one) => one.name?.getText() === name);

function property(node: ts.ObjectLiteralExpression, name: string): string | undefined {
  for (const one of node.properties)
    if (ts.isPropertyAssignment(one) && one.name.getText() === name && ts.isStringLiteralLike(one.initializer))
      return one.initializer.text;
  return undefined;
}

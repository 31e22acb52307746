import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Verdict, verifyDocument } from '../data/signed-document';
import { signerOf } from '../data/signing';
import { signingKeyHere } from '../local/key-file';

const usage = `npm run verify -- certificate.json [--keys signing-keys.json] [--json]
Needs no server and no database. Whose key it is says this installation's own, or the file that it publishes at /.well-known/signing-keys.json.
Ends with 0: whole, by a known key · 1: altered, or no certificate · 2: whole, by a key that is not known here.`;

type Outcome = 'valid' | 'changed' | 'unreadable' | 'unknown_key';
const codes: Readonly<Record<Outcome, number>> = { valid: 0, changed: 1, unreadable: 1, unknown_key: 2 };

/** The public keys that are trusted here: of the file that was given, else this machine's own. */
function knownKeys(file: string | undefined): readonly string[] {
  if (file)
    return (JSON.parse(readFileSync(file, 'utf8')) as { keys: { public_key: string }[] }).keys.map(
      (one) => one.public_key,
    );
  const seed = signingKeyHere();
  return seed ? [signerOf(seed).public_key] : [];
}

function outcomeOf(verdict: Verdict, keys: readonly string[]): Outcome {
  if (verdict.state !== 'whole') return verdict.state;
  return keys.includes(verdict.key?.public_key ?? '') ? 'valid' : 'unknown_key';
}

const said: Readonly<Record<Outcome, (verdict: Verdict) => string>> = {
  valid: ({ key }) => `Valid: signed by key ${key?.id}, and not a byte has changed since.`,
  unknown_key: ({ key }) =>
    `Whole, but signed by key ${key?.id}, which is not known here. Compare it with the keys that the issuer publishes (--keys).`,
  changed: ({ changed }) => `NOT VALID. Not as it was signed: ${changed.join(', ')}.`,
  unreadable: () => 'NOT VALID. This is no signed document, or it is damaged.',
};

/** What it says, as far as it can be believed. */
function content({ document, sha256 }: Verdict): string[] {
  const words = document?.words as unknown as Words | undefined;
  if (!words?.title) return [];
  const facts = (words.sections ?? []).flatMap((one) => [
    '',
    one.title,
    ...(one.facts ?? []).map(([label, value]) => `  ${label}: ${value}`),
    ...(one.notes ?? []).map((note) => `  ${note}`),
  ]);
  return [words.title, words.lead ?? '', ...facts, '', `SHA-256 ${sha256}`, ''];
}
interface Words {
  title: string;
  lead?: string;
  sections?: { title: string; facts?: [string, string][]; notes?: string[] }[];
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { keys: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [file] = positionals;
  if (!file) throw new Error(usage);
  const verdict = verifyDocument(readFileSync(file));
  const outcome = outcomeOf(verdict, knownKeys(values.keys));
  const isBelieved = outcome === 'valid' || outcome === 'unknown_key';
  if (values.json) {
    const { key, sha256, changed, document } = verdict;
    process.stdout.write(`${JSON.stringify({ outcome, changed, key, sha256, ...(isBelieved && { document }) })}\n`);
  } else process.stdout.write(`${[...(isBelieved ? content(verdict) : []), said[outcome](verdict)].join('\n')}\n`);
  process.exitCode = codes[outcome];
}

try {
  main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

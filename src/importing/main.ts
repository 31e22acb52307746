import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../clock';
import type { Attestation } from '../domain/audience/import/import.table';
import { AppError, errorTable } from '../errors';
import { dataDirOf, reachDatabase } from '../local/reach';
import { ImportDesk } from './desk';
import { report } from './report';

const usage = `npm run import -- FILE --tenant andina --by "Camila Rojas" [--dry-run] [--json]
  --attest "Aceptaron en …" --text-version v1 --channels whatsapp,sms --collected-at 2026-11-20 --place "Feria de Talca"
  --rejected FILE   where the rows that were not taken are written (FILE-rejected.csv)`;

function said(values: Record<string, string | boolean | undefined>): Attestation | undefined {
  if (values.attest === undefined) return undefined;
  const now = systemClock.now();
  const day = String(values['collected-at'] ?? '');
  const moment = new Date(/^\d{4}-\d\d-\d\d$/.test(day) ? `${day}T12:00:00Z` : day); // noon: that day in every zone here
  const collectedAt = moment > now && day === now.toISOString().slice(0, 10) ? now : moment;
  if (Number.isNaN(collectedAt.getTime())) throw new Error('--collected-at is the day they agreed: 2026-11-20');
  return {
    statement: String(values.attest),
    textVersion: String(values['text-version'] ?? ''),
    textLanguage: String(values['text-language'] ?? 'es'),
    channels: String(values.channels ?? '')
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean),
    collectedAt,
    place: String(values.place ?? ''),
  };
}

/** Brings a list in. Interrupted and run again with the same file it goes on where it was. Ends with 1 when it is not taken. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      tenant: { type: 'string' },
      by: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      attest: { type: 'string' },
      'text-version': { type: 'string' },
      'text-language': { type: 'string' },
      channels: { type: 'string' },
      'collected-at': { type: 'string' },
      place: { type: 'string' },
      rejected: { type: 'string' },
    },
  });
  const [path] = positionals;
  if (!path || !values.tenant || !values.by) throw new Error(usage);
  const file = resolve(path);
  const desk = new ImportDesk(await reachDatabase(), join(dataDirOf(), 'blobs'));
  const tell = (line: string): void => void process.stderr.write(`${line}\n`);
  try {
    const { tenant, member, language } = await desk.whose(values.tenant, values.by);
    const attestation = said(values);
    const rejected = values.rejected ?? `${file.replace(/\.[^.]*$/, '')}-rejected.csv`;
    const outcome = await desk.bring({
      ...{
        tenant,
        member,
        language,
        name: basename(file),
        source: createReadStream(file, { highWaterMark: 256 * 1024 }),
      },
      ...{ isDry: values['dry-run'], ...(attestation && { attestation }) },
      progress: (rows) => tell(`${rows} rows…`),
      rejects: () => writer(rejected),
    });
    process.stdout.write(
      `${values.json ? JSON.stringify({ file: basename(file), ...outcome }, null, 2) : report(outcome, language)}\n`,
    );
    if (outcome.rejected) tell(`The rows that were not taken: ${rejected}`);
  } finally {
    await desk.close();
  }
}

/** Readable by whoever wrote it alone: people are in it. */
function writer(path: string) {
  const out = createWriteStream(path, { mode: 0o600 });
  return {
    write: async (text: string) => void (out.write(text) || (await once(out, 'drain'))),
    end: async () => {
      out.end();
      await once(out, 'finish');
    },
  };
}

main().catch((error: Error) => {
  const words = error instanceof AppError ? (errorTable[error.code]?.en ?? error.code) : error.message;
  process.stderr.write(`${words}\n`);
  process.exitCode = 1;
});

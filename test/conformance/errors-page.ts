import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Treatment } from '../../src/channel';
import { type KnownError, readErrors } from '../../src/channel-errors';

const adapters = join(__dirname, '..', '..', 'adapters');

/** How a channel is called, and what its codes are. */
const channels: Readonly<Record<string, string>> = {
  whatsapp: 'WhatsApp: codes of the Graph API',
  sms: 'SMS: SMPP 3.4 without `ESME_`, states of receipts, `GSM_<n>` of the network',
  email: 'Mail: enhanced status codes (RFC 3463), reply codes of SMTP',
};
const doings: Readonly<Record<Treatment, string>> = {
  retry: 'again soon, and slower',
  wait: 'not before an hour or a day',
  permanent: 'never for this message',
  suppress: 'the person is not written to again',
  pause: 'everything from this number waits for somebody',
  bug: 'never; ours to mend',
};

/** By channel, every code that has a meaning. */
export const knownErrors = (): { channel: string; errors: ReadonlyMap<string, KnownError> }[] =>
  readdirSync(adapters)
    .filter((name) => name in channels)
    .map((channel) => ({ channel, errors: readErrors(join(adapters, channel)) }));

/** docs/errors-of-providers.md, as the tables have it. */
export function errorsPage(): string {
  const parts = knownErrors().flatMap(({ channel, errors }) => {
    const meanings = new Map<KnownError['advice'], { codes: string[]; error: KnownError }>();
    for (const [code, error] of errors) {
      const { codes } = meanings.get(error.advice) ?? { codes: [] };
      meanings.set(error.advice, { codes: [...codes, code], error });
    }
    const rows = [...meanings].map(([advice, { codes, error }]) => {
      const done = `${doings[error.treatment]}${error.elsewhere ? '; by another channel, where one is named' : ''}`;
      return `| ${joined(codes)} | ${advice?.en.means} | ${done} | ${advice?.en.do} |`;
    });
    return [
      `## ${channels[channel]}`,
      '',
      '| codes | what happened | sent again? | what to do |',
      '|---|---|---|---|',
      ...rows,
      '',
    ];
  });
  return [
    '# What the providers’ errors mean',
    '',
    'Written from `adapters/*/errors.yaml`, where the same stands in Spanish and Portuguese too; a test holds both equal. To write it anew:',
    '`node --import tsx test/conformance/errors-page.ts > docs/errors-of-providers.md`.',
    '',
    'A code that stands nowhere here is shown with its number, is never tried again (of mail, unless it begins with 4) and opens no fallback.',
    '',
    ...parts,
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

/** Neighbours as one range. */
function joined(codes: readonly string[]): string {
  const runs: string[][] = [];
  for (const code of codes) {
    const last = runs.at(-1)?.at(-1);
    if (/^\d{3,}$/.test(code) && last !== undefined && Number(code) === Number(last) + 1) runs.at(-1)?.push(code);
    else runs.push([code]);
  }
  return runs
    .map((run) => (run.length > 2 ? `\`${run[0]}\`–\`${run.at(-1)}\`` : run.map((code) => `\`${code}\``).join(' ')))
    .join(' ');
}

if (require.main === module) process.stdout.write(errorsPage());

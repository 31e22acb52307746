import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { promises } from './policy/promises';
import { reportOf, said, shippedReport } from './policy/report';
import { prove } from './policy/run';

/**
 * `npm run policy:prove [-- --only A12,A34] [--json] [--publish]`: starts a system on its own data, acts out the promises of the policy through its public
 * doors, looks from outside at what came of it, then does harm on purpose and looks again. Ends with 1 when a promise is not proved or harm went unnoticed.
 * With --publish the report becomes the one that the product shows at /trust.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
      publish: { type: 'boolean', default: false },
    },
  });
  const only = values.only?.split(',').map((id) => id.trim().toUpperCase());
  const strange = only?.find((id) => !promises.some((one) => one.id === id));
  if (strange) throw new Error(`Unknown promise “${strange}”. There are A01 to A50.`);
  if (only && values.publish) throw new Error('Only a whole report is published: leave out --only.');
  const tell = (line: string) => void (values.json || process.stdout.write(`${line}\n`));
  tell('Starting a system of its own…');
  const run = await prove({ ...(only && { only }), told: (outcome) => tell(said(outcome)), tell });
  const report = reportOf(run);
  if (values.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  for (const { name, promise, caught, how } of report.mutations)
    tell(`${caught ? '✓' : '✗'} ${name} (${promise}): ${how}`);
  tell(
    `\n${report.proved} of ${report.total} proved; ${report.mutations.filter(({ caught }) => caught).length} of ${report.mutations.length} harms noticed`,
  );
  if (values.publish) writeFileSync(shippedReport, `${JSON.stringify(report, null, 1)}\n`);
  if (report.proved < report.total || report.mutations.some(({ caught }) => !caught)) process.exitCode = 1;
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});

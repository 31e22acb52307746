import { parseArgs } from 'node:util';
import { StopRotation } from '../domain/audience/stop-rotation';
import { atCustomer } from './at-customer';

/** `npm run keys:rotate-stop -- --tenant andina [--json]`: a new key for the tokens of those who left, while everything goes on. Goes on where it was broken off. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { tenant: { type: 'string' }, json: { type: 'boolean', default: false } } });
  await atCustomer(values.tenant, async ({ tenant, name, database, keys, rooms, now }) => {
    const rotated = await new StopRotation(database, keys).run(tenant, async (phase, done) => {
      process.stderr.write(`\r${phase} ${done}   `);
    });
    const entry = { actor: 'system', act: 'keys.stop_rotated', subject: 'key:stop', detail: { ...rotated } };
    await database.withTenant(tenant, (tx) => rooms.audit.record(tx, entry, now));
    const said = `\n${name}: stop key ${rotated.version} is in use; ${rotated.refusals} who left and ${rotated.identifiers} addresses went over.`;
    process.stdout.write(values.json ? `${JSON.stringify({ customer: name, ...rotated })}\n` : `${said.trim()}\n`);
  });
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readErrors } from '../channel-errors';
import type { Language } from '../intent';

const folder = join(__dirname, '..', '..', 'adapters');

// Adapters are found by listing folders, as everywhere.
const tables = readdirSync(folder)
  .filter((name) => existsSync(join(folder, name, 'errors.yaml')))
  .map((name) => ({ channel: name.toUpperCase(), errors: readErrors(join(folder, name)) }));

/** What the providers' codes mean and what to do about them, as texts of the house: `SMS_UNDELIV`. @param counted how a meaning is said of several messages */
export function providerTexts(language: Language, counted: string) {
  const advice: Record<string, string> = {};
  const failures: Record<string, string> = {};
  for (const { channel, errors } of tables)
    for (const [code, { advice: words }] of errors) {
      if (!words) continue;
      const key = `${channel}_${code.replaceAll('.', '_')}`;
      advice[key] = `${words[language].means} ${words[language].do}`;
      failures[key] = counted.replace('{means}', words[language].means.replace(/[.]$/, ''));
    }
  return { advice, failures };
}

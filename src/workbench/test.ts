import { AUDIENCES, createUnderstanding, heardBy } from '../conversation/understand';
import { NOW, ZONES } from './answer';
import { INTENTS, MODELS } from './folders';
import type { Report } from './report';

const LANGUAGES = ['es', 'en', 'pt'] as const;

/** `npm run intents:test [intent …]`: what the folders promise under `tests` and `never`. */
export const testFolders = async (only: readonly string[], asJson: boolean): Promise<Report> => {
  const engine = await createUnderstanding(INTENTS, MODELS);
  const unknown = only.filter((id) => !engine.intents.some((intent) => intent.id === id));
  if (unknown.length > 0) throw new Error(`There is no intent “${unknown.join('”, “')}”.`);
  let said = 0;
  const failures: { intent: string; audience: string; language: string; say: string; expected: string; got: string }[] =
    [];
  for (const audience of AUDIENCES)
    for (const { id, audience: folder, phrases } of heardBy(engine.intents, audience)) {
      if (only.length > 0 && !only.includes(id)) continue;
      for (const language of LANGUAGES) {
        const hear = (say: string) =>
          engine.understand({ text: say, audience, language, now: NOW, zone: ZONES[language] }).intent;
        const fail = (say: string, expected: string, got: string) =>
          failures.push({ intent: `${folder}/${id}`, audience, language, say, expected, got });
        // ordinary talk is tested where shops are talked to
        const tests = id === 'none' && audience !== 'recipient' ? [] : phrases[language].tests;
        for (const { say, expect } of tests) {
          const got = hear(say);
          if (got !== expect) fail(say, expect, got);
        }
        for (const say of phrases[language].never) if (hear(say) === id) fail(say, `not ${id}`, id);
        said += tests.length + phrases[language].never.length;
      }
    }
  const lines = failures.map(
    ({ intent, language, audience, say, expected, got }) =>
      `${intent} (${language}, ${audience}): “${say}” should be ${expected}, is ${got}`,
  );
  return {
    text: asJson
      ? JSON.stringify({ said, failures }, null, 2)
      : [...lines, `${said} lines, ${failures.length} heard wrongly`].join('\n'),
    failed: failures.length > 0,
  };
};

import type { Names } from '../conversation/understand';
import { plain } from '../conversation/understand';
import type { TestLine } from './lines';

export type Thing = 'campaign' | 'template' | 'segment';

const KEYS: readonly [RegExp, Thing][] = [
  [/camp/i, 'campaign'],
  [/templ|plantilla|modelo/i, 'template'],
  [/segm|audien|group|grupo|list|publico|público/i, 'segment'],
];

/** Which of the tenant's things a key of a line speaks of, whatever its writer called it. */
export const thingOf = (key: string): Thing | undefined => KEYS.find(([pattern]) => pattern.test(key))?.[1];

/** What the lines call their things are the names of their tenant. A name is its own id here. */
export const namesOf = (lines: readonly TestLine[]): Names => {
  const found: Record<Thing, Map<string, string>> = { campaign: new Map(), template: new Map(), segment: new Map() };
  for (const { entities } of lines)
    for (const [key, value] of Object.entries(entities)) {
      const thing = thingOf(key);
      const isCode = typeof value !== 'string' || /^c[- ]?\d+$/i.test(value.trim());
      const same = plain(String(value)).replace(/s$/, '');
      if (thing && !isCode && !found[thing].has(same)) found[thing].set(same, value);
    }
  const named = (thing: Thing) => [...found[thing].values()].map((name) => ({ id: name, name }));
  return {
    // numbers that no line says
    campaigns: named('campaign').map((one, at) => ({ ...one, number: 9_000_000 + at })),
    templates: named('template'),
    segments: named('segment'),
  };
};

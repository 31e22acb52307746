import fc from 'fast-check';

type Path = readonly (string | number)[];
interface Change {
  where: number;
  how: 'replace' | 'remove' | 'rename' | 'repeat' | 'wrap' | 'add';
  value: unknown;
}

const awkward = ['', '\0', 'a\0b', '\ud83d', '\udc00x', '__proto__', 'constructor', '1e999', 'ñ🛑'];
const values = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    42,
    1e21,
    1_796_131_800_000,
    [],
    {},
    [[]],
    [null],
    { type: 'text' },
    ...awkward,
  ),
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ maxDepth: 3 }),
);
const change: fc.Arbitrary<Change> = fc.record({
  where: fc.nat(),
  how: fc.constantFrom('replace', 'remove', 'rename', 'repeat', 'wrap', 'add'),
  value: values,
});

/** Any of these payloads with a few things in it changed, at any place. */
export const mutated = (payloads: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc
    .tuple(fc.constantFrom(...payloads), fc.array(change, { minLength: 1, maxLength: 4 }))
    .map(([payload, changes]) => changes.reduce(apply, structuredClone(payload)));

function apply(payload: unknown, { where, how, value }: Change): unknown {
  const given = structuredClone(value); // a later change may be made inside it
  const paths = pathsOf(payload);
  const path = paths[where % Math.max(1, paths.length)];
  if (!path) return payload;
  const key = path.at(-1) as string | number;
  const parent = path.slice(0, -1).reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], payload);
  const holder = parent as Record<string | number, unknown>;
  const inside = holder[key];
  const isHeld = (one: unknown): boolean => typeof one === 'object' && one !== null;
  if (how === 'replace') set(holder, key, given);
  if (how === 'remove') Array.isArray(parent) ? parent.splice(Number(key), 1) : delete holder[key];
  if (how === 'rename' && !Array.isArray(parent)) {
    delete holder[key];
    set(holder, typeof given === 'object' ? 'renamed' : String(given), inside); // some objects can't be written out
  }
  if (how === 'repeat' && Array.isArray(parent)) parent.push(inside);
  if (how === 'wrap') set(holder, key, [inside]);
  if (how === 'add' && isHeld(inside)) set(inside as Record<string, unknown>, 'of_tomorrow', given);
  return payload;
}

const set = (holder: object, key: string | number, given: unknown): void =>
  void Object.defineProperty(holder, key, { value: given, writable: true, enumerable: true, configurable: true });

function pathsOf(node: unknown, at: Path = []): Path[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, below]) => [[...at, key], ...pathsOf(below, [...at, key])]);
}

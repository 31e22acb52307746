/** What an array holds: its type's number in Postgres. */
const types = { bytea: 17, int4: 23, text: 25, uuid: 2950 } as const;

/**
 * An array as Postgres takes it in binary, for `$n::bytea[]` and its like: thousands of values as one parameter, without writing each in hex.
 * `null` is NULL. Texts must hold no NUL.
 */
function packed(type: keyof typeof types, values: readonly (Buffer | null)[]): Buffer {
  if (values.length === 0) return headed(type, 0, Buffer.allocUnsafe(12));
  const bytes = values.reduce((sum, value) => sum + 4 + (value?.length ?? 0), 0);
  const out = headed(type, 1, Buffer.allocUnsafe(20 + bytes));
  out.writeInt32BE(values.length, 12);
  out.writeInt32BE(1, 16);
  let at = 20;
  for (const value of values) {
    at = out.writeInt32BE(value ? value.length : -1, at);
    if (value) {
      out.set(value, at);
      at += value.length;
    }
  }
  return out;
}

function headed(type: keyof typeof types, dimensions: 0 | 1, out: Buffer): Buffer {
  out.writeInt32BE(dimensions, 0);
  out.writeInt32BE(1, 4); // there may be NULLs
  out.writeInt32BE(types[type], 8);
  return out;
}

export const packedBytes = (values: readonly (Buffer | null)[]): Buffer =>
  packed(
    'bytea',
    values.map((value) => (value === null || Buffer.isBuffer(value) ? value : Buffer.from(String(value)))),
  );

/** Written where they go: most are short, and a buffer each costs more than its bytes. */
export function packedTexts(values: readonly string[]): Buffer {
  if (values.length === 0) return packed('text', []);
  const texts = values.map(String);
  const most = texts.reduce((sum, text) => sum + 4 + 3 * text.length, 20);
  const out = headed('text', 1, Buffer.allocUnsafe(most));
  out.writeInt32BE(texts.length, 12);
  out.writeInt32BE(1, 16);
  let at = 20;
  for (const text of texts) {
    const length = out.write(text, at + 4);
    at = out.writeInt32BE(length, at) + length;
  }
  return out.subarray(0, at);
}

/** @param values sixteen bytes each, or as they are written */
export const packedIds = (values: readonly (Buffer | string)[]): Buffer => packed('uuid', values.map(idBytes));

export function packedInts(values: readonly number[]): Buffer {
  if (values.length === 0) return packed('int4', []);
  const out = headed('int4', 1, Buffer.allocUnsafe(20 + 8 * values.length));
  out.writeInt32BE(values.length, 12);
  out.writeInt32BE(1, 16);
  values.forEach((value, index) => {
    out.writeInt32BE(4, 20 + 8 * index);
    out.writeInt32BE(Number(value), 24 + 8 * index);
  });
  return out;
}

/** The sixteen bytes of an id as it is written. */
export function idBytes(id: Buffer | string): Buffer {
  if (Buffer.isBuffer(id)) return id;
  const bytes = Buffer.alloc(16);
  bytes.write(String(id).replaceAll('-', ''), 'hex');
  return bytes;
}

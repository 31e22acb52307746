import { type FormData, request } from 'undici';
import type { Told } from '../../src/channel';
import { type Json, object, text } from './json';

// Why something was not taken, by Meta's code or subcode: our code. Whatever is not here is TEMPLATE_REFUSED.
const known: Readonly<Record<string, string>> = {
  2388023: 'TEMPLATE_NAME_RESTS',
  2388024: 'TEMPLATE_NAME_TAKEN',
  2388025: 'TEMPLATE_EDIT_STATE',
  2388026: 'TEMPLATE_EDIT_LIMIT',
  2388027: 'TEMPLATE_CATEGORY_FIXED',
  2593002: 'TEMPLATE_GONE',
  33: 'TEMPLATE_GONE',
  80008: 'TEMPLATES_TOO_MANY',
  133005: 'CONNECT_PIN',
  133006: 'CONNECT_UNVERIFIED',
  ...Object.fromEntries([133_008, 133_009, 133_015, 133_016].map((code) => [code, 'CONNECT_WAIT'])),
  ...Object.fromEntries([3, 10, 102, 104, 190, 200, 131_005].map((code) => [code, 'PROVIDER_ACCESS'])),
};
const most = 4 * 1024 * 1024;
// Meta's own words for a while: too many calls, or its servers are busy.
const passing = new Set([1, 2, 4, 17, 613, 80_007, 131_000, 131_016]);

export interface GraphSettings {
  baseUrl: string;
  version: string;
  deadlineMs: number;
}
export interface Ask {
  method: 'GET' | 'POST' | 'DELETE';
  /** Below the version, with its query. */
  path: string;
  token: string;
  body?: unknown;
  /** Bytes instead of JSON, with their headers. */
  raw?: { content: Buffer | FormData; headers?: Readonly<Record<string, string>> };
}

/** Asks the Graph API for what is not a message: once, with a deadline. The caller asks again later where that helps. */
export async function ask({ baseUrl, version, deadlineMs }: GraphSettings, given: Ask): Promise<Told<Json>> {
  const { method, path, token, body, raw } = given;
  try {
    const answer = await request(`${baseUrl}/${version}${path}`, {
      method,
      signal: AbortSignal.timeout(deadlineMs),
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...raw?.headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(raw && { body: raw.content }),
    });
    const said = await read(answer.body);
    if (answer.statusCode < 300) return { outcome: 'accepted', value: said };
    return refusal(object(said.error), answer.statusCode);
  } catch {
    return { outcome: 'unknown', code: 'PROVIDER_UNREACHABLE' };
  }
}

async function read(body: AsyncIterable<Buffer>): Promise<Json> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > most) throw new Error('an answer is longer than any of Meta’s');
    chunks.push(chunk);
  }
  return object(JSON.parse(Buffer.concat(chunks).toString('utf8')));
}

function refusal({ code, error_subcode: subcode }: Json, status: number): Told<never> {
  const isPassing = status >= 500 || status === 429 || passing.has(Number(code));
  if (isPassing || code === undefined) return { outcome: 'not_sent', code: 'PROVIDER_UNREACHABLE' };
  const name = known[text(subcode) ?? ''] ?? known[text(code) ?? ''] ?? 'TEMPLATE_REFUSED';
  return { outcome: 'refused', code: name, treatment: 'permanent' };
}

import { FormData, request } from 'undici';
import type { Fetched, Medium, Sender, SendOutcome } from '../../src/channel';
import { ask, type GraphSettings } from './graph';
import { text } from './json';

/** Leaves a file with a number's media; what comes back names it in messages, for thirty days. */
export async function upload(
  settings: GraphSettings,
  sender: Sender,
  { mime, name, content }: Medium,
): Promise<SendOutcome> {
  const form = new FormData();
  form.set('messaging_product', 'whatsapp');
  form.set('type', mime);
  form.set('file', new Blob([new Uint8Array(content)], { type: mime }), name);
  const answer = await ask(settings, {
    method: 'POST',
    path: `/${sender.id}/media`,
    token: sender.token,
    raw: { content: form },
  });
  if (answer.outcome !== 'accepted') return answer;
  const id = text(answer.value.id);
  return id ? { outcome: 'accepted', providerId: id } : { outcome: 'unknown', code: 'PROVIDER_UNREACHABLE' };
}

const patience = { headersTimeout: 15_000, bodyTimeout: 60_000 };
const never = (code: string) => ({ outcome: 'refused', code, treatment: 'permanent' }) as const;

/** Where Meta keeps what people send. A stand-in's files are where the stand-in is. */
function isMetas(address: string, baseUrl: string): boolean {
  const [url, base] = [URL.parse(address), new URL(baseUrl)];
  if (!url || url.username || url.password) return false;
  if (base.hostname !== 'graph.facebook.com') return url.origin === base.origin;
  return url.protocol === 'https:' && url.port === '' && url.hostname === 'lookaside.fbsbx.com';
}

/** What a person sent: its address is asked for, for it lives five minutes, then the bytes. */
export async function fetch(
  settings: GraphSettings,
  { id: number, token }: Sender,
  file: string,
  most: number,
): Promise<Fetched & { bytes?: number }> {
  const path = `/${encodeURIComponent(file)}?phone_number_id=${number}`;
  const about = await ask(settings, { method: 'GET', path, token });
  if (about.outcome !== 'accepted') return about;
  const address = text(about.value.url) ?? '';
  const bytes = Number(text(about.value.file_size));
  if (bytes > most) return never('WHATSAPP_FILE_TOO_LARGE');
  if (!isMetas(address, settings.baseUrl)) return never('WHATSAPP_FILE_ELSEWHERE');
  try {
    // Some of Meta's servers give nothing to whoever does not say what they are.
    const headers = { authorization: `Bearer ${token}`, 'user-agent': 'connectus' };
    const { statusCode, body } = await request(address, { headers, ...patience });
    if (statusCode === 200)
      return { outcome: 'accepted', source: bounded(body, most), ...(Number.isInteger(bytes) && { bytes }) };
    await body.dump();
    // The address was too old: the next try asks for another.
    return statusCode === 404 || statusCode >= 500
      ? { outcome: 'not_sent', code: 'WHATSAPP_FILE_NOT_GIVEN' }
      : never('WHATSAPP_FILE_NOT_GIVEN');
  } catch {
    return { outcome: 'not_sent', code: 'PROVIDER_UNREACHABLE' };
  }
}

async function* bounded(body: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > most) throw new Error('a file is longer than was said');
    yield chunk;
  }
}

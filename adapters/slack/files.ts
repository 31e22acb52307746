import { Readable } from 'node:stream';
import { type Agent, request } from 'undici';
import type { Fetched, FileToPut, SendOutcome } from '../../src/channel';
import type { Clients } from './clients';
import { outcomeOf } from './provider-errors';

const longestAlt = 1_000;
const patience = { headersTimeout: 15_000, bodyTimeout: 60_000 };
const refused = (code: string): Exclude<SendOutcome, { outcome: 'accepted' }> => ({
  outcome: 'refused',
  code,
  treatment: 'permanent',
});

/** Whether an address is Slack's own: what it is given carries the workspace's token. A stand-in's is the one that stands in for the API. */
export function isSlacks(address: string, apiUrl: string): boolean {
  const [url, api] = [URL.parse(address), new URL(apiUrl)];
  if (!url || url.username || url.password) return false;
  if (api.hostname !== 'slack.com') return url.origin === api.origin;
  return (
    url.protocol === 'https:' &&
    url.port === '' &&
    (url.hostname === 'slack.com' || url.hostname.endsWith('.slack.com'))
  );
}

/** The bytes of a file that somebody shared: where they are is Slack's to say, and no redirect is followed. */
export async function fetchFile(
  { often }: Clients,
  agent: Agent,
  { apiUrl, token, file, most }: { apiUrl: string; token: string; file: string; most: number },
): Promise<Fetched> {
  try {
    const { file: about } = await often.files.info({ file });
    const address = about?.url_private_download ?? about?.url_private ?? '';
    if (Number(about?.size) > most) return refused('SLACK_FILE_TOO_LARGE');
    if (!isSlacks(address, apiUrl)) return refused('SLACK_FILE_ELSEWHERE');
    const headers = { authorization: `Bearer ${token}` };
    const { statusCode, body } = await request(address, { dispatcher: agent, headers, ...patience });
    if (statusCode === 200) return { outcome: 'accepted', source: bounded(body, most) };
    await body.dump();
    return refused('SLACK_FILE_NOT_GIVEN');
  } catch (error) {
    const outcome = outcomeOf(error);
    return outcome.outcome === 'accepted' ? refused('SLACK_FILE_NOT_GIVEN') : outcome;
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

/** In three steps: an address is asked for, the bytes go there, then it is shared beneath a post. */
export async function putFile(
  { often }: Clients,
  agent: Agent,
  given: FileToPut & { apiUrl: string; channel: string; thread: string },
): Promise<SendOutcome> {
  const { apiUrl, channel, thread, name, content, alt } = given;
  const { bytes, source } = Buffer.isBuffer(content) ? { bytes: content.length, source: content } : content;
  try {
    const about = { filename: name, length: bytes, ...(alt && { alt_text: alt.slice(0, longestAlt) }) };
    const asked = await often.files.getUploadURLExternal(about);
    const { upload_url: address = '', file_id: id = '' } = asked;
    if (!isSlacks(address, apiUrl)) return refused('SLACK_FILE_ELSEWHERE');
    const headers = { 'content-type': 'application/octet-stream', 'content-length': String(bytes) };
    const { statusCode, body } = await request(address, {
      method: 'POST',
      dispatcher: agent,
      headers,
      body: Buffer.isBuffer(source) ? source : Readable.from(source, { objectMode: false }),
      ...patience,
    });
    await body.dump();
    if (statusCode !== 200) return refused('SLACK_FILE_NOT_TAKEN');
    await often.files.completeUploadExternal({ files: [{ id, title: name }], channel_id: channel, thread_ts: thread });
    return { outcome: 'accepted', providerId: id };
  } catch (error) {
    return outcomeOf(error);
  }
}

const alreadyGone: ReadonlySet<string> = new Set(['SLACK_file_not_found', 'SLACK_file_deleted']);

/** Takes a file down, in every place where it stands. */
export async function removeFile({ often }: Clients, file: string): Promise<SendOutcome> {
  try {
    await often.files.delete({ file });
    return { outcome: 'accepted', providerId: file };
  } catch (error) {
    const outcome = outcomeOf(error);
    const isGone = outcome.outcome === 'refused' && alreadyGone.has(outcome.code);
    return isGone ? { outcome: 'accepted', providerId: file } : outcome;
  }
}

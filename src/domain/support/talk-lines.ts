import type { ChannelEvent, InboundContent } from '../../channel';
import type { TenantTx } from '../../data/database';
import type { Keys, PersonKey, TenantKeys } from '../../data/keys';
import { answeredLine, answeredLines, heardLine, heardLines } from './timeline.table';

/** @property from app: somebody of the company, by its own WhatsApp app. media: a picture, a voice note, …; the text is its caption */
export interface Line {
  at: Date;
  from: 'person' | 'us' | 'app';
  text: string;
  media?: string;
}
/** As sent by a member: a file is named, and fetched from where they put it when it leaves. */
export interface Answer {
  text: string;
  /** Of a template: as it read. */
  words?: string;
  file?: { name: string };
}
interface Row {
  id: string;
  at: Date;
  sealed: Buffer;
}
const longest = 300;

/** The newest lines of both sides, oldest first. @param letters of each, at most */
export async function newestLines(
  tx: TenantTx,
  keys: Keys,
  contact: string,
  most: number,
  letters = longest,
): Promise<Line[]> {
  const own = await keys.of(tx);
  const person = await keys.person(tx, contact);
  const heard = (await heardLines(tx, contact, most)).flatMap((row) => heardOf(own, row) ?? []);
  const ours = (await answeredLines(tx, contact, most)).flatMap((row) => oursOf(person, row) ?? []);
  // A provider's time counts whole seconds: within one, the order in which they came.
  return [...heard.reverse(), ...ours.reverse()]
    .sort((a, b) => a.at.getTime() - b.at.getTime())
    .slice(-most)
    .map((line) => ({ ...line, text: line.text.slice(0, letters) }));
}

/** What came in that row, whole. */
export async function lineOfInbox(tx: TenantTx, keys: Keys, contact: string, id: string): Promise<Line | undefined> {
  const row = await heardLine(tx, contact, id);
  return row && heardOf(await keys.of(tx), row);
}

/** What we sent, with how far it came. */
export async function lineOfAnswer(
  tx: TenantTx,
  keys: Keys,
  contact: string,
  seq: string,
): Promise<(Line & { state: string; reason?: string }) | undefined> {
  const row = await answeredLine(tx, contact, seq);
  const line = row && oursOf(await keys.person(tx, contact), row);
  return line && { ...line, state: row.state, ...(row.reason && { reason: row.reason }) };
}

/** The person's own words in that row. */
export function wordsOf(keys: TenantKeys, row: { id: string; sealed: Buffer }): string | undefined {
  const event = openedOf(keys, row);
  const content = event.kind === 'message' ? event.content : undefined;
  if (content?.type === 'media') return content.caption;
  return content?.type === 'text' ? content.text : undefined;
}

function heardOf(keys: TenantKeys, row: Row): Line | undefined {
  const event = openedOf(keys, row);
  if (event.kind !== 'message' && event.kind !== 'echo') return undefined;
  const line = lineOf(event.content);
  return line && { ...line, at: row.at, from: event.kind === 'echo' ? 'app' : 'person' };
}

function oursOf(person: PersonKey, row: { seq: string; at: Date; sealed: Buffer }): Line | undefined {
  const {
    text = '',
    words: read,
    file,
  } = JSON.parse(person.open(row.sealed, `message|0|${row.seq}`).toString('utf8')) as Partial<Answer>;
  const words = [file?.name && `[${file.name}]`, text || read].filter(Boolean).join(' ');
  return words ? { at: row.at, from: 'us', text: words } : undefined;
}

const openedOf = (keys: TenantKeys, row: { id: string; sealed: Buffer }): ChannelEvent =>
  JSON.parse(keys.open(row.sealed, `inbox|${row.id}`).toString('utf8'));

function lineOf(content: InboundContent): { text: string; media?: string } | undefined {
  if (content.type === 'text') return content.text ? { text: content.text } : undefined;
  if (content.type === 'button') return { text: `[${content.label}]` };
  if (content.type === 'edited') return content.text ? { text: `✎ ${content.text}` } : undefined;
  if (content.type === 'media') return { text: content.caption ?? '', media: content.media };
  return content.type === 'unsupported' ? { text: '', media: 'other' } : undefined;
}

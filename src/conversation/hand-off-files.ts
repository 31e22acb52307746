import type { Channel, Sender, Surface } from '../channel';
import { type Bring, mostFile } from '../domain/delivery/file-answers';
import { AppError } from '../errors';
import type { PostsDeps } from './posts';

interface Deps {
  channel(name: string): Channel | undefined;
  surface: Surface;
  /** One of our numbers, with what is needed to ask its provider. */
  sender(channel: string, app: string, id: string): Promise<Sender | undefined>;
}

/** As much as WhatsApp lets people send. */
const mostHeard = 100 * 1024 * 1024;
const never = (code: string) => ({ outcome: 'refused', code, treatment: 'permanent' }) as const;

/** What a person sent goes from its provider to Slack as it comes, and is kept nowhere on the way. */
export const carryWith =
  ({ channel, surface, sender }: Deps): NonNullable<PostsDeps['carry']> =>
  async (file, workspace, at) => {
    const own = await sender(file.channel, file.app, file.sender);
    const fetched = own && (await channel(file.channel)?.fetch?.(own, file.id, mostHeard));
    if (!fetched || !surface.putFile) return never('FILE_NOT_FETCHED');
    // Nothing has left for Slack yet: what may work later is tried again.
    if (fetched.outcome === 'unknown') return { outcome: 'not_sent', code: fetched.code };
    if (fetched.outcome !== 'accepted') return fetched;
    const { source, bytes } = fetched;
    const content = bytes === undefined ? await whole(source) : { bytes, source };
    return surface.putFile(workspace, at, { name: file.name, content });
  };

/** A member's file, from where they put it. */
export const bringFrom =
  ({ surface, workspace }: { surface: Surface; workspace(team: string): Promise<Sender | undefined> }): Bring =>
  async ({ team, id }) => {
    const sender = await workspace(team);
    if (!sender || !surface.fetchFile) throw new AppError('FILE_NOT_FETCHED');
    const fetched = await surface.fetchFile(sender, id, mostFile);
    if (fetched.outcome === 'accepted') return whole(fetched.source);
    if (fetched.code === 'SLACK_FILE_TOO_LARGE') throw new AppError('ANSWER_FILE_UNFIT');
    const isOver = fetched.outcome === 'refused' && !['retry', 'wait'].includes(fetched.treatment);
    throw isOver ? new AppError('FILE_NOT_FETCHED') : new Error(`a file was not fetched: ${fetched.code}`);
  };

async function whole(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const ends: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'audio/ogg': 'ogg',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/aac': 'aac',
  'audio/amr': 'amr',
  'video/mp4': 'mp4',
  'video/3gpp': '3gp',
  'application/pdf': 'pdf',
};

/** What a person called it, without what hides or turns letters; else what it is. */
export function nameOf({ name, mime = '' }: { name?: string; mime?: string }, medium: string): string {
  // Controls, marks that turn the direction of writing, and what means a folder.
  const clean = (name ?? '')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029/\\:]/gu, '')
    .trim()
    .slice(0, 100);
  const end = ends[mime.split(';')[0]?.trim().toLowerCase() ?? ''];
  return clean || (end ? `${medium}.${end}` : medium);
}

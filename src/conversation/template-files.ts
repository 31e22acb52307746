import type { Sender, Surface } from '../channel';
import { mostBytes } from '../domain/campaigns/template-media';
import { AppError } from '../errors';

/** A picture, video or paper from where a member put it. What can't be helped is said; the rest is tried again. */
export const mediumFrom =
  ({ surface, workspace }: { surface: Surface; workspace(team: string): Promise<Sender | undefined> }) =>
  async ({ team, file }: { team: string; file: string }): Promise<Buffer> => {
    const sender = await workspace(team);
    if (!sender || !surface.fetchFile) throw new AppError('MEDIUM_NOT_FETCHED');
    const fetched = await surface.fetchFile(sender, file, mostBytes);
    if (fetched.outcome === 'accepted') {
      const chunks: Buffer[] = [];
      for await (const chunk of fetched.source) chunks.push(chunk);
      return Buffer.concat(chunks);
    }
    if (fetched.code === 'SLACK_FILE_TOO_LARGE') throw new AppError('MEDIUM_TOO_LARGE');
    const isOver = fetched.outcome === 'refused' && !['retry', 'wait'].includes(fetched.treatment);
    throw isOver ? new AppError('MEDIUM_NOT_FETCHED') : new Error(`a file was not fetched: ${fetched.code}`);
  };

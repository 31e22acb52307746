import { readWords } from '../words/read-words';
import type { Channel } from './found';

interface Words {
  channels: Record<Channel, string>;
  backup: { by: string[]; none: string };
}
const words = readWords<Words>('names.yaml');
const CHANNELS = Object.entries(words.channels) as [Channel, string][];
const alone = (source: string, flags = ''): RegExp => new RegExp(`(?<![a-z0-9@.-])(?:${source})(?![a-z0-9@])`, flags);
const ANY = `(?:${CHANNELS.map(([, source]) => source).join('|')})`;
const SAID = CHANNELS.map(([channel, source]) => [channel, alone(source)] as const);
const BACKUP = alone(words.backup.by.map((one) => one.replaceAll('{channel}', ANY)).join('|'), 'g');
const NO_BACKUP = alone(words.backup.none);

const saidIn = (folded: string): Channel[] =>
  SAID.flatMap(([channel, pattern]) => (pattern.test(folded) ? [channel] : []));

/** By which channels something is to go, and by which where those reach nobody. */
export function channelsIn(folded: string): { channels: Channel[]; backup?: Channel | 'none' } {
  const behind = [...folded.matchAll(BACKUP)].map(([found]) => found);
  const channels = saidIn(folded.replace(BACKUP, ' '));
  const [backup] = NO_BACKUP.test(folded) ? (['none'] as const) : behind.flatMap(saidIn);
  return { channels, ...(backup && { backup }) };
}

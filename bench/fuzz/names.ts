import type { Channel, Ids } from './steps';

/** One identifier of a pool: `phone 3`. */
export type Name = string;
export interface Refusal {
  channel: Channel | 'all';
  source: string;
  strength: 'stop' | 'hold';
  at: number;
}
export interface Line {
  act: 'yes' | 'withdrawn' | 'needs';
  channel: Channel | 'all';
  source: string;
  at: number;
  proven: boolean;
}
export interface Contact {
  id: number;
  names: Set<Name>;
  lines: Line[];
  epoch: number;
  confirmed: number;
}
export const namesOf = (ids: Ids): Name[] =>
  (['bsuid', 'phone', 'email'] as const).flatMap((kind) => (ids[kind] === undefined ? [] : [`${kind} ${ids[kind]}`]));
export const isId = (name: Name): boolean => name.startsWith('bsuid');
export const concerns = (one: Channel | 'all', channel: Channel | 'all'): boolean =>
  one === 'all' || channel === 'all' || one === channel;
export const ofNumber = 'number_changed';
export const preference = 'whatsapp_preference';

export const rank = (one: Refusal): number => (one.strength === 'stop' ? 1 : 0);
export const concernsLine = (one: Line, channel: Channel): boolean => one.channel === 'all' || one.channel === channel;

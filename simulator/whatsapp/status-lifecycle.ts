import type { Message, Step } from './model';
import { chance, specialOf } from './people';

const sent: Step = { afterMs: 300, status: 'sent' };
const delivered: Step = { afterMs: 900, status: 'delivered' };
const read = (afterMs: number): Step => ({ afterMs, status: 'read' });
export const failed = (code: number, afterMs = 600): Step => ({ afterMs, status: 'failed', code });

/** What will become of a message that was accepted. */
export function lifeOf(message: Message): Step[] {
  const isMarketing = message.category === 'MARKETING';
  switch (specialOf(message.person)) {
    case '0001':
      return [sent, delivered, read(1_500)];
    case '0003':
      return [sent, read(1_500)];
    case '0004':
      return [failed(131026)];
    case '0005':
      return isMarketing ? [failed(131049)] : [sent, delivered];
    case '0006':
      return isMarketing ? [failed(131050)] : [sent, delivered];
    case '0007':
      return isMarketing ? [failed(132015, 3_000)] : [sent, delivered];
    case '0010':
      return [{ ...sent, afterMs: 1_500 }, { ...delivered, afterMs: 900 }, read(300)];
    default:
      return [sent, delivered, ...(readsAlone(message) ? [read(1_900 + 2_000 * chance(message.id))] : [])];
  }
}

/** Six in ten of the crowd read by themselves, always the same ones. */
const readsAlone = ({ person }: Message): boolean =>
  !person.isPlayed && !specialOf(person) && chance(`reads/${person.id}`) < 0.6;

/** Whether the person's phone says when they read. */
export const confirmsReading = (message: Message): boolean => specialOf(message.person) !== '0002';

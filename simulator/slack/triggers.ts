import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock';
import { SlackError } from './web-api';

const livesMs = 3_000;
const mostKept = 5_000;

/** What lets the bot open a form for somebody: for three seconds, once. */
export class Triggers {
  private readonly triggers = new Map<string, { user: string; bornMs: number; isUsed: boolean }>();

  constructor(private readonly clock: Clock) {}

  give(user: string): string {
    const now = this.clock.ms();
    const id = `${Math.floor(now)}.${randomBytes(4).readUInt32BE()}.${randomBytes(16).toString('hex')}`;
    this.triggers.set(id, { user, bornMs: now, isUsed: false });
    const [oldest] = this.triggers.keys();
    if (this.triggers.size > mostKept && oldest) this.triggers.delete(oldest);
    return id;
  }

  /** @returns who may be shown something @throws SlackError */
  use(id: string): string {
    const trigger = this.triggers.get(id);
    if (!trigger) throw new SlackError('invalid_trigger_id');
    if (trigger.isUsed) throw new SlackError('exchanged_trigger_id');
    if (this.clock.ms() - trigger.bornMs > livesMs) throw new SlackError('expired_trigger_id');
    trigger.isUsed = true;
    return trigger.user;
  }
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import type { ChannelEvent } from '../../channel';
import type { TenantTx } from '../../data/database';
import type { TenantKeys } from '../../data/keys';
import { noteOn, noteReply } from './interactions.table';

const attribution = z
  .strictObject({ reply_hours: z.int().min(1).max(720) })
  .parse(load(readFileSync(join(__dirname, 'attribution.yaml'), 'utf8')));

type Spoken = ChannelEvent & { kind: 'message' };

/** What a person said or did is an answer to a campaign: to the message it names, else to the newest that they got there lately. */
export async function attribute(tx: TenantTx, keys: TenantKeys, contact: string, event: Spoken): Promise<void> {
  const { content, at, channel, replyTo } = event;
  if (content.type === 'reaction') {
    if (content.emoji) await noteOn(tx, keys, { contact, on: content.on, kind: 'reacted', at });
    return;
  }
  if (content.type === 'button') {
    if (replyTo) await noteOn(tx, keys, { contact, on: replyTo, kind: 'clicked', at });
    return;
  }
  // What was written before is corrected or taken back: no new answer.
  if (content.type === 'edited' || content.type === 'revoked') return;
  if (replyTo && (await noteOn(tx, keys, { contact, on: replyTo, kind: 'replied', at }))) return;
  await noteReply(tx, { contact, channel, at, hours: attribution.reply_hours });
}

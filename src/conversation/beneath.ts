import type { SurfaceRef } from '../channel';
import type { TenantTx } from '../data/database';
import { campaignsTable } from '../domain/campaigns/campaigns.table';
import type { Domain } from './bind-services';
import type { SpokenEvent } from './turn-input';

/** The card that something is said beneath or used on, by what it was drawn from; and whether that talk is the speaker's own. */
export interface Beneath {
  args: Readonly<Record<string, string>>;
  isTheirs: boolean;
}

/** Where in Slack it is said: somebody's direct messages are one talk, whatever thread; a channel's threads are one each. */
export const whereOf = ({ channel, thread }: SurfaceRef): string =>
  !channel || channel.startsWith('D') ? 'direct' : `${channel}/${thread ?? ''}`;

/** What it may go on with: what begins anew in a channel, with the speaker's last talk there; a thread only with itself. */
export const goesOnWith = (at: SurfaceRef): string =>
  at.channel && whereOf(at) !== 'direct' && (at.begins || !at.thread) ? `${at.channel}/*` : whereOf(at);

/** Looks up what stands there. @param speaker a member, or nobody we know */
export async function beneath(
  tx: TenantTx,
  { posts }: Pick<Domain, 'posts'>,
  event: SpokenEvent,
  speaker: string | undefined,
): Promise<Beneath> {
  const { team = '', channel, thread, post } = event.surface ?? {};
  const ts = event.kind === 'shortcut' ? (post ?? thread) : thread;
  if (!channel || !ts || event.kind === 'action') return { args: {}, isTheirs: false };
  const { card, users } = await posts.at(tx, team, `${channel}/${ts}`);
  const args = card?.args ?? {};
  const said = users.includes(event.from.slack?.user ?? '');
  const isAuthor = async () =>
    args.campaign !== undefined && (await campaignsTable.get(tx, args.campaign))?.author_id === speaker;
  return { args, isTheirs: said || (speaker !== undefined && (await isAuthor())) };
}

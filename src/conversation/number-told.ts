import type { NumberChecksDeps } from '../domain/delivery/number-checks';
import { type Domain, postTo } from './bind-services';

/** One message in the campaigns' channel when a provider stops a number or is about to, drawn again when it is over. */
export const numberTold =
  ({ tenants, posts }: Pick<Domain, 'tenants' | 'posts'>): NumberChecksDeps['onTurn'] =>
  async (tx, sender, isWell, now) => {
    const topic = `number:${sender}`;
    await posts.refresh(tx, topic);
    // Whoever reads the channel sees where it stands now; a new turn for the worse is a new message.
    if (!isWell)
      await postTo(tx, tenants, posts, 'campaigns', { card: 'channel-health/standing', args: { sender }, topic }, now);
  };

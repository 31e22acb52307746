import type { OnBreaker } from '../domain/delivery/breaker';
import { type Domain, postTo } from './bind-services';

/** One message in the campaigns' channel for each time that a number stops: it says so, and says when it is over. */
export const breakerTold =
  ({ tenants, posts }: Pick<Domain, 'tenants' | 'posts'>): OnBreaker =>
  async (tx, sender, since, now) => {
    const topic = `breaker:${sender}:${since.getTime()}`;
    const args = { sender, since: since.toISOString() };
    if (await posts.hasCard(tx, topic)) await posts.refresh(tx, topic);
    else await postTo(tx, tenants, posts, 'campaigns', { card: 'channel-health/breaker', args, topic }, now);
  };

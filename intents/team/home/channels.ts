import { type Reply, reply, type Turn } from '../../../src/intent';
import { is } from './reader';

/** Whether messages can leave, by each number and address, and what is stopped. */
export async function channels(turn: Turn): Promise<Reply[]> {
  if (!is(turn, 'support', 'agent', 'operator', 'approver', 'viewer', 'privacy', 'owner')) return [];
  const { services } = turn;
  const { own, house } = await services.stops.list();
  const templates = (await services.templates.list()).filter(({ status }) => ['PAUSED', 'DISABLED'].includes(status));
  const named = (channel: string) => ({ channel: { text: `channels.${channel === '*' ? 'all' : channel}` } });
  const facts = [
    ...house.map((channel) => ({ key: 'houseStop', vars: named(channel) })),
    ...own.map(({ scope, what, label, at }) => ({
      key: scope === 'company' ? 'companyStop' : 'stop',
      vars: { label: scope === 'channel' ? { text: `channels.${what}` } : label, at },
    })),
    ...(await services.channels.senders()).map(({ channel, label, stopped }) => ({
      key: stopped ? 'senderOff' : 'sender',
      vars: {
        label,
        ...named(channel),
        ...(stopped && { since: stopped.since, why: { text: `advice.${stopped.code}` } }),
      },
    })),
    ...templates.map(({ name, status }) => ({
      key: 'template',
      vars: { name: name.replaceAll('_', ' '), status: { text: `template_states.${status}` } },
    })),
  ];
  const buttons = [{ act: 'channel-health/start', label: 'detail' }];
  return [reply(facts.length > 0 ? 'channels' : 'noChannels', {}, { facts, buttons })];
}

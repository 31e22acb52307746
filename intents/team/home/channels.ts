import { type Reply, reply, type Turn } from '../../../src/intent';
import { is } from './reader';

type Sender = Awaited<ReturnType<Turn['services']['channels']['senders']>>[number];
type Fact = NonNullable<Reply['facts']>[number];

const named = (channel: string) => ({ channel: { text: `channels_first.${channel === '*' ? 'all' : channel}` } });

/** One number or address: whether campaigns leave from it, and how its provider sees it. */
function linesOf({ channel, label, stopped, standing, limit }: Sender): Fact[] {
  const vars = { label, ...named(channel) };
  const seen = {
    well: standing?.isWell === false ? 'no' : 'yes',
    known: standing ? 'yes' : 'no',
    quality: { text: `qualities.${standing?.quality ?? 'unknown'}` },
    limited: limit === null ? 'no' : 'yes',
    limit: limit ?? 0,
  };
  return [
    stopped
      ? { key: 'senderOff', vars: { ...vars, since: stopped.since, why: { text: `advice.${stopped.code}` } } }
      : { key: 'sender', vars: { ...vars, ...seen } },
    ...(standing?.problems ?? []).map((code) => ({ key: 'problem', vars: { what: { text: `advice.${code}` } } })),
  ];
}

/** Whether messages can leave, by each number and address, and what is stopped. */
export async function channels(turn: Turn): Promise<Reply[]> {
  if (!is(turn, 'support', 'agent', 'operator', 'approver', 'viewer', 'privacy', 'owner')) return [];
  const { services } = turn;
  const { own, house } = await services.stops.list();
  const templates = (await services.templates.list()).filter(({ status }) => ['PAUSED', 'DISABLED'].includes(status));
  const facts = [
    ...house.map((channel) => ({ key: 'houseStop', vars: named(channel) })),
    ...own.map(({ scope, what, label, at }) => ({
      key: scope === 'company' ? 'companyStop' : 'stop',
      vars: { label: scope === 'channel' ? { text: `channels.${what}` } : label, at },
    })),
    ...(await services.channels.senders()).flatMap(linesOf),
    ...templates.map(({ name, status }) => ({
      key: 'template',
      vars: { name: name.replaceAll('_', ' '), status: { text: `template_states.${status}` } },
    })),
  ];
  const buttons = [{ act: 'channel-health/start', label: 'detail' }];
  return [reply(facts.length > 0 ? 'channels' : 'noChannels', {}, { facts, buttons })];
}

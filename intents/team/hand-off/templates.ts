import { type Act, form, type Reply, type ReplyForm, reply, type Turn } from '../../../src/intent';

/** The fields of the form, one a place. */
const fields = ['v1', 'v2', 'v3', 'v4', 'v5', 'v6'];
const shortest = 60;

type Offered = Awaited<ReturnType<Turn['services']['handOffs']['templates']>>[number];

const offeredTo = ({ services, args }: Turn): Promise<readonly Offered[]> =>
  services.handOffs.templates(args.contact ?? '');

/** Its words, with its places asked for: what stands in them is looked at before it leaves. */
async function words(turn: Turn, { id, body, values }: Offered, more: Partial<ReplyForm> = {}): Promise<Reply> {
  const { masked } = await turn.services.handOffs.view(turn.args.contact ?? '', turn.args.handOff);
  const vars = { masked, body: body.replace(/\{\{(\d+)\}\}/g, '[$1]') };
  const initial = Object.fromEntries(values.map((value, at) => [fields[at], value]));
  const without = fields.slice(values.length);
  const args = { ...turn.args, template: id };
  return form({ key: 'words', act: 'templateSend', args, vars, initial, without, stays: true, ...more });
}

/** Which of the notices that still reach a person whose day is over; the only one is not asked for. */
export const template: Act = async (turn) => {
  const offered = await offeredTo(turn);
  const [only] = offered;
  const { language } = await turn.services.handOffs.view(turn.args.contact ?? '', turn.args.handOff);
  if (!only) return reply('template_none', { language: { text: `languages.${language}` } }, { private: true });
  if (offered.length === 1) return words(turn, only);
  const choices = offered.map(({ id, name, body }) => ({ value: id, label: name, beside: body.slice(0, shortest) }));
  return form({ key: 'template', act: 'templateWords', args: turn.args, choices: { template: choices }, stays: true });
};

export const templateWords: Act = async (turn) => {
  const chosen = (await offeredTo(turn)).find(({ id }) => id === turn.values.template);
  return chosen ? words(turn, chosen) : template(turn);
};

/** It leaves by the gate, or the reason is said in the form's place. */
export const templateSend: Act = async (turn) => {
  const { services, args } = turn;
  const chosen = (await offeredTo(turn)).find(({ id }) => id === args.template);
  if (!chosen) return template(turn);
  const filled = chosen.values.map((_, at) => (turn.values[fields[at] ?? ''] ?? '').replace(/\s+/g, ' ').trim());
  const missing = filled.indexOf('');
  if (missing >= 0) return words(turn, chosen, { initial: turn.values, errors: { [fields[missing] ?? '']: 'empty' } });
  const refused = await services.handOffs.notify(args.contact ?? '', chosen.id, filled);
  return refused ? reply('template_refused', { why: { text: `advice.${refused}` } }) : reply('template_sent');
};

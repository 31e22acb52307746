import { AppError } from '../../../src/errors';
import {
  type Act,
  card,
  form,
  type HoldView,
  type IntentHandler,
  type Reply,
  reply,
  type Turn,
} from '../../../src/intent';

const mostListed = 8;
const begun = ['scheduled', 'sending', 'paused', 'held', 'done', 'cancelled'] as const;

const mayHold = ({ person }: Turn): boolean =>
  person.kind === 'member' && person.roles.some((role) => ['privacy', 'owner'].includes(role));

const cardOf = (id: string) => ({ card: 'hold', args: { hold: id }, topic: `hold:${id}` });

/** What it covers, in words: a person, a campaign, a time, or what is common to them. */
const varsOf = (hold: HoldView) => ({
  number: hold.number,
  person: hold.masked ?? '',
  campaign: hold.campaign ?? '',
  time: hold.since || hold.until ? (hold.since ? (hold.until ? 'both' : 'since') : 'until') : 'none',
  since: hold.since && { day: hold.since },
  until: hold.until && { day: hold.until },
  authority: hold.authority,
  reason: hold.reason,
  by: hold.setBy ?? '',
  started: { day: hold.startedAt },
  review: { day: hold.reviewAt },
});

/** As people write a day: 2026-11-30 or 30/11/2026. `end`: the whole of it is meant. */
function dayOf(said: string | undefined, end: boolean): Date | undefined | 'wrong' {
  const text = (said ?? '').trim();
  if (text === '') return undefined;
  const [, year, month, day] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text) ?? [];
  const [, otherDay, otherMonth, otherYear] = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$/.exec(text) ?? [];
  const at = new Date(
    Date.UTC(Number(year ?? otherYear), Number(month ?? otherMonth) - 1, Number(day ?? otherDay) + (end ? 1 : 0)),
  );
  return Number.isNaN(at.getTime()) ? 'wrong' : at;
}

/** Where somebody is meant, only who orders it and why are asked. */
const asked = async (
  turn: Turn,
  args: Readonly<Record<string, string>>,
  {
    initial = { months: '6', campaign: 'none' },
    errors,
  }: { initial?: Readonly<Record<string, string>>; errors?: Record<string, string> } = {},
): Promise<Reply> => {
  if (!mayHold(turn)) throw new AppError('ROLE_REQUIRED');
  const shown = { args, initial, stays: true as const, ...(errors && { errors }) };
  if (args.case || args.contact) return form({ key: 'person', act: 'send', ...shown });
  const campaigns = (await turn.services.campaigns.meant(undefined, begun)).map(({ id, number, name }) => ({
    value: id,
    label: `${number} ${name}`,
  }));
  const choices = { campaign: [{ value: 'none', label: '-' }, ...campaigns.slice(0, 90)] };
  return form({ key: 'any', act: 'send', choices, ...shown });
};

const send: Act = async (turn) => {
  const { services, args, values } = turn;
  const again = (errors: Record<string, string>) => asked(turn, args, { initial: values, errors });
  const [since, until] = [dayOf(values.since, false), dayOf(values.until, true)];
  if (since === 'wrong') return again({ since: 'day' });
  if (until === 'wrong') return again({ until: 'day' });
  const address = values.address?.trim();
  const person = address ? await services.keeping.personOf(address) : undefined;
  if (address && !person) return again({ address: 'nobody' });
  const contact = person?.contact ?? args.contact;
  const hold = await services.keeping.hold({
    ...(contact && { contact }),
    ...(args.case && { case: args.case }),
    ...(values.campaign && values.campaign !== 'none' && { campaign: values.campaign }),
    ...(since && { since }),
    ...(until && { until }),
    authority: values.authority ?? '',
    reason: values.reason ?? '',
    months: Number(values.months),
  });
  const isPosted = await services.team.post('privacy', { ...cardOf(hold.id), card: 'legal-hold/hold' });
  return reply('held', { ...varsOf(hold), posted: isPosted ? 'yes' : 'no' });
};

const sure: Act = async (turn) => {
  if (!mayHold(turn)) throw new AppError('ROLE_REQUIRED');
  const hold = await turn.services.keeping.getHold(turn.args.hold ?? '');
  if (hold.releasedAt) return reply('already', varsOf(hold));
  return reply('sure', varsOf(hold), { expect: { yes: 'released', no: 'stays', args: { hold: hold.id } } });
};

/** Data that must stay for a lawsuit or an authority: who may order it sees what stands, and can add and release. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    if (!mayHold(turn)) return reply('how', {}, { private: true });
    const { services, slots } = turn;
    const person = slots.address === undefined ? undefined : await services.keeping.personOf(String(slots.address));
    if (slots.address !== undefined && !person) return reply('nobody', {}, { private: true });
    const all = await services.keeping.holds();
    const holds = person ? all.filter(({ masked }) => masked === person.masked) : all;
    const facts = holds.slice(0, mostListed).map((hold) => ({ key: 'line', vars: varsOf(hold) }));
    const show = holds
      .slice(0, 4)
      .map(({ id, number }) => ({ act: 'show', args: { hold: id }, label: 'one', vars: { number } }));
    const add = { act: 'form', args: person ? { contact: person.contact } : {}, form: true, style: 'primary' as const };
    return reply(
      holds.length > 0 ? 'list' : person ? 'noneOfTheirs' : 'none',
      { count: holds.length, masked: person?.masked ?? '' },
      {
        facts,
        buttons: [add, ...show],
        private: true,
      },
    );
  },
  acts: {
    form: (turn) => asked(turn, turn.args),
    send,
    show: async (turn) => {
      if (!mayHold(turn)) throw new AppError('ROLE_REQUIRED');
      return card(cardOf(turn.args.hold ?? ''));
    },
    renew: async ({ services, args }) => reply('renewed', varsOf(await services.keeping.renew(args.hold ?? '', 6))),
    release: sure,
    late: sure,
    released: async ({ services, args }) => reply('released', varsOf(await services.keeping.release(args.hold ?? ''))),
    stays: async ({ services, args }) => reply('stays', varsOf(await services.keeping.getHold(args.hold ?? ''))),
  },
  cards: {
    hold: async ({ services, args }) => {
      const hold = await services.keeping.getHold(args.hold ?? '');
      const keys = ['authority', 'reason', 'set', hold.releasedAt ? 'over' : 'review'];
      const buttons = [
        { act: 'release', args: { hold: hold.id }, style: 'danger' as const },
        { act: 'renew', args: { hold: hold.id } },
      ];
      const vars = { ...varsOf(hold), released: hold.releasedAt && { day: hold.releasedAt } };
      return reply('hold', vars, { facts: keys.map((key) => ({ key })), buttons: hold.releasedAt ? [] : buttons });
    },
  },
};

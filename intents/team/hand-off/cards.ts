import { AppError } from '../../../src/errors';
import { type Act, type HandOffView, type Reply, type ReplyButton, reply, type Turn } from '../../../src/intent';

/** Who said it: among the newest, and alone in the thread. */
const said = { person: 'person', us: 'us', app: 'app' } as const;
const alone = { person: 'line_person', us: 'line_us', app: 'line_app' } as const;

/** How it stands with a person: who, since when, until when they can be answered, what was said last, and what can be done. */
export const talkCard: Act = async (turn) => {
  const { services, args } = turn;
  const view = await services.handOffs.view(args.contact ?? '', args.handOff);
  if (view.isBlocked) throw new AppError('PERSON_BLOCKED');
  if (args.hidden) return hiddenTalk(view);
  const { id, contact, masked, state, assignee = '', resolvedBy = '', resolvedAt, presentUntil } = view;
  const { lapsedAfter } = view;
  if (state === 'resolved' && lapsedAfter)
    return reply(
      'lapsed_head',
      { masked, days: lapsedAfter, at: resolvedAt },
      { buttons: [{ act: 'reopen', args: { contact, handOff: id } }] },
    );
  if (state === 'resolved') {
    const buttons = resolvedBy ? [{ act: 'reopen', args: { contact, handOff: id } }] : [];
    return reply(resolvedBy ? 'over' : 'moved', { masked, by: resolvedBy, at: resolvedAt }, { buttons });
  }
  const language = { text: `languages.${view.language}` };
  const vars = { masked, language, channel: { text: `channels.${view.channel}` } };
  const lines = view.lines.map(({ at, from, text, media }) => ({
    key: said[from],
    vars: { at, text: media ? { text: `media.${media}`, vars: { caption: text } } : text },
  }));
  const facts = [
    ...(view.until ? [{ key: 'window', vars: { until: view.until, late: view.isLate ? 'yes' : 'no' } }] : []),
    ...(assignee ? [{ key: 'with', vars: { who: assignee } }] : []),
    ...(presentUntil && state === 'shown' ? [{ key: 'present', vars: { until: presentUntil } }] : []),
    ...lines,
  ];
  return reply(state === 'open' ? 'asked' : 'wrote', vars, { facts, buttons: await buttonsOf(turn, view) });
};

/** As Connectus' own people see it: what was said takes a reason, and nothing can be done with it. */
function hiddenTalk({ contact, masked, assignee = '', ...view }: HandOffView): Reply {
  const vars = {
    masked,
    language: { text: `languages.${view.language}` },
    channel: { text: `channels.${view.channel}` },
  };
  const facts = assignee ? [{ key: 'with', vars: { who: assignee } }] : [];
  const buttons = [{ act: 'recipient-lookup/ask', args: { contact, what: 'talk' } }];
  return reply('hidden', { ...vars, over: view.state === 'resolved' ? 'yes' : 'no' }, { facts, buttons });
}

async function buttonsOf(
  { services }: Turn,
  {
    id,
    contact,
    state,
    assignee,
    isLate,
  }: { id: string; contact: string; state: string; assignee?: string; isLate: boolean },
): Promise<ReplyButton[]> {
  const args = { contact, handOff: id };
  const isOpen = state === 'open';
  // A voice note or a picture may be a request: whoever listens says so.
  const unheard = (await services.requests.waiting(contact)).length > 0;
  const mayOffer = !isLate && (await services.signUp.mayOffer(contact));
  return [
    { act: isLate ? 'template' : 'reply', args, style: 'primary', form: true },
    ...(isOpen && assignee ? [] : [{ act: 'take', args }]),
    ...(isOpen ? [{ act: 'pass', args, form: true }] : []),
    ...(unheard ? [{ act: 'received-request/sort', args: { contact }, form: true }] : []),
    ...(mayOffer ? [{ act: 'recipient-history/offer', args: { contact } }] : []),
    ...(isOpen ? [{ act: 'resolve', args }] : []),
  ];
}

/** In its thread: it is over by itself. */
export const lapsedLine: Act = async ({ services, args }) => {
  const { lapsedAfter = 0 } = await services.handOffs.view(args.contact ?? '', args.handOff);
  return reply('lapsed', { days: lapsedAfter });
};

/** One thing that was said, by whom, and whether it left. */
export const talkLine: Act = async ({ services, args }) => {
  const line = await services.handOffs.line(args.contact ?? '', args);
  if (!line) return reply('line_gone');
  const { at, from, text, media, by = '', state = '', reason } = line;
  const words = media ? { text: `media.${media}`, vars: { caption: text } } : text;
  const arrived = state === 'delivered' || state === 'read' ? state : 'no';
  const failed = state === 'failed' ? 'yes' : state === 'unknown' ? 'maybe' : 'no';
  const why =
    reason && failed === 'yes' ? { text: `${/^[A-Z]+_\d+$/.test(reason) ? 'advice' : 'not_arrived'}.${reason}` } : '';
  return reply(alone[from], { at, words, by, member: by ? 'yes' : 'no', failed, arrived, why });
};

import { type Act, type IntentHandler, type Person, type ReplyButton, reply, silence } from '../../../src/intent';

/** Who said it. */
const said = { person: 'person', us: 'us', app: 'app' } as const;

const mayReveal = ['agent', 'support', 'privacy', 'owner'];
/** As message-status says. */
const mayTrace = ['support', 'agent', 'operator', 'owner'];
const reasons = ['dispute', 'fraud', 'asked', 'legal'] as const;
const because: Readonly<Record<string, string>> = {
  dispute: 'because_dispute',
  fraud: 'because_fraud',
  asked: 'because_asked',
  legal: 'because_legal',
};

const hasOne = (person: Person, roles: readonly string[]): boolean =>
  person.kind === 'member' && person.roles.some((role) => roles.includes(role));

/** Nothing is shown before somebody says why. */
const ask: Act = async ({ args, services }) => {
  const { contact = '', what = '' } = args;
  const found = await services.reveals.find(contact);
  if (!found) return reply('nobody', {}, { private: true });
  const why = reasons.map((reason) => ({ act: 'show', args: { contact, what, reason }, label: reason }));
  const key = what === 'talk' ? 'why_talk' : 'why_number';
  return reply(key, { masked: found.masked }, { buttons: [...why, { act: 'keep' }], private: true });
};

const show: Act = async ({ args, services }) => {
  const { contact = '', what = '', reason = '' } = args;
  const opened = await services.reveals.open({ contact, what, reason });
  return opened ? reply('shown', { until: opened.until }, { private: true }) : reply('enough', {}, { private: true });
};

/** What was asked for, as long as it may be seen. */
const drawShown: Act = async ({ args, services }) => {
  const { reveal = '' } = args;
  const { masked, what, until, open } = await services.reveals.shown(reveal);
  if (!open) return reply('over', { masked });
  const { name, phone, email, bsuid } = open;
  const facts =
    what === 'talk'
      ? open.lines.map(({ at, from, text, media }) => ({
          key: said[from],
          vars: { at, text: media ? { text: `media.${media}`, vars: { caption: text } } : text },
        }))
      : [
          ...(name ? [{ key: 'name', vars: { name } }] : []),
          ...(phone ? [{ key: 'phone', vars: { phone } }] : []),
          ...(email ? [{ key: 'email', vars: { email } }] : []),
          ...(bsuid && !phone ? [{ key: 'bsuid', vars: { bsuid } }] : []),
        ];
  const buttons = [{ act: 'hide', args: { reveal } }];
  return reply(what === 'talk' ? 'talk' : 'number', { masked, until }, { facts, buttons });
};

/** That somebody saw it, told to whoever looks after privacy. */
const drawSeen: Act = async ({ args, services }) => {
  const { name, staff, masked } = await services.reveals.seenBy(args.member ?? '', args.contact ?? '');
  const vars = { name, masked, staff: staff ? 'yes' : 'no', at: new Date(args.at ?? 0) };
  return reply(args.what === 'talk' ? 'seen_talk' : 'seen_number', vars, {
    facts: [{ key: because[args.reason ?? ''] ?? 'because_asked' }],
  });
};

/** Who this is, masked, and whether promotions may go to them. What is behind the mask takes a reason. */
export const intent: IntentHandler = {
  heard: async ({ slots, services, person }) => {
    const found = await services.records.find(String(slots.address));
    if (!found) return reply('nobody', {}, { private: true });
    const { contact, masked, language, since, refusal } = found;
    const vars = { masked, language: { text: `languages.${language}` }, since: { day: since } };
    const why = refusal ? [{ text: `advice.${refusal}` }] : [];
    const facts = [...why, { key: 'language' }, { key: 'since' }];
    const args = { address: contact };
    const can = (roles: readonly string[], ...buttons: ReplyButton[]) => (hasOne(person, roles) ? buttons : []);
    const buttons = [
      ...can(mayTrace, { act: 'message-status/start', args }),
      ...can(mayReveal, { act: 'recipient-history/start', args }, { act: 'ask', args: { contact, what: 'number' } }),
    ];
    return reply(refusal ? 'refused' : 'allowed', vars, { facts, buttons, private: true });
  },
  acts: {
    ask,
    show,
    keep: async () => reply('kept', {}, { private: true }),
    hide: async ({ args, services }) => {
      await services.reveals.hide(args.reveal ?? '');
      return silence;
    },
  },
  cards: { shown: drawShown, seen: drawSeen },
};

import { type Reply, type ReplyButton, reply, type TemplateView } from '../../../src/intent';

export const topic = (template: string): string => `template:${template}`;

/** The words as they are read, with what stands above and beneath. */
export const wholeOf = ({ header, preview, footer }: Pick<TemplateView, 'header' | 'preview' | 'footer'>): string =>
  [header && `*${header}*`, preview, footer && `_${footer}_`].filter(Boolean).join('\n\n');

/** What a mailbox shows of a mail before it is opened. */
export const mailFacts = ({ subject, preheader, sender }: Pick<TemplateView, 'subject' | 'preheader' | 'sender'>) => [
  ...(subject ? [{ key: 'subject', vars: { subject: [subject, preheader].filter(Boolean).join(' - ') } }] : []),
  ...(sender ? [{ key: 'sender', vars: { sender } }] : []),
];

/** As the phone or the mailbox shows it, what is to be changed, and what may be done. */
export function drawn(view: TemplateView): Reply {
  const { name, language, channel, category, status, version, sms, medium, why, verdict } = view;
  const vars = {
    ...{ name: name.replace(/_/g, ' '), language, version, words: wholeOf(view) },
    channel: { text: `channels.${channel}` },
    category: { text: `template_categories.${category}` },
    status: { text: `template_states.${status}` },
  };
  const facts = [
    { key: 'about' },
    ...mailFacts(view),
    ...(medium ? [{ key: 'medium', vars: { kind: medium.kind, here: medium.isHere ? 'yes' : 'no' } }] : []),
    ...view.buttons.map(({ kind, label, url = '' }) => ({ key: 'button', vars: { kind, label, url } })),
    ...(sms ? [{ key: 'price', vars: { encoding: sms.encoding, segments: sms.segments } }] : []),
    ...(why ? [{ key: 'refused', vars: { why } }] : []),
    ...(verdict ? [{ key: 'reviewed', vars: { verdict } }] : []),
    ...view.findings.map(({ code, refuses, vars: seen }) => ({
      key: 'finding',
      vars: { what: { text: `template_findings.${code}`, vars: seen }, refuses: refuses ? 'yes' : 'no' },
    })),
  ];
  return reply('template', vars, { facts, buttons: buttonsOf(view) });
}

function buttonsOf({ id, channel, findings, may, medium }: TemplateView): ReplyButton[] {
  const args = { template: id };
  const has = (...codes: string[]) => findings.some(({ code }) => codes.includes(code));
  const isFit = findings.every(({ refuses }) => !refuses);
  return [
    ...(may.submit && isFit
      ? [{ act: 'submit', label: channel === 'whatsapp' ? 'toReview' : 'ready', args, style: 'primary' as const }]
      : []),
    ...(may.write && has('SMS_LETTERS') ? [{ act: 'plain', args }] : []),
    ...(may.write && has('NO_WAY_OUT', 'NO_WAY_OUT_MAIL') ? [{ act: 'wayOut', args }] : []),
    ...(may.write ? [{ act: 'edit', args, form: true }] : []),
    ...(may.write && medium ? [{ act: 'dropMedium', args }] : []),
    ...(may.remove ? [{ act: 'remove', args, style: 'danger' as const }] : []),
  ];
}

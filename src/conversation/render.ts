import type { Button, Content, Form, FormField } from '../channel';
import type { Choice, Reply, ReplyButton, ReplyForm } from '../intent';
import type { ActRef } from './actions';
import type { Intent } from './catalogue';
import { houseText, type Reader, say, sayHouse } from './texts';

export type Sign = (action: ActRef) => string;

/** A reply as every channel can show it. @throws when the language file lacks a key: a conformance test finds it first */
export function renderReply(intent: Intent, reply: Reply, reader: Reader, sign: Sign): Content {
  const text = intent.spoken[reader.language].replies[reply.key];
  if (!text) throw new Error(`${intent.id}: no reply ${reply.key} in ${reader.language}`);
  const vars = reply.vars ?? {};
  const line = lineOf(reader);
  const facts = (reply.facts ?? []).map((fact) => {
    if ('text' in fact) return sayHouse(fact, line);
    const sentence = text.facts[fact.key];
    if (sentence === undefined) throw new Error(`${intent.id}.${reply.key}: no fact ${fact.key} in ${reader.language}`);
    return say(sentence, { ...vars, ...fact.vars }, line);
  });
  return {
    text: say(text.text, vars, reader),
    ...(text.title && { title: say(text.title, vars, line) }),
    ...(facts.length > 0 && { facts }),
    ...(reply.progress && { progress: reply.progress }),
    ...(reply.image && text.image && { image: { url: reply.image, alt: say(text.image, vars, reader) } }),
    ...(text.note && { note: say(text.note, vars, line) }),
    ...(reply.buttons?.length && {
      buttons: reply.buttons.map((one) => renderButton(intent, one, text.buttons, vars, line, sign)),
    }),
    ...(reply.parts?.length && { parts: reply.parts.map((part) => renderReply(intent, part, reader, sign)) }),
  };
}

/** What stands in a line of its own begins no other: nobody outside writes a fact of ours. */
const lineOf = (reader: Reader): Reader => (reader.guarded ? { ...reader, guarded: 'line' } : reader);

/** The same where words are paid by the piece: its short words, and of what another intent added what has short words too. Undefined where it has none. */
export function renderBrief(intent: Intent, reply: Reply, reader: Reader): Content | undefined {
  const sms = intent.spoken[reader.language].replies[reply.key]?.sms;
  if (sms === undefined) return undefined;
  const added = (reply.facts ?? []).flatMap((fact) =>
    'text' in fact && isBrief(fact.text, reader) ? [sayHouse({ ...fact, text: `brief.${fact.text}` }, reader)] : [],
  );
  return { text: [say(sms, reply.vars ?? {}, reader), ...added].join('\n') };
}

const isBrief = (text: string, { language }: Reader): boolean => houseText(language, `brief.${text}`) !== undefined;

function renderButton(
  intent: Intent,
  button: ReplyButton,
  labels: Readonly<Record<string, string>>,
  vars: Reply['vars'],
  reader: Reader,
  sign: Sign,
): Button {
  const label = labels[button.label ?? button.act];
  if (label === undefined) throw new Error(`${intent.id}: no label for ${button.act} in ${reader.language}`);
  return {
    id: sign(actOf(intent, button.act, button.args)),
    label: say(label, { ...vars, ...button.vars }, reader),
    ...(button.style && { style: button.style }),
    ...(button.form && { form: true }),
    ...(button.link && { link: button.link }),
  };
}

/** `act` of this intent, or `other-intent/act`. */
export function actOf(intent: { id: string }, act: string, args: ActRef['args'] = {}): ActRef {
  const [first = '', second] = act.split('/');
  return second ? { intent: first, act: second, args } : { intent: intent.id, act: first, args };
}

function introOf(words: string | undefined, { note, vars = {} }: ReplyForm, reader: Reader): Pick<Form, 'intro'> {
  const parts = [note && sayHouse(note, reader), words && say(words, vars, reader)].filter(Boolean);
  return parts.length > 0 ? { intro: parts.join('\n\n') } : {};
}

/** As many as a list in a form holds. */
export const mostChoices = 100;

export const optionOf = ({ value, label, beside }: Choice, reader: Reader): { value: string; label: string } => ({
  value,
  label: beside ? `${label} · ${typeof beside === 'string' ? beside : sayHouse(beside, reader)}` : label,
});

/** Too many for a list are searched, where the intent says what there is. */
const choicesOf = (
  all: readonly Choice[],
  isAsked: boolean,
  reader: Reader,
): Pick<FormField, 'options' | 'isSearched'> => ({
  options: all.map((one) => optionOf(one, reader)),
  ...(isAsked && all.length > mostChoices && { isSearched: true as const }),
});

export function renderForm(intent: Intent, form: ReplyForm, reader: Reader, sign: Sign): Form {
  const source = intent.spoken[reader.language].forms[form.key];
  if (!source) throw new Error(`${intent.id}: no form ${form.key} in ${reader.language}`);
  const vars = form.vars ?? {};
  return {
    title: say(source.title, vars, reader),
    submit: say(source.submit, vars, reader),
    close: say(source.close, vars, reader),
    ...introOf(source.intro, form, reader),
    ...(form.stays && { stays: true as const }),
    action: sign(actOf(intent, form.act, form.args)),
    fields: Object.entries(source.fields)
      .filter(([id]) => !form.without?.includes(id))
      .map(([id, field]) => ({
        id,
        label: say(field.label, vars, reader),
        type: field.type,
        ...(form.choices?.[id] && choicesOf(form.choices[id], intent.handler?.choices?.[id] !== undefined, reader)),
        ...(form.initial?.[id] && { initial: form.initial[id] }),
        ...(form.errors?.[id] && { error: say(source.errors[form.errors[id]] ?? '', vars, reader) }),
        ...(field.options && {
          options: Object.entries(field.options)
            .filter(([value]) => form.options?.[id]?.includes(value) ?? true)
            .map(([value, label]) => ({ value, label: say(label, vars, reader) })),
        }),
        ...(field.minLength !== undefined && { minLength: field.minLength }),
        ...(field.optional && { optional: true }),
      })),
  };
}

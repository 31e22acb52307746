import type { Button, Content, Form, FormField } from '../../src/channel';

type Block = Record<string, unknown>;

const limits = {
  header: 150,
  section: 3000,
  button: 75,
  value: 2000,
  title: 24,
  option: 75,
  options: 100,
  label: 2000,
  buttonsInRow: 5,
  blocks: 50,
  homeBlocks: 100,
  sections: 20,
};
const cells = 12;

/** Nothing that a person wrote may mention somebody or link anywhere. */
const escapeText = (value: string): string => value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Counted in UTF-16 units, so that no way of counting finds more; never through a letter or an escaped sign. */
const cut = (value: string, most: number): string =>
  value.length <= most ? value : `${value.slice(0, most - 1).replace(/[\uD800-\uDBFF]$|&\w{0,3}$/, '')}…`;

const plain = (value: string, most: number) => ({ type: 'plain_text', text: cut(value, most), emoji: true });
// verbatim: what looks like a mention, a channel or a link stays text.
const mrkdwn = (value: string) => ({ type: 'mrkdwn', text: cut(escapeText(value), limits.section), verbatim: true });

type Progress = NonNullable<Content['progress']>;
const shareOf = ({ done, of }: Progress): number => (of === 0 ? 1 : Math.min(1, done / of));
const figures = (progress: Progress): string =>
  `${Math.floor(shareOf(progress) * 100)} % (${progress.done}/${progress.of})`;

/** A bar that reads without colour: `▰▰▰▱▱▱ 50 % (20/40)`. */
function bar(progress: Progress): string {
  const full = Math.floor(shareOf(progress) * cells);
  return `${'▰'.repeat(full)}${'▱'.repeat(cells - full)} ${figures(progress)}`;
}

/** Of which card it is, a screen reader says. */
const element = (button: Button, index: number, title: string | undefined): Block => ({
  type: 'button',
  action_id: `${button.form ? 'form' : 'act'}:${index}`,
  text: plain(button.label, limits.button),
  value: button.id.slice(0, limits.value),
  ...(button.style && { style: button.style }),
  ...(button.link && { url: button.link }),
  ...(title && { accessibility_label: cut(`${button.label}: ${title}`, limits.button) }),
});

/** A text in as many pieces as one section holds, cut where a line or a word ends. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let rest = text;
  while (escapeText(rest).length > limits.section) {
    const most = fitting(rest);
    const at = Math.max(rest.lastIndexOf('\n', most), rest.lastIndexOf(' ', most));
    // A letter of two units stays whole.
    const end = at > most / 2 ? at + 1 : /[\uD800-\uDBFF]/.test(rest[most - 1] ?? '') ? most - 1 : most;
    found.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end);
  }
  return [...found, rest].filter((piece) => piece.trim() !== '');
}

/** How much of it a section holds, escaped. */
function fitting(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    length += escapeText(text[at] ?? '').length;
    if (length > limits.section) return at;
  }
  return text.length;
}

/** Lines in as many sections as they need: none is cut off because there are many. */
function sections(lines: readonly string[]): Block[] {
  const parts: string[] = [];
  for (const line of lines.flatMap(pieces)) {
    const longer = [parts.at(-1), line].filter((one) => one !== undefined).join('\n');
    if (parts.length > 0 && escapeText(longer).length <= limits.section) parts[parts.length - 1] = longer;
    else parts.push(line);
  }
  return parts.slice(0, limits.sections).map((part) => ({ type: 'section', text: mrkdwn(part) }));
}

/** All of it in words, in the order of what is seen: what a notification begins with, and what a screen reader reads instead of the blocks. */
function spoken({ title, text, progress, facts = [], image, note, parts = [] }: Content): string {
  const unmarked = (words: string) => words.replace(/\*/g, '');
  const lines = [
    [title, unmarked(text)].filter(Boolean).join(': '),
    progress && figures(progress),
    ...facts.map(unmarked),
    image?.alt,
    note,
    ...parts.map(spoken),
  ];
  return lines.filter(Boolean).join('\n');
}

/** A neutral message as Block Kit, with the same in words. */
export function toBlocks(content: Content): { text: string; blocks: Block[] } {
  return { text: cut(escapeText(spoken(content)), limits.section), blocks: blocksOf(content).slice(0, limits.blocks) };
}

/** A member's page with us. */
export const toHome = (content: Content): Block => ({
  type: 'home',
  callback_id: 'home',
  blocks: blocksOf(content).slice(0, limits.homeBlocks),
});

/** The message, then its parts; a part with a title begins under a line. The index runs through the whole: no two buttons may share an action id. */
function blocksOf({ parts = [], ...content }: Content): Block[] {
  let last = 0;
  const draw = (part: Content, isPart: boolean): Block[] => {
    const buttons = (part.buttons ?? []).map((button) =>
      element(button, last++, part.title ?? (isPart ? part.text : undefined)),
    );
    // What can be done with one line stands beside it.
    const beside = isPart && part.text && !part.title && buttons.length === 1 ? buttons.pop() : undefined;
    return [...(isPart && part.title ? [{ type: 'divider' }] : []), ...drawn(part, buttons, beside)];
  };
  return [...draw(content, false), ...parts.flatMap((part) => draw(part, true))];
}

function drawn(content: Content, buttons: readonly Block[], beside: Block | undefined): Block[] {
  const { title, text, progress, facts = [], image, note } = content;
  const blocks: Block[] = [];
  if (title) blocks.push({ type: 'header', text: plain(title, limits.header) });
  for (const [index, piece] of pieces(text).slice(0, limits.sections).entries())
    blocks.push({ type: 'section', text: mrkdwn(piece), ...(index === 0 && beside && { accessory: beside }) });
  if (progress) blocks.push({ type: 'section', text: mrkdwn(bar(progress)) });
  blocks.push(...sections(facts));
  if (image) blocks.push({ type: 'image', image_url: image.url, alt_text: cut(image.alt, limits.label) });
  if (note) blocks.push({ type: 'context', elements: [mrkdwn(note)] });
  for (let at = 0; at < buttons.length; at += limits.buttonsInRow)
    blocks.push({ type: 'actions', elements: buttons.slice(at, at + limits.buttonsInRow) });
  return blocks;
}

const option = ({ label, value }: { value: string; label: string }) => ({
  text: plain(label, limits.option),
  value,
});

/** A field, with what was wrong with it before it. */
const inputs = (field: FormField): Block[] => [
  ...(field.error ? [{ type: 'section', text: mrkdwn(`⚠️ ${field.error}`) }] : []),
  input(field),
];

const input = (field: FormField): Block => ({
  type: 'input',
  block_id: field.id,
  optional: field.optional ?? false,
  label: plain(field.label, limits.label),
  element:
    field.type === 'file'
      ? { type: 'file_input', action_id: 'value', max_files: 1 }
      : field.type === 'choice'
        ? {
            action_id: 'value',
            ...(field.isSearched
              ? { type: 'external_select', min_query_length: 0 }
              : { type: 'static_select', options: (field.options ?? []).slice(0, limits.options).map(option) }),
            ...initialOf(field),
          }
        : {
            type: 'plain_text_input',
            action_id: 'value',
            multiline: field.type === 'paragraph',
            max_length: 2000,
            ...(field.minLength && { min_length: field.minLength }),
            ...(field.initial && { initial_value: cut(field.initial, limits.value) }),
          },
});

/** Slack takes none that is not among the options. */
function initialOf({ options = [], initial, isSearched }: FormField): Block {
  const found = (isSearched ? options : options.slice(0, limits.options)).find(({ value }) => value === initial);
  return found ? { initial_option: option(found) } : {};
}

/** What a list that is searched shows. */
export const toOptions = (found: readonly { value: string; label: string }[]): Block[] =>
  found.slice(0, limits.options).map(option);

/** A form; what its submission carries travels in private_metadata, signed. */
export const toModal = (form: Form): Block => ({
  type: 'modal',
  callback_id: form.stays ? staying : 'form',
  private_metadata: form.action,
  title: plain(form.title, limits.title),
  submit: plain(form.submit, limits.title),
  close: plain(form.close, limits.title),
  blocks: [...(form.intro ? [{ type: 'section', text: mrkdwn(form.intro) }] : []), ...form.fields.flatMap(inputs)],
});

export const toNotice = (notice: { title: string; text: string; close: string }): Block => ({
  type: 'modal',
  callback_id: 'notice',
  title: plain(notice.title, limits.title),
  close: plain(notice.close, limits.title),
  blocks: [{ type: 'section', text: mrkdwn(notice.text) }],
});

/** What a form is called that stays open once it is sent. */
export const staying = 'form:stays';

/** Opened at once, for a trigger lives three seconds; filled when the worker has drawn the form. */
export const loading: Block = {
  type: 'modal',
  callback_id: 'loading',
  title: plain('Connectus', limits.title),
  blocks: [{ type: 'section', text: { type: 'plain_text', text: '…' } }],
};

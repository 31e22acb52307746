import { api } from './api.js';
import { drawBlocks, plainText } from './blocks.js';
import { byId, el } from './dom.js';
import { t } from './language.js';
import { attempt } from './notice.js';
import { asBase64 } from './slack-composer.js';

/** Slack's forms. One dialog shows the top view of the member who is chosen. */
export class Modal {
  constructor(context) {
    this.context = context;
    this.dialog = byId('modal');
    this.form = byId('modal-form');
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
    // Esc: the browser would close at once; Slack is told first.
    this.dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.dismiss();
    });
    byId('modal-close').addEventListener('click', () => this.dismiss());
  }

  /** Shows `view` for this member, or nothing when there is none. What was typed survives a redrawing. */
  show(view, member) {
    if (!view) return this.hide();
    const typed = this.view?.id === view.id ? this.values() : {};
    const isSame = this.view?.id === view.id && JSON.stringify(this.view.blocks) === JSON.stringify(view.blocks);
    this.view = view;
    this.member = member;
    if (!isSame) this.draw(typed);
    this.complain(view.errors ?? {});
    if (!this.dialog.open) this.dialog.showModal();
    if (!isSame) this.form.querySelector('select, textarea, input')?.focus();
  }

  hide() {
    this.view = undefined;
    if (!this.dialog.open) return;
    this.dialog.close();
    // The button that opened it may have been drawn anew meanwhile.
    if (document.activeElement === document.body) byId('slack-input').focus();
  }

  draw(typed) {
    const { view } = this;
    const blocks = view.blocks ?? [];
    const isLoading = blocks.length === 1 && plainText(blocks[0].text).trim() === '…';
    byId('modal-title').textContent = plainText(view.title);
    byId('modal-body').replaceChildren(
      ...(isLoading
        ? [el('p', { class: 'muted', role: 'status' }, t('modal.loading'))]
        : blocks.flatMap((block) =>
            block.type === 'input'
              ? field(block, typed[block.block_id], (asked) => this.suggest(asked))
              : drawBlocks([block], this.context(view)),
          )),
    );
    const hasFields = blocks.some((block) => block.type === 'input');
    const submit = byId('modal-submit');
    submit.textContent = plainText(view.submit) || t('modal.submit');
    submit.hidden = !hasFields && !view.submit;
    byId('modal-close').textContent = plainText(view.close) || t('modal.close');
  }

  async suggest({ blockId, value }) {
    const { view, member } = this;
    const { options } = await api.suggest({ ...member, viewId: view.id, blockId, value });
    return options;
  }

  inputs() {
    return [...this.form.querySelectorAll('[data-block]')];
  }

  values() {
    return Object.fromEntries(this.inputs().map((input) => [input.dataset.block, answerOf(input)]));
  }

  /** The files that were put into the form, with their bytes. */
  async files() {
    const put = this.inputs().flatMap((input) => (input.files?.[0] ? [[input.dataset.block, input.files[0]]] : []));
    const read = put.map(async ([block, file]) => [block, { name: file.name, base64: await asBase64(file) }]);
    return Object.fromEntries(await Promise.all(read));
  }

  async submit() {
    const { view, member } = this;
    const missing = Object.fromEntries(this.inputs().flatMap(checked));
    this.complain(missing);
    if (Object.keys(missing).length > 0) return;
    byId('modal-submit').disabled = true;
    await attempt(async () => {
      const answer = await api.submit({
        ...member,
        viewId: view.id,
        values: { ...this.values(), ...(await this.files()) },
      });
      const body =
        typeof answer.body === 'string' && answer.body.startsWith('{') ? JSON.parse(answer.body) : answer.body;
      if (body?.response_action === 'errors') this.complain(body.errors);
      else if (this.view?.id === view.id && answer.status === 200 && !body?.response_action) this.hide();
      return answer;
    });
    byId('modal-submit').disabled = false;
  }

  dismiss() {
    const { view, member } = this;
    this.hide();
    if (view) attempt(() => api.close({ ...member, viewId: view.id }));
  }

  /** Errors by field, beside the field; the first takes the focus. */
  complain(errors) {
    for (const input of this.inputs()) {
      const words = errors[input.dataset.block];
      const place = byId(`error-${input.dataset.block}`);
      place.textContent = words ?? '';
      if (words) input.setAttribute('aria-invalid', 'true');
      else input.removeAttribute('aria-invalid');
    }
    this.inputs()
      .find((input) => input.hasAttribute('aria-invalid'))
      ?.focus();
  }
}

function answerOf(input) {
  if (input.type === 'file') return '';
  if (input.dataset.kind === 'radio') return input.querySelector(':checked')?.value ?? '';
  if (input.dataset.kind !== 'search' || input.value === '') return input.value;
  return { value: input.value, label: input.selectedOptions[0]?.textContent ?? '' };
}

/** Slack checks these itself before it sends anything. */
function checked(input) {
  const answer = answerOf(input);
  const value = (answer.value ?? answer).trim();
  const least = Number(input.dataset.least ?? 0);
  if (value === '') return input.dataset.optional !== undefined ? [] : [[input.dataset.block, t('modal.required')]];
  if (value.length < least) return [[input.dataset.block, t('modal.short', { least, now: value.length })]];
  return [];
}

function field(block, typed, suggest) {
  const id = `field-${block.block_id}`;
  const { element = {} } = block;
  const shared = {
    id,
    'data-block': block.block_id,
    'data-testid': 'modal-field',
    'data-optional': block.optional,
    'data-least': element.min_length,
    'aria-describedby': `error-${block.block_id}`,
    'aria-required': block.optional ? undefined : 'true',
  };
  const isGroup = element.type === 'radio_buttons';
  return el(
    'div',
    { class: 'field' },
    el(
      isGroup ? 'div' : 'label',
      { ...(isGroup ? { id: `${id}-label` } : { for: id }), class: 'field-label' },
      plainText(block.label),
      block.optional && el('span', { class: 'muted' }, ` ${t('modal.optional')}`),
    ),
    input(element, shared, typed ?? initial(element), suggest),
    block.hint && el('p', { class: 'muted' }, plainText(block.hint)),
    el('p', { class: 'field-error', id: `error-${block.block_id}`, role: 'alert' }),
  );
}

const initial = (element) =>
  element.initial_value ?? element.initial_option?.value ?? element.initial_date ?? element.initial_time ?? '';

function input(element, shared, value, suggest) {
  if (element.type === 'external_select') return search(element, shared, value, suggest);
  if (element.type === 'static_select') return select(element, shared, value);
  if (element.type === 'radio_buttons') return radios(element, shared, value);
  // What was chosen can't be put back when the form is drawn anew.
  if (element.type === 'file_input') return el('input', { ...shared, type: 'file' });
  const kinds = { datepicker: 'date', timepicker: 'time', number_input: 'number', email_text_input: 'email' };
  const node = element.multiline
    ? el('textarea', { ...shared, rows: 4 })
    : el('input', { ...shared, type: kinds[element.type] ?? 'text', autocomplete: 'off' });
  if (element.max_length) node.maxLength = element.max_length;
  if (element.placeholder) node.placeholder = plainText(element.placeholder);
  node.value = value;
  return node;
}

function select(element, shared, value) {
  const option = (one) => el('option', { value: one.value }, plainText(one.text));
  const groups = (element.option_groups ?? []).map((group) =>
    el('optgroup', { label: plainText(group.label) }, ...group.options.map(option)),
  );
  const first = el('option', { value: '' }, plainText(element.placeholder) || t('modal.choose'));
  const node = el('select', shared, first, ...(element.options ?? []).map(option), ...groups);
  node.value = value;
  return node;
}

/** A list that is asked for as somebody types above it. */
function search(element, shared, value, suggest) {
  const choices = element.initial_option ? [element.initial_option] : [];
  const typed = value?.value === undefined ? undefined : { value: value.value, text: value.label };
  const list = select(
    { ...element, options: typed ? [typed] : choices },
    { ...shared, 'data-kind': 'search' },
    value?.value ?? value,
  );
  const show = (options) => {
    const [chosen] = list.value === '' ? [] : list.selectedOptions;
    const others = options.filter((one) => one.value !== chosen?.value);
    list.replaceChildren(
      el('option', { value: '' }, t('modal.choose')),
      ...(chosen ? [chosen] : []),
      ...others.map((one) => el('option', { value: one.value }, one.label)),
    );
    list.value = chosen?.value ?? '';
  };
  let asked = 0;
  const ask = async (words) => {
    const turn = ++asked;
    const options = await suggest({ blockId: shared['data-block'], value: words }).catch(() => []);
    if (turn === asked) show(options);
  };
  const words = el('input', {
    type: 'search',
    autocomplete: 'off',
    'aria-label': t('modal.search'),
    placeholder: t('modal.search'),
    'data-testid': 'modal-search',
    oninput: (event) => ask(event.target.value),
  });
  ask('');
  return el('div', { class: 'search' }, words, list);
}

function radios(element, shared, value) {
  const choice = (one) =>
    el(
      'label',
      { class: 'choice' },
      el('input', { type: 'radio', name: shared.id, value: one.value, checked: one.value === value }),
      plainText(one.text),
    );
  return el(
    'div',
    { ...shared, role: 'radiogroup', tabindex: '-1', 'data-kind': 'radio', 'aria-labelledby': `${shared.id}-label` },
    ...(element.options ?? []).map(choice),
  );
}

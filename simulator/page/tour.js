import { api } from './api.js';
import { announce, byId, el } from './dom.js';
import { language } from './language.js';
import { recall, remember } from './memory.js';
import { tourTexts } from './tour-texts.js';

const texts = tourTexts[language];
const team = 'T0ANDINA';
const decider = 'U0PAULA';
const place = 'C0PRIVACIDAD';
const number = '106540352242922';
/** Who asks, in the language of the page. */
const people = { es: '+56981112233', en: '+14155550132', pt: '+5511987654321' };
const patience = 45_000;
const pause = 400;

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? '');

/** Looks until it is there. @throws when it does not come */
async function until(look) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(texts.late);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** What a page says first: its verdict, else its title. */
function headline(text) {
  const page = new DOMParser().parseFromString(text, 'text/html');
  return (page.querySelector('.told h2') ?? page.querySelector('h1'))?.textContent;
}

/** From “erase me” to the proof of it, one press at a time and nothing to type. */
export class RightsTour {
  constructor(world, { phone, slack, tabs }) {
    Object.assign(this, { phone, slack, tabs });
    this.productUrl = world.productUrl;
    this.person = world.whatsapp.people.find(({ id }) => id === people[language]) ?? world.whatsapp.people[0];
    this.steps = [this.ask, this.confirm, this.decide, this.certificate, this.verify, this.tamper, this.trust];
    byId('tour-title').textContent = texts.title;
    byId('tour-start').textContent = texts.start;
    byId('tour-start').addEventListener('click', () => this.begin());
    byId('tour-next').addEventListener('click', () => this.next());
    byId('tour-close').setAttribute('aria-label', texts.close);
    byId('tour-close').addEventListener('click', () => this.end());
    if (recall('tour') === 'open') this.begin();
  }

  begin() {
    this.at = 0;
    byId('tour').hidden = false;
    byId('guide').hidden = true;
    remember('tour', 'open');
    this.show(texts.lead);
    byId('tour-next').focus();
  }

  end() {
    byId('tour').hidden = true;
    remember('tour', 'closed');
    byId('tour-start').focus();
  }

  /** Does the step that stands there; what came of it is shown, and the button names the next. */
  async next() {
    const button = byId('tour-next');
    if (button.getAttribute('aria-disabled') === 'true') return;
    if (this.at >= this.steps.length) return this.end();
    button.setAttribute('aria-disabled', 'true');
    byId('tour').setAttribute('aria-busy', 'true');
    try {
      const said = await this.steps[this.at].call(this);
      this.at += 1;
      this.show(said);
    } catch (error) {
      this.show(error.message);
    }
    byId('tour').removeAttribute('aria-busy');
    button.removeAttribute('aria-disabled');
    button.focus();
  }

  /** @param said text, or nodes */
  show(said) {
    const list = byId('tour-steps');
    list.replaceChildren(
      ...texts.steps.map((words, index) =>
        el(
          'li',
          { 'aria-current': index === this.at ? 'step' : undefined, class: index < this.at ? 'done' : undefined },
          this.named(words),
        ),
      ),
    );
    byId('tour-said').replaceChildren(...[said].flat());
    byId('tour-next').textContent = this.at < this.steps.length ? this.named(texts.presses[this.at]) : texts.done;
    announce(byId('tour-said').textContent);
  }

  named(words) {
    return fill(words, { person: this.person.name.split(' ')[0], words: texts.words });
  }

  async out() {
    const { chats } = await api.phone(this.person.id);
    const chat = chats.find((one) => one.number === number);
    return (chat?.messages ?? []).filter(({ direction }) => direction === 'out');
  }

  async ask() {
    this.tabs.show('phone');
    await this.phone.choose(this.person.id, number);
    const before = new Set((await this.out()).map(({ id }) => id));
    await this.phone.say(texts.words);
    this.asked = await until(async () =>
      (await this.out()).findLast(
        ({ id, buttons, text }) => !before.has(id) && buttons?.length > 0 && /SOL-\d+/.test(text),
      ),
    );
    this.case = /SOL-\d+/.exec(this.asked.text)[0];
    return fill(texts.said.ask, { case: this.case });
  }

  async confirm() {
    await this.phone.press(this.asked, this.asked.buttons[0]);
    await until(async () => (await this.card()) !== undefined);
    return fill(texts.said.confirm, { case: this.case });
  }

  /** The request where the company decides. */
  async card() {
    const { messages } = await api.messages({ team, user: decider, channel: place, limit: 200 });
    return messages.findLast(
      ({ lines, buttons }) => lines.join(' ').includes(this.case) && buttons.some(({ style }) => style === 'primary'),
    );
  }

  async decide() {
    this.tabs.show('slack');
    this.slack.enter(team, decider, place);
    const card = await until(() => this.card());
    const button = card.buttons.find(({ style }) => style === 'primary');
    await this.slack.press({ channel: card.channel, ts: card.ts }, button);
    this.tabs.show('phone');
    const answer = await until(async () => (await this.out()).findLast(({ text }) => /\/c\/[\w.-]+/.test(text)));
    [this.link] = /https?:\/\/\S+\/c\/[\w.-]+/.exec(answer.text);
    return texts.said.decide;
  }

  async certificate() {
    this.signed = await until(async () => {
      const { status, text } = await api.browse({ path: `${new URL(this.link).pathname}/certificate.json`, language });
      return status === 200 && text.trim();
    });
    const page = await api.browse({ path: this.link, language });
    return [fill(texts.said.certificate, { title: headline(page.text) ?? '' }), this.toPage(this.link, texts.open)];
  }

  async verify() {
    return fill(texts.said.verify, { verdict: await this.verdict(this.signed) });
  }

  async tamper() {
    const at = this.signed.search(/\d{4}-\d{2}-\d{2}/) + 3;
    const digit = this.signed[at];
    const other = String((Number(digit) + 1) % 10);
    const changed = this.signed.slice(0, at) + other + this.signed.slice(at + 1);
    return fill(texts.said.tamper, { digit, other, at, verdict: await this.verdict(changed) });
  }

  async verdict(text) {
    const { text: page } = await api.browse({ path: '/verify', form: { text }, multipart: true, language });
    return headline(page) ?? '';
  }

  async trust() {
    const { text } = await api.browse({ path: `/trust?lang=${language}`, language });
    const link = this.toPage(`/trust?lang=${language}`, texts.openTrust);
    return [fill(texts.said.trust, { title: headline(text) ?? '' }), link];
  }

  toPage(path, words) {
    const address = new URL(path, this.productUrl);
    return el('a', { href: address.href, target: '_blank', rel: 'noopener', 'data-testid': 'tour-link' }, words);
  }
}

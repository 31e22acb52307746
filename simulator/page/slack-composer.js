import { api } from './api.js';
import { byId, composer, el } from './dom.js';
import { suggestions, t } from './language.js';
import { attempt, tell } from './notice.js';
import { menu } from './posts.js';

const command = '/connectus';

/** The box at the foot of the Slack window. What is written decides what it is: a command, a mention, plain talk. */
export class SlackComposer {
  constructor(slack) {
    this.slack = slack;
    this.box = byId('slack-input');
    this.typing = composer(byId('slack-form'), this.box, (words) => this.send(words));
    this.box.addEventListener('input', () => this.explain());
    byId('slack-leave-thread').addEventListener('click', () => this.replyTo(undefined));
    const picker = byId('slack-file');
    byId('slack-attach').addEventListener('click', () => picker.click());
    picker.addEventListener('change', () => this.drop(picker.files).finally(() => (picker.value = '')));
    byId('slack-shortcuts').replaceChildren(
      menu(slack.shortcutsOf('global'), (one) => slack.use(one), { sign: '⚡', label: t('slack.shortcuts') }),
    );
    this.takeDrops(byId('slack-form').closest('section') ?? document.body);
  }

  /** Another place or member: another draft, no thread. */
  moved() {
    const { team, teamId, memberId, place, channel, botName } = this.slack;
    this.replyTo(undefined, '', { keepFocus: true });
    this.typing.at(`${teamId}/${memberId}/${place}`);
    const label = channel ? t('slack.write', { channel: channel.name }) : t('slack.writeTo', { bot: botName });
    this.box.placeholder = label;
    this.box.setAttribute('aria-label', label);
    byId('slack-chips').hidden = Boolean(channel);
    byId('slack-chips').replaceChildren(
      ...suggestions(team).map((words) =>
        el('li', {}, el('button', { type: 'button', class: 'chip', onclick: () => this.send(words) }, words)),
      ),
    );
    this.explain();
  }

  put(words) {
    this.typing.put(words);
    this.box.focus();
  }

  replyTo(message, name, { keepFocus = false } = {}) {
    this.thread = message?.ts;
    byId('slack-thread').hidden = !message;
    byId('slack-thread-of').textContent = message ? t('slack.replying', { name }) : '';
    this.explain();
    if (!keepFocus) this.box.focus();
  }

  /** A file dragged onto the window is dropped where it stands. */
  takeDrops(window) {
    const holdsFiles = (event) => event.dataTransfer?.types.includes('Files');
    window.addEventListener('dragover', (event) => holdsFiles(event) && event.preventDefault());
    window.addEventListener('drop', (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      void this.drop(event.dataTransfer.files);
    });
  }

  /** Each as a message of its own, with the words that wait in the box. */
  async drop(files) {
    const { teamId: team, memberId: user, place: channel } = this.slack;
    for (const file of files) {
      if (file.size > 20 * 1024 * 1024) {
        tell(t('slack.fileTooLarge', { name: file.name }));
        continue;
      }
      const base64 = await asBase64(file);
      const sent = await attempt(() =>
        api.drop({ team, user, channel, name: file.name, base64, text: this.box.value.trim() }),
      );
      if (sent) this.typing.put('');
    }
  }

  /** How the words will reach the bot, if at all. */
  kind(words) {
    const mention = `@${this.slack.botName}`.toLowerCase();
    const [first = ''] = words.toLowerCase().split(/\s/);
    if (first === command) return 'slash';
    if (first.startsWith('/')) return 'unknown';
    if (!this.slack.channel) return 'dm';
    if (first === mention || first === `${mention},` || first === `${mention}:`) return 'mention';
    return this.thread ? 'thread' : 'talk';
  }

  explain() {
    const kind = this.kind(this.box.value.trimStart());
    byId('slack-hint').textContent = t(`slack.hint.${kind}`, { bot: this.slack.botName });
    byId('slack-hint').dataset.kind = kind;
  }

  async send(words) {
    const kind = this.kind(words);
    if (kind === 'unknown') {
      tell(t('slack.hint.unknown'));
      return false;
    }
    const { teamId: team, memberId: user, place: channel } = this.slack;
    const thread = this.thread ? { thread: this.thread } : {};
    const rest = words.slice(words.search(/\s|$/)).trim();
    const routes = {
      dm: () => api.say('dm', { team, user, text: words, ...thread }),
      slash: () => api.say('slash', { team, user, channel, text: rest, command }),
      mention: () => api.say('mention', { team, user, channel, text: rest, ...thread }),
      talk: () => api.say('message', { team, user, channel, text: words }),
      thread: () => api.say('message', { team, user, channel, text: words, ...thread }),
    };
    return attempt(routes[kind]);
  }
}

/** The bytes of a file as text. */
export const asBase64 = (file) =>
  new Promise((done, fail) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => done(String(reader.result).replace(/^[^,]*,/, '')));
    reader.addEventListener('error', () => fail(reader.error));
    reader.readAsDataURL(file);
  });

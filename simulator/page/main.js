import { api } from './api.js';
import { setClock, startClock } from './clock.js';
import { byId, el } from './dom.js';
import { startGuide } from './guide.js';
import { language, languages, speak, t, translate } from './language.js';
import { connection } from './notice.js';
import { Phone } from './phone.js';
import { Slack } from './slack.js';
import { listen } from './stream.js';
import { Tabs } from './tabs.js';
import { linesOf } from './talks.js';
import { RightsTour } from './tour.js';

const triesAgainAfter = 1_500;
// A short break is not worth a word.
const patience = 1_200;

/** Who and what there is; waits until the simulator answers. */
async function world() {
  for (;;) {
    try {
      return await Promise.all([api.world(language), api.clock()]);
    } catch {
      connection(t('connection.starting'));
      await new Promise((resolve) => setTimeout(resolve, triesAgainAfter));
    }
  }
}

function offerLanguages() {
  const choice = byId('language');
  choice.replaceChildren(
    ...Object.entries(languages).map(([id, name]) =>
      el('option', { value: id, selected: id === language, lang: id }, name),
    ),
  );
  choice.addEventListener('change', () => speak(choice.value));
}

function follow(phone, slack) {
  let timer;
  listen({
    clock: setClock,
    whatsapp: (event) => phone.hear(event),
    slack: (event) => slack.hear(event),
    sms: (event) => phone.hearTalk('sms', event),
    email: (event) => phone.hearTalk('email', event),
    open() {
      clearTimeout(timer);
      timer = undefined;
      connection(undefined);
      phone.reload();
      slack.reload();
      slack.home.show(slack.home.tab);
      slack.showViews();
    },
    lost() {
      timer ??= setTimeout(() => connection(t('connection.waiting')), patience);
    },
  });
}

translate();
offerLanguages();
const [known, clock] = await world();
connection(undefined);
startClock(clock);
let phone;
const tabs = new Tabs(() => phone?.read());
phone = new Phone(
  { people: known.whatsapp.people, numbers: linesOf(known) },
  { isShown: () => tabs.isShown('phone'), onNews: () => tabs.news('phone') },
);
const slack = new Slack(known.slack, { onNews: () => tabs.news('slack') });
document.addEventListener('visibilitychange', () => phone.read());
startGuide(known, { phone, slack, tabs });
new RightsTour(known, { phone, slack, tabs });
follow(phone, slack);
document.body.dataset.ready = 'true';

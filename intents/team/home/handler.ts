import { type Act, type IntentHandler, placeOf, type Reply, reply, type Turn } from '../../../src/intent';
import { beginning } from './beginning';
import { channels } from './channels';
import { credit } from './credit';
import { is } from './reader';
import { today } from './today';
import { waiting } from './waiting';

/** What somebody with these roles begins most often. */
const shortcuts = (turn: Turn): NonNullable<Reply['buttons']> => [
  ...(is(turn, 'operator', 'approver', 'owner')
    ? [
        { act: 'send-campaign/guide', form: true, style: 'primary' as const },
        { act: 'import-recipients/start' },
        { act: 'list-templates/start' },
      ]
    : []),
  ...(is(turn, 'operator', 'approver', 'owner', 'viewer') ? [{ act: 'delivery-report/start' }] : []),
  ...(is(turn, 'agent', 'support', 'privacy') ? [{ act: 'recipient-history/start' }] : []),
  ...(is(turn, 'privacy', 'owner') ? [{ act: 'privacy-requests/start' }] : []),
  { act: 'help/start' },
];

async function settings({ services, person }: Turn): Promise<Reply> {
  const { language, zone, quiet } = await services.team.settings();
  const vars = {
    language: { text: `languages.${language}` },
    zone: placeOf(zone ?? person.zone),
    quiet: quiet ? 'yes' : 'no',
  };
  return reply('settings', vars, { buttons: [{ act: 'set-preference/edit', form: true }] });
}

/** Everything at a glance, for whoever reads it: what waits for them first. */
const draw: Act = async (turn) => {
  const { services, person, now } = turn;
  const { name: company } = await services.company.profile();
  const name = person.kind === 'member' ? (person.name.split(' ')[0] ?? '') : '';
  const lines = is(turn, 'operator', 'approver', 'owner', 'viewer') ? await services.home.campaigns() : [];
  const parts = [
    ...(await beginning(turn)),
    ...(await waiting(turn, lines)),
    ...today(turn, lines),
    ...(await channels(turn)),
    ...(await credit(turn)),
    await settings(turn),
  ];
  return reply('hello', { name, company, day: { day: now } }, { buttons: shortcuts(turn), parts });
};

export const intent: IntentHandler = {
  heard: async (turn) => ({ ...(await draw(turn)), private: true }),
  cards: { home: draw },
};

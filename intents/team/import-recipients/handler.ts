import { card, type ImportView, type IntentHandler, type Reply, reply, type Turn } from '../../../src/intent';
import { attest, attestSend } from './attesting';

const cardOf = (id: string) => card({ card: 'list', args: { import: id }, topic: `import:${id}` });
const isCsv = (name: string): boolean => /\.(csv|tsv|txt)$/i.test(name);
const idOf = ({ args }: Turn): string => args.import ?? '';

/** What each column becomes, one line a kind. */
const columnFacts = ({ columns }: ImportView) => {
  const of = (...kinds: string[]) => kinds.flatMap((kind) => columns[kind] ?? []).join(', ');
  const lines = [
    { key: 'address', titles: of('phone', 'email') },
    { key: 'external', titles: of('external') },
    { key: 'name', titles: of('name', 'surname', 'language', 'country') },
    { key: 'plain', titles: of('plain') },
    { key: 'sealed', titles: of('sealed') },
    { key: 'dropped', titles: of('age', 'birth', 'dropped') },
  ];
  return lines.filter(({ titles }) => titles !== '').map(({ key, titles }) => ({ key, vars: { titles } }));
};

const countFacts = ({ created, updated, suppressed, duplicate, invalid, unproven, refused }: ImportView) => [
  { key: 'people', vars: { created, updated } },
  ...(suppressed > 0 ? [{ key: 'suppressed', vars: { suppressed } }] : []),
  ...(duplicate > 0 ? [{ key: 'duplicate', vars: { duplicate } }] : []),
  ...(invalid > 0 ? [{ key: 'invalid', vars: { invalid } }] : []),
  ...refused.slice(0, 4).map((vars) => ({ key: 'why', vars })),
  ...(unproven > 0 ? [{ key: 'unproven', vars: { unproven } }] : []),
];

/** How a list stands; what may be done with it stands beneath. */
function drawn(view: ImportView): Reply {
  const { name, rows, done, state, reason = '' } = view;
  const args = { import: view.id };
  switch (state) {
    case 'fetching':
    case 'counting':
      return reply('looking', { name, rows }, { buttons: [{ act: 'discard', args }] });
    case 'counted':
      return reply(
        view.created + view.updated > 0 ? 'preview' : 'nobody',
        { name, rows },
        {
          facts: [...countFacts(view), ...columnFacts(view)],
          buttons: [
            ...(view.created + view.updated > 0
              ? [
                  { act: 'attest', args, style: 'primary' as const, form: true },
                  { act: 'storeOnly', args },
                ]
              : []),
            { act: 'discard', args, style: 'danger' as const },
          ],
        },
      );
    case 'running':
      return reply('running', { name, rows }, { progress: { done, of: rows } });
    case 'done':
      return reply(
        view.attested ? 'done' : 'stored',
        { name, rows, back: view.handedBack ? 'yes' : 'no' },
        {
          facts: countFacts(view),
          buttons: [
            ...(view.unproven > 0 ? [{ act: 'sign-up-link/start', style: 'primary' as const }] : []),
            { act: 'list-segments/start' },
          ],
        },
      );
    case 'stopped':
      return reply('stopped', { name, reason });
    default:
      return reply('discarded', { name });
  }
}

/** Lists of people: a CSV that a member drops is looked through, attested by a member and stored. */
export const intent: IntentHandler = {
  heard: async ({ services }) => {
    const open = await services.imports.newest();
    return open ? cardOf(open) : reply('how', {}, { buttons: [{ act: 'sign-up-link/start' }] });
  },
  acts: {
    brought: async ({ services, args }) => {
      if (!isCsv(args.name ?? '')) return reply('notCsv', { name: args.name });
      return cardOf(await services.imports.brought({ id: args.file ?? '', name: args.name ?? '' }));
    },
    show: async (turn) => cardOf((await turn.services.imports.get(idOf(turn))).id),
    attest,
    attestSend,
    storeOnly: async (turn) => {
      await turn.services.imports.storeOnly(idOf(turn));
      const { name } = await turn.services.imports.get(idOf(turn));
      return reply('storing', { name }, { private: true });
    },
    discard: async (turn) => {
      await turn.services.imports.discard(idOf(turn));
      const { name } = await turn.services.imports.get(idOf(turn));
      return reply('gone', { name }, { private: true });
    },
  },
  cards: { list: async (turn) => drawn(await turn.services.imports.get(idOf(turn))) },
};

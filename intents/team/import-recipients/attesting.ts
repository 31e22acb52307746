import { AppError } from '../../../src/errors';
import { type Act, form, type Reply, reply, type Turn } from '../../../src/intent';

const halfDay = 43_200_000;
/** As many characters as an option shows. */
const longestLabel = 70;

/** `20-11-2026`, `2026-11-20`: noon, so that it is that day in every zone here; of today, now. Else what is wrong with it. */
function dayOf(written: string, now: Date): Date | 'noDay' | 'future' {
  const iso = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*$/.exec(written);
  const here = /^\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\s*$/.exec(written);
  const [year, month = 0, day] = iso ? iso.slice(1).map(Number) : (here?.slice(1).map(Number).reverse() ?? []);
  const date = new Date(Date.UTC(year ?? 0, month - 1, day));
  if (!year || date.getUTCMonth() !== month - 1) return 'noDay';
  if (date > now) return 'future';
  const noon = new Date(date.getTime() + halfDay);
  return noon > now ? now : noon;
}

/** What a member vouches for of a list that was looked through; what was wrong with a field stands before it. */
async function asking(turn: Turn, errors: Readonly<Record<string, string>> = {}): Promise<Reply> {
  const { services, args, values } = turn;
  const view = await services.imports.get(args.import ?? '');
  if (view.state !== 'counted') throw new AppError('IMPORT_STATE');
  const texts = (await services.signUp.texts())
    .filter(({ kind }) => kind === 'statement')
    .map(({ version, language, body }) => ({
      value: `${version}/${language}`,
      label: `${version} (${language}) ${body}`.slice(0, longestLabel),
    }));
  if (texts.length === 0) return reply('noTexts');
  const vars = { name: view.name, people: view.created + view.updated };
  const shown = { args, vars, choices: { text: texts }, initial: values, errors };
  return form({ key: 'attest', act: 'attestSend', ...shown, stays: true });
}

export const attest: Act = (turn) => asking(turn);

export const attestSend: Act = async (turn) => {
  const { services, values, args, now } = turn;
  const { text = '', channels = '', place = '', when = '', how = '', vouch } = values;
  const day = dayOf(when, now);
  const empty = Object.entries({ text, channels, place, how }).filter(([, said]) => said.trim() === '');
  const errors = {
    ...Object.fromEntries(empty.map(([field]) => [field, 'missing'])),
    ...(typeof day === 'string' && { when: day }),
    ...(vouch !== 'yes' && { vouch: 'missing' }),
  };
  if (typeof day === 'string' || Object.keys(errors).length > 0) return asking(turn, errors);
  const said = { text, channels: channels.split('_'), place, collectedAt: day, statement: how };
  await services.imports.attest(args.import ?? '', said);
  const { name } = await services.imports.get(args.import ?? '');
  return reply('attested', { name }, { private: true });
};

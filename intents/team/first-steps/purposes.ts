import { type Act, nextStep, reply, type Turn } from '../../../src/intent';
import { isOwner, ownersOf } from './contract';

const kinds = ['marketing', 'service', 'collections'] as const;
const languages = ['es', 'en', 'pt'] as const;

/** What the company writes for, and the very words by which people would permit it; the owner confirms them. */
export const purposes: Act = async (turn: Turn) => {
  const { services } = turn;
  const { declared, proposed } = await services.registers.purposes();
  const { version, bodies } = proposed;
  const isKept = (await services.signUp.texts()).some((one) => one.version === version);
  const isIn = (kind: (typeof kinds)[number]): boolean => declared.includes(kind);
  const facts = [
    ...kinds.map((key) => ({ key, vars: { declared: isIn(key) ? 'yes' : 'no' } })),
    ...languages.map((language) => ({
      key: 'words',
      vars: { language: { text: `languages.${language}` }, body: bodies[language] ?? '' },
    })),
    { key: 'wording', vars: { version, kept: isKept ? 'yes' : 'no' } },
  ];
  const isDone = isIn('marketing') && isKept;
  const confirms = { act: 'confirm', args: { version }, style: 'primary' as const };
  const others = kinds
    .filter((kind) => kind !== 'marketing' && !isIn(kind))
    .map((kind) => ({ act: 'declare', label: kind, args: { purpose: kind } }));
  const own = isOwner(turn) ? [...(isDone ? [] : [confirms]), ...others] : [];
  const buttons = [...(isDone ? await nextStep(turn) : []), ...own];
  return reply(
    'purposes',
    { owner: isOwner(turn) ? 'yes' : 'no', owners: await ownersOf(turn) },
    { facts, buttons, private: true },
  );
};

export const confirm: Act = async (turn) => {
  const version = turn.args.version ?? '';
  await turn.services.registers.declare('marketing', version);
  return reply('confirmed', { version }, { buttons: await nextStep(turn), private: true });
};

export const declare: Act = async (turn) => {
  await turn.services.registers.declare(turn.args.purpose ?? '', '');
  return purposes(turn);
};

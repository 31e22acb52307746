import { type Act, begins, nextStep, reply, type Turn } from '../../../src/intent';

export const isOwner = ({ person }: Pick<Turn, 'person'>): boolean =>
  person.kind === 'member' && person.roles.includes('owner');
export const ownersOf = async ({ services }: Turn) => (await services.team.owners()).join(', ');
const points = ['object', 'duration', 'purpose', 'data', 'subjects', 'duties'] as const;

/** The six points of the contract, who carries the data besides us, and the button by which the owner accepts just these words. */
export const contract: Act = async (turn) => {
  const { services } = turn;
  const { legal_name: legal, rut } = await services.billing.paper();
  const { version, hash, points: said } = services.registers.contract();
  const { terms } = await services.registers.papers();
  const company = (await services.home.beginnings())?.find(({ step }) => step === 'company');
  const providers = (await services.registers.list()).map(({ name }) => name).join(', ');
  const facts = [
    ...points.map((key) => ({ key, vars: { words: said[key] } })),
    { key: 'providers', vars: { providers } },
    { key: 'version', vars: { version, hash: hash.slice(0, 12), url: services.policy.url } },
    ...(terms ? [{ key: 'signed', vars: { at: terms.signedAt, by: terms.signedBy, signed: terms.version } }] : []),
  ];
  const isNeeded = terms?.version !== version;
  const isReady = !company || company.done;
  const accepts = { act: 'accept', args: { version, hash }, style: 'primary' as const };
  const buttons = !isNeeded ? await nextStep(turn) : !isReady ? [begins(company)] : isOwner(turn) ? [accepts] : [];
  const how = !isNeeded ? 'done' : !isReady ? 'company' : isOwner(turn) ? 'owner' : 'other';
  const vars = { party: [legal, rut].filter(Boolean).join(', '), how, owners: await ownersOf(turn) };
  return reply('contract', vars, { facts, buttons, private: true });
};

export const accept: Act = async (turn) => {
  const { services, args } = turn;
  await services.registers.sign({ version: args.version ?? '', hash: args.hash ?? '' });
  const { terms } = await services.registers.papers();
  const vars = { version: terms?.version ?? '', by: terms?.signedBy ?? '', at: terms?.signedAt ?? turn.now };
  return reply('accepted', vars, { buttons: await nextStep(turn), private: true });
};

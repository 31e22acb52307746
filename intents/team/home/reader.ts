import type { Role, Turn } from '../../../src/intent';

/** Whether whoever reads has one of these roles now. */
export const is = ({ person }: Pick<Turn, 'person'>, ...roles: readonly Role[]): boolean =>
  person.kind === 'member' && person.roles.some((role) => roles.includes(role));

/** Whose it is. */
export const isMine = ({ person }: Pick<Turn, 'person'>, { authorId }: { authorId: string }): boolean =>
  person.kind === 'member' && person.member === authorId;

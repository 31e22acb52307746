import { AppError } from '../../errors';

export interface Actor {
  id: string;
  roles: readonly string[];
}

/** Whoever speaks for the company: none of Connectus' own people. */
export const mayAnswer: readonly string[] = ['agent', 'owner'];

/** @throws ROLE_REQUIRED */
export function mustAnswer(by: Actor): void {
  if (!by.roles.some((role) => mayAnswer.includes(role))) throw new AppError('ROLE_REQUIRED');
}

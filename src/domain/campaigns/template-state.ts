/**
 * DRAFT: written here, shown to nobody. SUBMITTING, DELETING: on their way to the provider. FOREIGN: of a kind that we can't send.
 * The others are the provider's; SMS and mail know DRAFT, APPROVED and DELETED alone, for nobody but our own rules reviews them.
 */
export type TemplateStatus =
  | 'DRAFT'
  | 'SUBMITTING'
  | 'PENDING'
  | 'APPROVED'
  | 'REJECTED'
  | 'PAUSED'
  | 'DISABLED'
  | 'DELETING'
  | 'DELETED'
  | 'FOREIGN';

export type TemplateAct = 'write' | 'submit' | 'remove';

const at: Readonly<Record<TemplateAct, readonly TemplateStatus[]>> = {
  write: ['DRAFT', 'APPROVED', 'REJECTED', 'PAUSED'],
  submit: ['DRAFT', 'REJECTED'],
  remove: ['DRAFT', 'PENDING', 'APPROVED', 'REJECTED', 'PAUSED', 'DISABLED', 'FOREIGN'],
};

/** Whether a member may do that with it now. */
export const mayTemplate = (status: string, act: TemplateAct): boolean =>
  (at[act] as readonly string[]).includes(status);

/** Statuses that the provider alone gives. Whatever it says besides (an appeal, an archive) can't be sent and reads as PENDING. */
const given = ['APPROVED', 'PENDING', 'REJECTED', 'PAUSED', 'DISABLED', 'DELETED'];
export const statusFrom = (said: string): TemplateStatus => {
  if (said === 'PENDING_DELETION') return 'DELETED';
  return (given.includes(said) ? said : 'PENDING') as TemplateStatus;
};

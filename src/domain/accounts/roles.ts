export const roles = ['owner', 'operator', 'approver', 'viewer', 'privacy', 'agent', 'support', 'platform'] as const;
/** What a member may do; `support` and `platform` are our own staff. */
export type Role = (typeof roles)[number];
export type Language = 'es' | 'en' | 'pt';

const staff: ReadonlySet<Role> = new Set<Role>(['support', 'platform']);

/** Those of a customer's own team; an owner gives and takes them. */
export const customerRoles: readonly Role[] = ['owner', 'operator', 'approver', 'viewer', 'privacy', 'agent'];

export const isRole = (value: string): value is Role => (roles as readonly string[]).includes(value);

export const isStaffRole = (role: Role): boolean => staff.has(role);

/** What a member may be now: our own staff see a customer only while a grant lasts. */
export function rolesNow(given: readonly string[], grantedUntil: Date | null, now: Date): Role[] {
  const granted = grantedUntil !== null && now < grantedUntil;
  return given.filter(isRole).filter((role) => granted || !staff.has(role));
}

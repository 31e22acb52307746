import { type GateCode, type Purpose, rulesFor } from './gate';

/** What stands for the gate's inputs in a statement that has c (contact) and t (tenant) in scope: column names or bound parameters. */
export interface GateNames {
  channel: string;
  /** The template's id, or NULL. */
  template: string;
  now: string;
  /** What an answer is bound to, or NULL. */
  bound: string;
}

/** Each rule as a condition that refuses. Suppression is asked by the tokens themselves, never by the narrow copies. */
const refuses: Readonly<Record<GateCode, (purpose: Purpose) => string>> = {
  COMPANY_STOPPED: () => 't.sending_stopped_at IS NOT NULL',
  TEMPLATE_NOT_APPROVED: () =>
    `NOT EXISTS (SELECT 1 FROM template p WHERE p.tenant_id = c.tenant_id AND p.id = :template AND p.status = 'APPROVED')`,
  UNBOUND: (purpose) =>
    purpose === 'case'
      ? 'NOT EXISTS (SELECT 1 FROM privacy_case p WHERE p.tenant_id = c.tenant_id AND p.id = :bound AND p.contact_id = c.id)'
      : `NOT EXISTS (SELECT 1 FROM identifier i JOIN inbox n ON n.tenant_id = i.tenant_id AND n.lane = i.find AND n.id = :bound
    WHERE i.tenant_id = c.tenant_id AND i.contact_id = c.id)`,
  UNREACHABLE: () => `NOT EXISTS (SELECT 1 FROM identifier i WHERE i.tenant_id = c.tenant_id AND i.contact_id = c.id
    AND i.kind = ANY (CASE :channel WHEN 'email' THEN ARRAY['email'] WHEN 'sms' THEN ARRAY['phone'] ELSE ARRAY['phone', 'bsuid'] END))`,
  OPTED_OUT: () => suppressed('stop'),
  ON_HOLD: () => suppressed('hold'),
  BLOCKED: () => 'c.blocked_at IS NOT NULL',
  NO_CONSENT:
    () => `NOT EXISTS (SELECT 1 FROM consent g WHERE g.tenant_id = c.tenant_id AND g.contact_id = c.id AND g.purpose = 'marketing'
    AND g.channel IN (:channel, 'all') AND g.act IN ('given', 'renewed') AND g.at <= :now AND g.at <= g.recorded_at AND g.text_hash IS NOT NULL AND g.evidence IS NOT NULL
    AND (g.until IS NULL OR g.until > :now)
    AND NOT EXISTS (SELECT 1 FROM consent w WHERE w.tenant_id = c.tenant_id AND w.contact_id = c.id AND w.purpose = 'marketing'
      AND w.channel IN (:channel, 'all') AND w.act IN ('withdrawn', 'needs_reconfirmation') AND (g.source <> 'person' OR w.at >= g.at)))`,
  UNREAD_INBOUND:
    () => `EXISTS (SELECT 1 FROM identifier i JOIN inbox n ON n.tenant_id = i.tenant_id AND n.lane = i.find AND n.kind = 'turn' AND n.handled_at IS NULL
    WHERE i.tenant_id = c.tenant_id AND i.contact_id = c.id)`,
  WINDOW_CLOSED: () => `(c.last_inbound_at IS NULL OR c.last_inbound_at <= :now - interval '24 hours')`,
};

function suppressed(strength: 'stop' | 'hold'): string {
  return `EXISTS (SELECT 1 FROM identifier i JOIN suppression x ON x.tenant_id = i.tenant_id AND x.token = i.stop AND x.purpose = 'marketing'
    AND x.channel IN (:channel, 'all') AND x.strength = '${strength}' WHERE i.tenant_id = c.tenant_id AND i.contact_id = c.id)`;
}

/**
 * The gate as one SQL expression: NULL, or the code of the first rule that refuses. Plans: identifier_contact, the keys of suppression, inbox and
 * privacy_case, consent_contact. @param lasting without the rules that refuse only for now: who is in a campaign at all
 */
export function refusalSql(purpose: Purpose, names: GateNames, lasting = false): string {
  const lines = rulesFor(purpose, lasting).map((rule) => `WHEN ${refuses[rule.code](purpose)} THEN '${rule.code}'`);
  return `CASE ${lines.join('\n')} END`
    .replaceAll(':channel', names.channel)
    .replaceAll(':template', names.template)
    .replaceAll(':bound', names.bound)
    .replaceAll(':now', names.now);
}

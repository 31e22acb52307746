import type { Examined, Sender, Told } from '../../src/channel';
import { ask, type GraphSettings } from './graph';
import { type Json, list, object, text } from './json';
import { isSubscribed, lackingScopes } from './token';

const soonMs = 14 * 86_400_000;
const lame = new Set(['PAUSED', 'DISABLED', 'REJECTED']);

/** Whether a number's token lives and may what we need, and whether Meta lets the number send. */
export async function examineNumber(graph: GraphSettings, sender: Sender): Promise<readonly Examined[]> {
  const token = await get(graph, sender, `/debug_token?input_token=${encodeURIComponent(sender.token)}`);
  if (token.outcome !== 'accepted') return [refused('WHATSAPP_TOKEN', token)];
  const fields = 'id,status,quality_rating,name_status,health_status';
  const number = await get(graph, sender, `/${sender.id}?fields=${fields}`);
  return [
    ...tokenIn(object(token.value.data)),
    ...(number.outcome === 'accepted' ? numberIn(number.value) : [refused('WHATSAPP_NUMBER', number)]),
  ];
}

/** Whether Meta tells us of what happens in an account, and whether its templates can be sent. */
export async function examineAccount(graph: GraphSettings, account: Sender): Promise<readonly Examined[]> {
  const token = await get(graph, account, `/debug_token?input_token=${encodeURIComponent(account.token)}`);
  const apps = await get(graph, account, `/${account.id}/subscribed_apps`);
  const templates = await get(graph, account, `/${account.id}/message_templates?fields=name,status&limit=200`);
  return [
    apps.outcome === 'accepted'
      ? webhookIn(apps.value, token.outcome === 'accepted' ? text(object(token.value.data).app_id) : undefined)
      : refused('WHATSAPP_WEBHOOK', apps),
    templates.outcome === 'accepted' ? templatesIn(templates.value) : refused('WHATSAPP_TEMPLATES', templates),
  ];
}

const get = (graph: GraphSettings, { token }: Sender, path: string): Promise<Told<Json>> =>
  ask(graph, { method: 'GET', path, token });

/** Meta did not answer, or says no to whoever asks: that is the token. */
function refused(code: string, { code: why }: Exclude<Told<Json>, { outcome: 'accepted' }>): Examined {
  if (why === 'PROVIDER_UNREACHABLE') return { code: 'WHATSAPP_UNREACHABLE', state: 'wrong' };
  if (why === 'PROVIDER_ACCESS') return { code: 'WHATSAPP_TOKEN', state: 'wrong', vars: { why: 'invalid' } };
  return { code, state: 'wrong', vars: { why } };
}

function tokenIn({ is_valid: isValid, expires_at: expires, scopes }: Json): Examined[] {
  if (isValid !== true) return [{ code: 'WHATSAPP_TOKEN', state: 'wrong', vars: { why: 'invalid' } }];
  const missing = lackingScopes(scopes);
  if (missing.length > 0) return [{ code: 'WHATSAPP_SCOPES', state: 'wrong', vars: { missing: missing.join(', ') } }];
  const left = Number(expires) * 1_000 - (performance.timeOrigin + performance.now());
  if (Number(expires) > 0 && left < soonMs)
    return [{ code: 'WHATSAPP_EXPIRES', state: 'look', vars: { days: Math.max(0, Math.floor(left / 86_400_000)) } }];
  return [{ code: 'WHATSAPP_TOKEN', state: 'well' }];
}

function numberIn({ status, quality_rating: quality, health_status: health }: Json): Examined[] {
  const can = text(object(health).can_send_message) ?? 'AVAILABLE';
  const isUp = status === undefined || status === 'CONNECTED';
  if (!isUp || can === 'BLOCKED') {
    const why = isUp ? blockedBy(object(health)) : text(status);
    return [{ code: 'WHATSAPP_NUMBER', state: 'wrong', vars: { why: why ?? can } }];
  }
  if (quality === 'RED') return [{ code: 'WHATSAPP_QUALITY', state: 'look' }];
  return can === 'LIMITED'
    ? [{ code: 'WHATSAPP_LIMITED', state: 'look' }]
    : [{ code: 'WHATSAPP_NUMBER', state: 'well' }];
}

/** Which of number, account, business or app stands in the way, with Meta's number for why. */
const blockedBy = ({ entities }: Json): string | undefined => {
  const one = list(entities).find((entity) => entity.can_send_message === 'BLOCKED');
  const [error] = list(one?.errors);
  return one && [text(one.entity_type), text(error?.error_code)].filter(Boolean).join(' ');
};

function webhookIn({ data }: Json, app: string | undefined): Examined {
  const isOurs = isSubscribed(data, app);
  return { code: 'WHATSAPP_WEBHOOK', state: isOurs ? 'well' : 'wrong', vars: { why: 'not_subscribed' } };
}

function templatesIn({ data }: Json): Examined {
  const all = list(data);
  const bad = all.filter(({ status }) => lame.has(text(status) ?? ''));
  const names = bad.map(({ name, status }) => `${text(name)} (${text(status)})`).slice(0, 5);
  if (bad.length > 0)
    return { code: 'WHATSAPP_TEMPLATES', state: 'look', vars: { names: names.join(', '), count: bad.length } };
  const approved = all.filter(({ status }) => status === 'APPROVED').length;
  return approved > 0
    ? { code: 'WHATSAPP_TEMPLATES', state: 'well', vars: { approved } }
    : { code: 'WHATSAPP_NO_TEMPLATES', state: 'look' };
}

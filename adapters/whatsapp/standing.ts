import type { NumberStanding, Sender, Told } from '../../src/channel';
import { ask, type GraphSettings } from './graph';
import { type Json, list, object, text } from './json';
import { providerError } from './provider-errors';

const fields =
  'id,verified_name,quality_rating,status,throughput,whatsapp_business_manager_messaging_limit,health_status';

/** Messages a second, both ways (whatsapp-cloud-api §11): Meta names two levels. */
const perSecond: Readonly<Record<string, number>> = { STANDARD: 80, HIGH: 1_000 };

/** How Meta sees one of our numbers now. */
export async function standing(settings: GraphSettings, sender: Sender): Promise<Told<NumberStanding>> {
  const path = `/${encodeURIComponent(sender.id)}?fields=${fields}`;
  const answer = await ask(settings, { method: 'GET', path, token: sender.token });
  return answer.outcome === 'accepted' ? { outcome: 'accepted', value: standingOf(answer.value) } : answer;
}

export function standingOf(said: Json): NumberStanding {
  const health = object(said.health_status);
  const errors = list(health.entities).flatMap((entity) => list(entity.errors));
  const codes = errors.flatMap(({ error_code: code }) => (/^\d+$/.test(text(code) ?? '') ? [Number(code)] : []));
  const throughput = perSecond[upper(object(said.throughput).level)];
  const limit = limitOf(upper(said.whatsapp_business_manager_messaging_limit));
  return {
    ...{ name: text(said.verified_name) ?? '', quality: upper(said.quality_rating) || 'UNKNOWN' },
    ...{ status: upper(said.status) || 'UNKNOWN', canSend: upper(health.can_send_message) || 'UNKNOWN' },
    problems: [...new Set(codes.map((code) => providerError(code).code))],
    ...(throughput !== undefined && { throughput }),
    ...(limit !== undefined && { limit }),
  };
}

/** `TIER_2K`; null: as many as one likes. */
function limitOf(tier: string): number | null | undefined {
  if (/UNLIMITED$/.test(tier)) return null;
  const [, digits, thousand] = /^TIER_(\d+)(K?)$/.exec(tier) ?? [];
  return digits ? Number(digits) * (thousand ? 1_000 : 1) : undefined;
}

const upper = (value: unknown): string => (text(value) ?? '').toUpperCase();

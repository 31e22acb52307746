import { request } from 'undici';
import type { Examined, Sender } from '../../src/channel';
import { object, text } from './json';
import { botScopes } from './manifest';

const deadlineMs = 8_000;

/** Whether a workspace's token lives, is that workspace's, and may what the app needs; and how far our clock is from Slack's, which refuses what is five minutes off. */
export async function examine(apiUrl: string, sender: Sender): Promise<readonly Examined[]> {
  try {
    const { headers, body } = await request(`${apiUrl}auth.test`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sender.token}` },
      signal: AbortSignal.timeout(deadlineMs),
    });
    const said = object(await body.json());
    if (said.ok !== true) return [{ code: 'SLACK_TOKEN', state: 'wrong', vars: { why: text(said.error) ?? '' } }];
    return [
      said.team_id === sender.id
        ? { code: 'SLACK_TOKEN', state: 'well' }
        : { code: 'SLACK_TEAM', state: 'wrong', vars: { team: text(said.team_id) ?? '' } },
      ...scopesIn(headers['x-oauth-scopes']),
      ...clockBy(headers.date),
    ];
  } catch {
    return [{ code: 'SLACK_UNREACHABLE', state: 'wrong' }];
  }
}

function scopesIn(told: string | string[] | undefined): Examined[] {
  if (told === undefined) return [];
  const has = new Set(String(told).split(/,\s*/));
  const missing = botScopes.filter((scope) => !has.has(scope));
  return missing.length === 0
    ? [{ code: 'SLACK_SCOPES', state: 'well' }]
    : [{ code: 'SLACK_SCOPES', state: 'wrong', vars: { missing: missing.join(', ') } }];
}

const mostOff = 60_000;

function clockBy(date: string | string[] | undefined): Examined[] {
  const off = Date.parse(String(date)) - (performance.timeOrigin + performance.now());
  if (!Number.isFinite(off)) return [];
  const state = Math.abs(off) < mostOff ? 'well' : 'wrong';
  return [{ code: 'CLOCK', state, vars: { seconds: Math.round(Math.abs(off) / 1_000) } }];
}

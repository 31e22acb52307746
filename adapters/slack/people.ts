import type { Described, Standing, Told } from '../../src/channel';
import type { Clients } from './clients';
import { type Json, object, text } from './json';
import { outcomeOf } from './provider-errors';

/** What somebody is in a workspace, from how Slack describes them. */
function standingOf(profile: unknown): Standing {
  const { deleted, is_bot, is_stranger, is_restricted, is_ultra_restricted } = object(profile);
  if (deleted === true) return 'gone';
  if (is_bot === true) return 'program';
  if (is_stranger === true) return 'stranger';
  return is_restricted === true || is_ultra_restricted === true ? 'guest' : 'member';
}

/** What is kept of an event about the workspace: of a profile no more than what somebody is there; of revoked tokens, whether the bot's is among them. */
export function aboutAccount(event: Json): Json {
  const profile = object(event.user);
  if (text(profile.id)) return { user: text(profile.id), standing: standingOf(profile) };
  if (event.type !== 'tokens_revoked') return { user: text(event.user), tab: text(event.tab) };
  const { bot } = object(event.tokens);
  return { isBot: Array.isArray(bot) && bot.length > 0 };
}

/** Slack's `es-LA`, `en-GB`, `pt-BR`. */
const languageOf = (locale: unknown): Described['language'] =>
  /^(es|en|pt)\b/.exec(text(locale) ?? '')?.[1] as Described['language'];

/** Asks what somebody is there, the name that they show, and the language that they read. */
export async function askWho(client: Clients['often'], user: string): Promise<Told<Described>> {
  try {
    const profile = object((await client.users.info({ user, include_locale: true })).user);
    const name = text(profile.real_name) ?? text(profile.name) ?? user;
    const language = languageOf(profile.locale);
    return { outcome: 'accepted', value: { standing: standingOf(profile), name, ...(language && { language }) } };
  } catch (error) {
    return outcomeOf(error) as Exclude<Told<never>, { outcome: 'accepted' }>;
  }
}

import { randomBytes } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import type { Clock } from '../clock';
import type { Installations } from '../domain/accounts/installations';
import { AppError } from '../errors';
import type { Language } from '../intent';
import { describeError, type Log } from '../log';
import { languageOf, page, personal, send } from './frame';
import { html } from './html';
import { linkLimit } from './limits';
import { busyPage, told } from './notice';
import { speaker } from './texts';

type Installer = Parameters<Installations['renew']>[0];

export interface InstallDeps {
  clock: Clock;
  log: Log;
  publicUrl: string;
  installations: Installations;
  /** Absent where this installation has no app of its own at Slack: then there is nothing to open. */
  installer: Installer | undefined;
}

/** Where somebody begins to let us into their workspace, and where Slack sends them back to. */
export const installPath = '/slack/install';
export const redirectPath = '/slack/oauth_redirect';

/** Which browser began: what comes back from Slack counts in that one alone, or somebody could let us into a stranger's account. */
const cookie = 'connectus_install';
const cookieSeconds = 600;
const opensAMinute = 30;

export function installRoute(deps: InstallDeps): Router {
  const router = Router();
  const { installer } = deps;
  if (!installer) return router;
  const mayOpen = linkLimit(opensAMinute);
  router.use([installPath, redirectPath], personal);
  router.get(installPath, async (request, response) => {
    if (!mayOpen(String(request.ip))) return send(response, 429, busyPage(wished(request)));
    const browser = randomBytes(18).toString('base64url');
    const invitation = one(request.query.invitation);
    const state = await deps.installations.begin(browser, invitation, deps.clock.now());
    response.cookie(cookie, browser, {
      ...{ httpOnly: true, sameSite: 'lax', secure: deps.publicUrl.startsWith('https:'), path: '/slack' },
      maxAge: cookieSeconds * 1_000,
    });
    response.redirect(302, installer.authorize(state, `${deps.publicUrl}${redirectPath}`));
  });
  router.get(redirectPath, async (request, response) => {
    response.clearCookie(cookie, { path: '/slack' });
    await comeBack(deps, installer, request, response).catch((error: unknown) => {
      const isKnown = error instanceof AppError && error.code.startsWith('INSTALL_');
      if (!isKnown) throw error;
      answer(response, wished(request), error.http, wordsFor[error.code] ?? 'failed');
    });
  });
  return router;
}

async function comeBack(deps: InstallDeps, installer: Installer, request: Request, response: Response): Promise<void> {
  const { installations, clock, log, publicUrl } = deps;
  const language = wished(request);
  const [state, code] = [one(request.query.state), one(request.query.code)];
  const begun = state && (await installations.take(state, browserOf(request), clock.now()));
  if (!begun) return answer(response, language, 400, 'state');
  // Whoever said no at Slack comes back without a code.
  if (!code) return answer(response, language, 200, 'denied');
  const given = await installer.exchange(code, `${publicUrl}${redirectPath}`);
  if (given.outcome !== 'accepted') {
    log.warn({ event: 'install.failed', code: given.code }, 'Slack gave no token for a workspace');
    return answer(response, language, 502, given.code === 'INSTALL_NO_WORKSPACE' ? 'organisation' : 'failed');
  }
  try {
    const { outcome } = await installations.keep(given.value, begun.invitation, clock.now());
    log.info({ event: 'install.done', kind: outcome, team: given.value.team }, 'a workspace let us in');
    answer(response, language, 200, outcome, { team: given.value.name });
  } catch (error) {
    log.warn({ event: 'install.refused', ...describeError(error) }, 'a workspace could not be kept');
    throw error;
  }
}

const wordsFor: Readonly<Record<string, string>> = { INSTALL_ELSEWHERE: 'elsewhere', INSTALL_STATE: 'state' };

function answer(response: Response, language: Language, status: number, words: string, vars: { team?: string } = {}) {
  const says = speaker({ language, zone: 'UTC' });
  const kind = status === 200 && words !== 'denied' ? 'good' : 'bad';
  const title = says(`install.${words}.title`, vars);
  const body = html`<h1>${says('install.title')}</h1>\n${told(kind, title, says(`install.${words}.text`, vars))}`;
  send(response, status, page(language, title, body));
}

const wished = (request: Request): Language => languageOf(request.query.lang, request.header('accept-language'));
const one = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length > 0 && value.length <= 500 ? value : undefined;
const browserOf = (request: Request): string =>
  new RegExp(`(?:^|;\\s*)${cookie}=([\\w-]{1,64})`).exec(request.header('cookie') ?? '')?.[1] ?? '';

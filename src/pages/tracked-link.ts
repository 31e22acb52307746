import { type Request, type Response, Router } from 'express';
import type { Clock } from '../clock';
import type { TrackedLinks } from '../domain/delivery/tracked-links';
import { languageOf, personal, send } from './frame';
import { linkLimit } from './limits';
import { busyPage, gonePage } from './notice';

export interface TrackedLinkDeps {
  clock: Clock;
  trackedLinks: TrackedLinks;
}

const opensAMinute = 30;
const longest = 32;

/** `/l/<link>`: leads to the customer's own address that stood in the message. It sets no cookie, and changes nothing of what anybody agreed to. */
export function trackedLinkRoute({ clock, trackedLinks }: TrackedLinkDeps): Router {
  const router = Router();
  const mayOpen = linkLimit(opensAMinute);
  router.get('/l/:link', personal, async (request, response) => {
    const link = String(request.params.link).slice(0, longest);
    if (!mayOpen(link)) return send(response, 429, busyPage(spoken(request)));
    const url = await trackedLinks.follow(link, visitOf(request), clock.now());
    if (url === undefined) return send(response, 404, gonePage(spoken(request)));
    lead(response, url);
  });
  return router;
}

const spoken = (request: Request) => languageOf(request.query.lang, request.header('accept-language'));

const purposes = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'] as const;
const visitOf = (request: Request) => ({
  method: request.method,
  agent: request.header('user-agent') ?? '',
  purpose: purposes.map((name) => request.header(name) ?? '').join(' '),
});

// Written out: Express would put its own idea of the address, and a page, beside it.
const lead = (response: Response, url: string): void => void response.status(302).set('location', url).end();

import express, { type Request, type RequestHandler, Router } from 'express';
import type { Clock } from '../clock';
import type { Payments } from '../domain/billing/payments.service';
import { languageOf, page, personal, send } from './frame';
import { html } from './html';
import { speaker } from './texts';

const anyZone = 'America/Santiago'; // nothing here tells a time

/**
 * `/webhooks/payments`: the gateway says that something became of a token, and is asked what; whoever else says so changes nothing and learns nothing.
 * `/payment`: where a payer is led back to. It knows nobody: what became of it stands in Slack.
 */
export function paymentRoute({ clock, payments }: { clock: Clock; payments: Payments }): Router {
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: '4kb', parameterLimit: 10 });
  router.post('/webhooks/payments', form, async (request, response) => {
    const { token } = (request.body ?? {}) as Record<string, unknown>;
    await payments.confirmed(typeof token === 'string' ? token : '', clock.now());
    response.type('text/plain').send('ok');
  });
  const back: RequestHandler = (request, response) => send(response, 200, backPage(request));
  router.use('/payment', personal);
  router.get('/payment', back);
  router.post('/payment', back); // the gateway has the browser post
  return router;
}

function backPage(request: Request): string {
  const language = languageOf(request.query.lang, request.header('accept-language'));
  const says = speaker({ language, zone: anyZone });
  return page(language, says('payment.title'), html`<h1>${says('payment.title')}</h1>\n<p>${says('payment.text')}</p>`);
}

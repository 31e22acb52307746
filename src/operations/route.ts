import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Router } from 'express';
import { exposition } from '../metrics';
import { languageOf, personal, send } from '../pages/frame';
import { type FiguresDeps, figuresOf, samplesOf } from './figures';
import { login } from './login';
import { operationsPage } from './page';

/** `/metrics`: for what watches over us; `/operations`: the same for a person. Neither is there without a password. */
export function operationsRoute(deps: FiguresDeps, password: string | undefined): Router {
  const router = Router();
  if (password === undefined) return router;
  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();
  router.use(['/metrics', '/operations'], personal, login(password));
  router.get('/metrics', async (_request, response) => {
    const samples = samplesOf(await figuresOf(deps), deps.metrics, (loop.percentile(99) || 0) / 1e9);
    loop.reset();
    response.type('text/plain; version=0.0.4; charset=utf-8').send(exposition(samples));
  });
  router.get('/operations', async (request, response) => {
    const language = languageOf(request.query.lang, request.header('accept-language'));
    send(response, 200, operationsPage(language, await figuresOf(deps), deps.now()));
  });
  return router;
}

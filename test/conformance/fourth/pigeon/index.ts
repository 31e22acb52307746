import { type Request, type Response, Router, raw } from 'express';
import { z } from 'zod';
import type { Adapter, ChannelDeps, ChannelEvent } from '../../../../src/channel';
import { parse } from './parse';
import { send } from './send';
import { isSigned } from './signature';

const settings = z.object({
  PIGEON_SECRET: z.string().min(1).describe('signs what the pigeons bring'),
  PIGEON_URL: z.url().default('https://pigeons.example').describe('where the pigeons are'),
});
type Settings = z.infer<typeof settings>;
type Receive = (events: readonly ChannelEvent[]) => Promise<void>;

/** A channel written for the conformance suite alone: as little as the door allows. */
function routes({ PIGEON_SECRET }: Settings, { clock }: ChannelDeps, receive: Receive): Router {
  const router = Router();
  router.post(
    '/pigeons',
    raw({ type: () => true, limit: 10_000, inflate: false }),
    (request: Request, response: Response) => {
      const body: Buffer = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      if (!isSigned(body, request.header('x-ring'), PIGEON_SECRET)) return void response.sendStatus(401);
      const events = parse(body, clock.now());
      if (!events) return void response.sendStatus(400);
      receive(events).then(
        () => response.sendStatus(200),
        () => response.sendStatus(503),
      );
    },
  );
  return router;
}

export const adapter: Adapter<Settings> = {
  name: 'pigeon',
  settings,
  create: (config, deps) => ({
    routes: (receive) => routes(config, deps, receive),
    send: (_sender, to, content, reference) => send(config.PIGEON_URL, to, content, reference),
  }),
};

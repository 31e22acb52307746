import { Router } from 'express';
import { toBuffer } from 'qrcode';
import type { Database } from '../data/database';
import { isId, unknownTenant } from '../data/ids';
import type { Tenants } from '../domain/accounts/tenants.service';
import { doorOf } from '../domain/consent/door';
import type { SignUps } from '../domain/consent/sign-ups.service';
import { unlessNoTenant } from './links';

export interface PictureDeps {
  database: Database;
  tenants: Tenants;
  signUps: SignUps;
}

/** Dots a side, with the quiet zone that scanners need; a poster scales it. */
const drawn = { type: 'png', errorCorrectionLevel: 'M', margin: 4, width: 640 } as const;

/** `/sign-up/<tenant>/<code>.png`: the QR that opens WhatsApp with the code ready to send. It says nothing that its poster does not. */
export function pictureRoute({ database, tenants, signUps }: PictureDeps): Router {
  const router = Router();
  router.get('/sign-up/:tenant/:code.png', async (request, response, next) => {
    const { tenant, code } = request.params;
    if (!isId(tenant) || tenant === unknownTenant) return next();
    const chat = await database
      .withTenant(tenant, async (tx) => {
        const signUp = await signUps.find(tx, code);
        return signUp?.kind === 'link' ? (await doorOf(tx, tenants, signUp.code)).chat : undefined;
      })
      .catch(unlessNoTenant);
    if (!chat) return next();
    response
      .set('x-content-type-options', 'nosniff')
      .set('cross-origin-resource-policy', 'cross-origin') // anybody may put it on their poster
      .set('cache-control', 'public, max-age=3600')
      .type('png')
      .send(await toBuffer(chat, drawn));
  });
  return router;
}

import { Router } from 'express';
import { z } from 'zod';
import type { Adapter, Channel, ChannelDeps } from '../../src/channel';
import { examine } from './examine';
import { providerError } from './provider-errors';
import { Receiving } from './receive';
import { type RelaySettings, Sending } from './send';

const relay = /^smtps?:\/\/(?:[^:@/\s]+:[^@/\s]+@)?[^@/\s]+$/;
const port = z.coerce.number().int().min(1).max(65_535);
const settings = z.object({
  EMAIL_SMTP_URL: z
    .string()
    .regex(relay, 'expected smtp://user:password@host:port, or smtps://')
    .optional()
    .describe(
      'the relay that mails leave by, as smtp://user:password@host:port (STARTTLS is demanded) or smtps://; without it no mail leaves',
    ),
  EMAIL_LISTEN_PORT: port
    .optional()
    .describe('port on which answers, bounces and complaints are taken by SMTP; without it this process takes none'),
  EMAIL_LISTEN_HOST: z.string().default('127.0.0.1').describe('address on which they are taken'),
  EMAIL_TLS_CERT: z.string().optional().describe('file of the certificate with which STARTTLS is offered there'),
  EMAIL_TLS_KEY: z.string().optional().describe('file of its key'),
});
type Settings = z.infer<typeof settings>;

function create(config: Settings, deps: ChannelDeps): Channel {
  const sending = config.EMAIL_SMTP_URL
    ? new Sending(relayOf(config.EMAIL_SMTP_URL), () => deps.clock.now())
    : undefined;
  let receiving: Receiving | undefined;
  return {
    /** Nothing comes by the web: mail comes by mail, and is taken from here on. */
    routes: (receive) => {
      const { EMAIL_LISTEN_PORT: own, EMAIL_LISTEN_HOST: host, EMAIL_TLS_CERT, EMAIL_TLS_KEY } = config;
      const tls = EMAIL_TLS_CERT && EMAIL_TLS_KEY ? { certificate: EMAIL_TLS_CERT, key: EMAIL_TLS_KEY } : {};
      if (own) receiving = new Receiving({ port: own, host, ...tls }, deps, receive);
      receiving?.listen();
      return Router();
    },
    send: async (...message) => sending?.send(...message) ?? { outcome: 'refused', ...providerError('NOT_CONNECTED') },
    examine: () => examine(config.EMAIL_SMTP_URL ? relayOf(config.EMAIL_SMTP_URL) : undefined, config.EMAIL_TLS_CERT),
    close: async () => {
      sending?.close();
      await receiving?.close();
    },
  };
}

function relayOf(address: string): RelaySettings {
  const url = new URL(address);
  const secure = url.protocol === 'smtps:';
  return {
    host: url.hostname,
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    ...(url.username && { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }),
  };
}

export const adapter: Adapter<Settings> = { name: 'email', settings, create };

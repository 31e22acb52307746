import { Router } from 'express';
import { z } from 'zod';
import type { Adapter, Channel, ChannelDeps, ChannelEvent } from '../../src/channel';
import { describeError } from '../../src/log';
import { Joining } from './joining';
import { Line, type LineSettings } from './line';
import { parse } from './parse';
import { Sending } from './send';

const address = /^s?smpp:\/\/[^:@/\s]+:[^@/\s]+@[^/\s]+$/;
const settings = z.object({
  SMS_URL: z
    .string()
    .regex(address, 'expected smpp://system-id:password@host:port, or ssmpp:// over TLS')
    .optional()
    .describe(
      'the SMS centre, as smpp://system-id:password@host:port, or ssmpp:// over TLS; without it there is no SMS',
    ),
  SMS_OTHER_APPS: z
    .string()
    .regex(/^[\w-]+=s?smpp:\/\/[^,\s]+(,[\w-]+=s?smpp:\/\/[^,\s]+)*$/)
    .optional()
    .describe('SMS centres that customers bring, as name=address,name=address'),
  SMS_SYSTEM_TYPE: z.string().max(12).default('').describe('the system type that the SMS centre asks for, if it does'),
  SMS_WINDOW: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(10)
    .describe('messages a process may have on their way to an SMS centre before it answers'),
});

type Settings = z.infer<typeof settings>;
type Receive = (events: readonly ChannelEvent[]) => Promise<void>;

/** Receipts name a message by the carrier's id alone: whose it is, is remembered of so many. */
const mostRemembered = 50_000;

function create(config: Settings, deps: ChannelDeps): Channel {
  const references = new Map<string, string>();
  const remember = (app: string) => (providerId: string, reference: string) => {
    references.set(`${app} ${providerId}`, reference);
    if (references.size > mostRemembered) references.delete(references.keys().next().value as string);
  };
  let receive: Receive = async () => {
    throw new Error('nobody takes anything in yet');
  };
  const tell = async (event: ChannelEvent): Promise<void> => {
    const reference = event.kind === 'receipt' ? references.get(`${event.app} ${event.providerId}`) : undefined;
    try {
      await receive([reference ? ({ ...event, reference } as ChannelEvent) : event]);
    } catch (error) {
      const about = { event: 'delivery.not_stored', adapter: 'sms', ...describeError(error) };
      deps.log.error(about, 'a delivery could not be stored; the SMS centre brings it again');
      throw error;
    }
  };
  const joining = new Joining(tell);
  const lines = new Map(
    Object.entries(addresses(config)).map(([app, url]): [string, { line: Line; sending: Sending }] => {
      const heard = (pdu: Parameters<typeof parse>[0], line: string) =>
        joining.take(parse(pdu, { app, line, now: deps.clock.now() }));
      return [app, { line: new Line(lineSettings(url, config), heard), sending: new Sending(remember(app)) }];
    }),
  );
  const nowhere = new Sending(() => {});
  return {
    /** Nothing comes by the web: what it brings comes over the lines, which are opened here. */
    routes: (taken) => {
      receive = taken;
      for (const { line } of lines.values()) line.open();
      return Router();
    },
    send: (sender, ...message) => {
      const { line, sending } = lines.get(sender.app) ?? { line: undefined, sending: nowhere };
      return sending.send(line, sender, ...message);
    },
    close: async () => {
      joining.close();
      await Promise.all([...lines.values()].map(({ line }) => line.close()));
    },
  };
}

const addresses = ({ SMS_URL, SMS_OTHER_APPS }: Settings): Record<string, string> => ({
  ...(SMS_URL && { default: SMS_URL }),
  ...Object.fromEntries(SMS_OTHER_APPS?.split(',').map((pair) => pair.split(/=(.*)/s).slice(0, 2)) ?? []),
});

function lineSettings(address: string, { SMS_SYSTEM_TYPE, SMS_WINDOW }: Settings): LineSettings {
  const url = new URL(address);
  const tls = url.protocol === 'ssmpp:';
  return {
    host: url.hostname,
    port: Number(url.port) || (tls ? 3550 : 2775),
    tls,
    systemId: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    systemType: SMS_SYSTEM_TYPE,
    window: SMS_WINDOW,
  };
}

export const adapter: Adapter<Settings> = { name: 'sms', settings, create };

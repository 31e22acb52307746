import { AppError } from '../../errors';
import { mustBeRegistered, routeOf, type Subprocessor, subprocessors } from './subprocessors';

interface Ways {
  /** Of each adapter that is to start, by its name: where it finds the others is among them. */
  adapters: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Our own servers, by their addresses. */
  servers: readonly (string | undefined)[];
  /** Whether this machine may stand in for anybody. */
  mayStandIn: boolean;
}
const addresses = /\b[a-z][a-z+]*:\/\/[^\s,]+/gi;
const onThisMachine = ['localhost', '127.0.0.1', '::1'];

/**
 * Every host that this process may speak to: those of the register, and our own servers.
 * @throws ADAPTER_UNREGISTERED, ADAPTER_ELSEWHERE: of a channel that nobody on record carries, or that would speak to somebody who is not on record
 */
export function waysOut(
  { adapters, servers, mayStandIn }: Ways,
  among: readonly Subprocessor[] = subprocessors,
): readonly string[] {
  const here = mayStandIn ? onThisMachine : [];
  for (const [channel, settings] of Object.entries(adapters)) {
    mustBeRegistered(channel, among);
    const hosts = [...routeOf(channel, among).flatMap((one) => one.hosts), ...here];
    for (const host of hostsIn(Object.values(settings)))
      if (!isOneOf(host, hosts)) throw new AppError('ADAPTER_ELSEWHERE', { channel, host });
  }
  return [...among.flatMap(({ hosts }) => hosts), ...hostsIn(servers), ...here];
}

const hostsIn = (values: readonly unknown[]): string[] =>
  values
    .flatMap((value) =>
      typeof value !== 'string' ? [] : URL.canParse(value) ? [value] : (value.match(addresses) ?? []),
    )
    .flatMap((address) => URL.parse(address)?.hostname.replace(/^\[|\]$/g, '') || []);

const isOneOf = (host: string, hosts: readonly string[]): boolean =>
  hosts.some((one) => (one.startsWith('*.') ? host.endsWith(one.slice(1)) : host === one));

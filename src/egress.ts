import { Socket } from 'node:net';

/** Whom this process may speak to: a host, or any below one (`*.slack.com`). */
export type Hosts = readonly string[];

export const isAmong = (host: string, hosts: Hosts): boolean => {
  const name = host.toLowerCase().replace(/\.$/, '');
  return hosts.some((one) => (one.startsWith('*.') ? name.endsWith(one.slice(1)) : name === one));
};

class EgressRefused extends Error {
  override readonly name = 'EgressRefused';
  readonly code = 'EGRESS_REFUSED';
  constructor(readonly host: string) {
    super(`no connection is opened to ${host}: nobody on record is there`);
  }
}

/**
 * From now on no socket of this process, whoever opens it, connects to a host that is not among these. It is asked where Node itself opens connections,
 * so a library can't go round it. Sockets of this machine's file system are its own.
 * @returns what lifts it again
 */
export function guardEgress(hosts: Hosts, onRefused: (host: string) => void = () => {}): () => void {
  const open = Socket.prototype.connect;
  const guarded = function (this: Socket, ...given: unknown[]) {
    const host = hostOf(given);
    if (host !== undefined && !isAmong(host, hosts)) {
      onRefused(host);
      process.nextTick(() => this.destroy(new EgressRefused(host)));
      return this;
    }
    return open.apply(this, given as unknown as Parameters<typeof open>);
  };
  Socket.prototype.connect = guarded as typeof open;
  return () => {
    Socket.prototype.connect = open;
  };
}

/** As `connect(options)`, `connect(port, host)` or `connect(path)` name it, bare or in the list that Node's own callers hand over; undefined: a path. */
function hostOf(given: readonly unknown[]): string | undefined {
  const [first, second] = Array.isArray(given[0]) ? given[0] : given;
  if (typeof first === 'object' && first !== null) {
    const { path, host } = first as { path?: unknown; host?: unknown };
    return path ? undefined : String(host ?? 'localhost');
  }
  if (typeof first === 'string' && !/^\d+$/.test(first)) return undefined;
  return typeof second === 'string' ? second : 'localhost';
}

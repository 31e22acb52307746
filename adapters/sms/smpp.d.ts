/** What is used of a library that comes without types. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server as NetServer, Socket } from 'node:net';

  export interface Pdu {
    command: string;
    command_status: number;
    sequence_number: number;
    [field: string]: unknown;
    isResponse(): boolean;
    response(options?: Readonly<Record<string, unknown>>): Pdu;
  }
  export const PDU: new (command: string, options?: Readonly<Record<string, unknown>>) => Pdu;
  export interface Session extends EventEmitter {
    socket: Socket;
    /** @returns false when nothing was written: the line is closed */
    send(pdu: Pdu, onResponse?: (response: Pdu) => void): boolean;
    close(done?: () => void): void;
    destroy(done?: () => void): void;
  }
  export interface Server extends NetServer {
    sessions: Session[];
  }
  export function connect(options: { host: string; port: number; tls?: boolean; [key: string]: unknown }): Session;
  export function createServer(options: object, onSession: (session: Session) => void): Server;
  /** By their names, `ESME_RTHROTTLED`. */
  export const errors: Readonly<Record<string, number>>;
}

import { randomBytes } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import { openSync, writeFileSync, writeSync } from 'node:fs';
import { sharedMs } from '../stand-in/ledger';
import { type Call, watchCalls } from './calls';

/** kill and stop are signals; lose: the line of this call breaks, before or after it was done. */
export type Way = 'kill' | 'stop' | 'lose';
export interface Arm {
  do: 'arm';
  /** Whichever it comes to. */
  points: readonly string[];
  /** The nth time from now that it comes to one of them. */
  nth: number;
  way: Way;
}

/** Where a process that kills itself writes at which call it does. @param file that it writes down in what leaves it */
export const lastWordsOf = (file: string): string => `${file}.end`;

/** Makes this process one that can be broken at any call, says which calls it makes, and writes down when each message left it. @param file that outlives it */
export function sabotage(file: string): void {
  const known = new Set<string>();
  let fresh: string[] = [];
  let isAtWork = false;
  let armed: (Arm & { left: number }) | undefined;
  watchCalls((call: Call) => {
    if (!known.has(call.point)) {
      known.add(call.point);
      fresh.push(call.point);
    }
    if (!armed?.points.includes(call.point) || --armed.left > 0) return;
    const { way } = armed;
    armed = undefined;
    if (way === 'kill') {
      writeFileSync(lastWordsOf(file), call.point); // a message to the parent would not leave any more
      process.kill(process.pid, 'SIGKILL');
    }
    process.send?.({ is: 'reached', point: call.point });
    if (way === 'stop') process.kill(process.pid, 'SIGSTOP');
    else call.breakOff?.();
  });
  process.on('message', (message: Arm | { do: 'disarm' | 'go' }) => {
    // What it does only to be born comes never again.
    if (message.do === 'go') {
      isAtWork = true;
      known.clear();
      fresh = [];
    }
    if (message.do === 'arm') armed = { ...message, left: message.nth };
    if (message.do === 'disarm') armed = undefined;
  });
  setInterval(() => {
    if (isAtWork && fresh.length > 0) process.send?.({ is: 'points', points: fresh });
    fresh = [];
  }, 200).unref();
  writeDownWhatLeaves(file);
}

interface Outgoing {
  path: string;
  addHeader(name: string, value: string): void;
}

/** Each request to the provider bears a mark of its own; when its first bytes are handed to the system, mark and moment are on disk before. */
function writeDownWhatLeaves(file: string): void {
  const out = openSync(file, 'a');
  const marks = new WeakMap<object, string>();
  channel('undici:request:create').subscribe((message) => {
    const { request } = message as { request: Outgoing };
    if (!request.path.endsWith('/messages')) return;
    const mark = randomBytes(9).toString('base64url');
    marks.set(request, mark);
    request.addHeader('x-mark', mark);
  });
  channel('undici:client:sendHeaders').subscribe((message) => {
    const mark = marks.get((message as { request: Outgoing }).request);
    if (mark) writeSync(out, `${mark} ${sharedMs()}\n`);
  });
}

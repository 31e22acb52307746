import type { Dispatcher } from 'undici';

export interface Call {
  origin: string;
  path: string;
  token: string;
  /** JSON */
  body: string;
  deadlineMs: number;
  /** Asked when a connection is there and the first byte is about to be written. */
  mayBegin(): boolean;
  onAnswer(): void;
}
export interface Answer {
  status: number;
  retryAfter: string | undefined;
  text: string;
}

const most = 256 * 1024;

/**
 * One POST, past Fetch and the client: a campaign makes thousands of them, and what those do for each costs more than all the rest of a send.
 * @throws what broke the line, `TimeoutError` past the deadline, anything where `mayBegin` said no
 */
export function call(dispatcher: Dispatcher, given: Call): Promise<Answer> {
  const { origin, path, token, body, deadlineMs } = given;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return new Promise((done, failed) => {
    let isOver = false;
    let controller: Dispatcher.DispatchController | undefined;
    const answer = { status: 0, retryAfter: undefined as string | undefined };
    const parts: Buffer[] = [];
    let bytes = 0;
    const end = (error?: Error): void => {
      isOver = true;
      clearTimeout(timer);
      if (error) failed(error);
      else done({ ...answer, text: Buffer.concat(parts).toString('utf8') });
    };
    const timer = setTimeout(() => {
      const late = Object.assign(new Error('no answer in time'), { name: 'TimeoutError' });
      if (controller) controller.abort(late);
      else end(late);
    }, deadlineMs);
    dispatcher.dispatch(
      { origin, path, method: 'POST', headers, body },
      {
        onRequestStart: (its) => {
          controller = its;
          if (isOver || !given.mayBegin()) its.abort(new Error('too late'));
        },
        onResponseStart: (_its, status, { 'retry-after': retryAfter }) => {
          answer.status = status;
          answer.retryAfter = retryAfter?.toString();
          given.onAnswer();
        },
        onResponseData: (its, part) => {
          bytes += part.length;
          parts.push(part);
          if (bytes > most) its.abort(new Error('an answer longer than any of Meta’s'));
        },
        onResponseEnd: () => end(),
        onResponseError: (_its, error) => end(error),
      },
    );
  });
}

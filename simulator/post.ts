import { Agent, request } from 'node:http';

export interface Reply {
  /** 0 when nobody answered. */
  status: number;
  text: string;
  error?: string;
  ms: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const mostText = 1024 * 1024;

/** Sends bytes to the product as they are. Never throws: not being answered is an outcome too. */
export function post(url: string, headers: Record<string, string>, body: string, patienceMs: number): Promise<Reply> {
  return call('POST', url, { ...headers, 'content-length': String(Buffer.byteLength(body)) }, body, patienceMs);
}

export const get = (url: string, patienceMs: number): Promise<Reply> => call('GET', url, {}, '', patienceMs);

function call(
  method: string,
  url: string,
  headers: Record<string, string>,
  body: string,
  patienceMs: number,
): Promise<Reply> {
  const began = performance.now();
  const again = () => call(method, url, headers, body, patienceMs);
  return new Promise((resolve) => {
    const done = (reply: Omit<Reply, 'ms'>) => {
      clearTimeout(timer);
      resolve({ ...reply, ms: Math.round(performance.now() - began) });
    };
    const asking = request(url, { method, headers, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (text.length < mostText) text += chunk;
      });
      response.on('end', () => done({ status: response.statusCode ?? 0, text }));
      response.on('error', (error) => done({ status: 0, text: '', error: error.message }));
    });
    const timer = setTimeout(() => asking.destroy(new Error('timeout')), patienceMs);
    asking.on('error', (error: NodeJS.ErrnoException) => {
      // An idle line that the product closed at that very moment: nothing was said on it.
      if (asking.reusedSocket && error.code === 'ECONNRESET') return void again().then(done);
      done({ status: 0, text: '', error: error.code ?? error.message });
    });
    asking.end(body);
  });
}

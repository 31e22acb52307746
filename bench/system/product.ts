import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

/** What a process of the product is told before it starts. */
export interface ProductOrder {
  /** As in `npm start`: ROLE, PORT, servers, keys. */
  settings: Readonly<Record<string, string>>;
  /** The product's time when it starts; from there it runs at its normal speed. */
  at: string;
  /** It is broken on purpose: where it writes down what left it, and when. */
  watched?: { file: string };
  /** With nothing sealed and nothing audited, to measure what that costs. */
  plain?: boolean;
  /** Another program than the product's own: beside this file. */
  main?: string;
}
/** A process of the product as it is wired by `npm start`, ready and waiting. It ends with this process. */
export interface Product {
  pid: number;
  /** Begins to work. Resolves when it listens. */
  go(): Promise<void>;
  tell(message: object): void;
  listen(heard: (message: Record<string, unknown>) => void): void;
  /** Resolves to the signal that ended it, or to its exit code. */
  ended: Promise<NodeJS.Signals | number | null>;
  kill(signal: NodeJS.Signals): void;
}

export async function startProduct(order: ProductOrder): Promise<Product> {
  const child: ChildProcess = fork(join(__dirname, order.main ?? 'product-main.ts'), {
    execArgv: ['--import', 'tsx'],
    cwd: join(__dirname, '..', '..'),
    stdio: ['ignore', 2, 'inherit', 'ipc'], // standard output may be one JSON document and nothing else
    env: { ...process.env, PRODUCT_ORDER: JSON.stringify(order) },
  });
  const ended: Product['ended'] = new Promise((done) => child.once('exit', (code, signal) => done(signal ?? code)));
  const says = (what: string): Promise<void> =>
    new Promise((done, failed) => {
      const hear = (message: { is?: string }): void => {
        if (message.is !== what) return;
        child.off('message', hear);
        done();
      };
      child.on('message', hear);
      void ended.then((code) => failed(new Error(`a process of the product ended with ${code}`)));
    });
  const tell = (message: object): void => void (child.connected && child.send(message));
  await says('ready');
  return {
    pid: child.pid as number,
    go: () => {
      tell({ do: 'go' });
      return says('started');
    },
    tell,
    listen: (heard) => void child.on('message', heard),
    ended,
    kill: (signal) => void child.kill(signal),
  };
}

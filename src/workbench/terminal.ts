import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

/** Somebody who can be asked. */
export interface Terminal {
  ask(question: string): Promise<string>;
  tell(text: string): void;
}

/** Whoever sits before this program, if anybody does. Ctrl-C and Ctrl-D answer `q`. */
export async function withTerminal<T>(work: (terminal?: Terminal) => Promise<T>): Promise<T> {
  const { stdin: input, stdout: output } = process;
  if (!input.isTTY) return work();
  const line = createInterface({ input, output });
  const leave = () => 'q';
  const left = once(line, 'close').then(leave);
  try {
    return await work({
      ask: (question) => Promise.race([line.question(question).catch(leave), left]),
      tell: (text) => void output.write(`${text}\n`),
    });
  } finally {
    line.close();
  }
}

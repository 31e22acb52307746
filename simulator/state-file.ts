import { readFileSync, renameSync, writeFileSync } from 'node:fs';

const version = 1;
const everyMs = 10_000;

/** What the world keeps from one start to the next, whole or not at all. */
export class StateFile<State extends object> {
  constructor(private readonly path: string | undefined) {}

  /** Undefined for a first start, and for a file of another make. */
  read(): State | undefined {
    if (!this.path) return undefined;
    try {
      const kept = JSON.parse(readFileSync(this.path, 'utf8')) as { version: number; state: State };
      return kept.version === version ? kept.state : undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        process.stderr.write(`simulator: ${this.path} can't be read; the world begins anew\n`);
      return undefined;
    }
  }

  write(take: () => State): void {
    if (!this.path) return;
    const next = `${this.path}.next`;
    writeFileSync(next, JSON.stringify({ version, state: take() }), { mode: 0o600 });
    renameSync(next, this.path);
  }

  /** Now and then, for a death without notice. */
  saveOften(save: () => void): void {
    if (this.path) setInterval(save, everyMs).unref();
  }
}

import { ControlError } from './errors';

interface Task {
  due: number;
  timer: NodeJS.Timeout;
  work(): void;
}

const longestTimer = 2 ** 31 - 1;

/** The world's time: runs at normal speed, can be moved forward, never back. What is due follows it. */
export class Clock {
  private offset: number;
  private readonly tasks = new Set<Task>();
  private readonly listeners: (() => void)[] = [];

  constructor(start: Date) {
    this.offset = start.getTime() - Date.now();
  }

  now(): Date {
    return new Date(this.ms());
  }

  /** Milliseconds since 1970. */
  ms(): number {
    return Date.now() + this.offset;
  }

  /** @throws ControlError CLOCK_BACKWARDS */
  set(to: Date): void {
    const step = to.getTime() - this.ms();
    if (step < 0) throw new ControlError(409, 'CLOCK_BACKWARDS', 'time only moves forward');
    this.offset += step;
    for (const listener of this.listeners) listener();
    const waiting = [...this.tasks].sort((one, other) => one.due - other.due);
    for (const task of waiting) this.arm(task);
  }

  onMove(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Does something when so much of the world's time has gone by. A stopped process is not kept alive by it. */
  after(ms: number, work: () => void): void {
    const task = { due: this.ms() + ms, work } as Task;
    this.tasks.add(task);
    this.arm(task);
  }

  private arm(task: Task): void {
    clearTimeout(task.timer);
    const wait = Math.min(Math.max(0, task.due - this.ms()), longestTimer);
    task.timer = setTimeout(() => {
      this.tasks.delete(task);
      task.work();
    }, wait).unref();
  }
}

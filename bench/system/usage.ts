import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used so far. */
interface Process {
  pid: number;
  parent: number;
  command: string;
  cpuMs: number;
  residentMB: number;
}
export type Part = 'product' | 'postgres' | 'redis' | 'stand-in' | 'bare' | 'textbook' | 'driver';
export type Usage = Readonly<Partial<Record<Part, { cpuMs: number; residentMB: number }>>>;

const tickMs = 10; // USER_HZ is 100 wherever Node runs
const pageMB = 4096 / 1_048_576;

/** Everything of this machine that began below us, by what it is. Empty where there is no /proc. */
export function usageNow(): Usage {
  const all = processes();
  const ours = new Set([process.pid]);
  // A child has a higher number than its parent only mostly: until nothing is added.
  for (let size = 0; size !== ours.size; ) {
    size = ours.size;
    for (const one of all) if (ours.has(one.parent)) ours.add(one.pid);
  }
  const usage: Partial<Record<Part, { cpuMs: number; residentMB: number }>> = {};
  for (const one of all.filter(({ pid }) => ours.has(pid))) {
    const sum = usage[partOf(one)] ?? { cpuMs: 0, residentMB: 0 };
    usage[partOf(one)] = { cpuMs: sum.cpuMs + one.cpuMs, residentMB: sum.residentMB + one.residentMB };
  }
  return usage;
}

/** What each part used between two looks, in ms of CPU. */
export const cpuBetween = (before: Usage, after: Usage): Record<string, number> =>
  Object.fromEntries(
    Object.entries(after).map(([part, { cpuMs }]) => [part, cpuMs - (before[part as Part]?.cpuMs ?? 0)]),
  );

export const residentOf = (usage: Usage): Record<string, number> =>
  Object.fromEntries(Object.entries(usage).map(([part, { residentMB }]) => [part, Math.round(residentMB)]));

const partOf = ({ pid, command }: Process): Part => {
  if (pid === process.pid) return 'driver';
  if (/(product|worker)-main/.test(command)) return 'product';
  if (/stand-in/.test(command)) return 'stand-in';
  if (/textbook/.test(command)) return 'textbook';
  if (/bare/.test(command)) return 'bare';
  if (/redis|valkey/.test(command)) return 'redis';
  return /postgres/.test(command) ? 'postgres' : 'driver';
};

function processes(): Process[] {
  return list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        // The name in brackets may hold anything; behind it the fields are counted from the third.
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')
          .map(Number);
        const [, parent = 0] = fields;
        // Sessions of Postgres come and go: what those that are over used stands with their parent.
        const of = /postgres/.test(command) ? [11, 12, 13, 14] : [11, 12];
        const cpuMs = tickMs * of.reduce((sum, at) => sum + (fields[at] ?? 0), 0);
        return [{ pid: Number(pid), parent, command, cpuMs, residentMB: residentIn(Number(pid), fields[21] ?? 0) }];
      } catch {
        return []; // it ended while we looked
      }
    });
}

/** Shared memory of Postgres counts once for each who uses it: its proportional share is what counts. */
function residentIn(pid: number, pages: number): number {
  try {
    const [, kilobytes = ''] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return pages * pageMB;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

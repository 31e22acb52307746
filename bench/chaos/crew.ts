import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Product } from '../system/product';
import { aProduct, type Surroundings } from '../system/servers';
import { type Arm, lastWordsOf } from './sabotage';

export type Role = 'web' | 'worker';
/** A worker that understands no words: it is born in a third of the time, and has all that is broken here. */
const lean = join('..', 'chaos', 'worker-main.ts');
const mostBirths = 10;
type Member = Product & { url: string; role: Role; file: string; points: Set<string>; reached?: string };

/** The processes of the product: one for the web, some that work, and one of each that waits to take a dead one's place. */
export class Crew {
  readonly members: Member[] = [];
  private readonly spare = new Map<Role, Promise<Member>>();
  private born = 0;
  /** All calls that processes of a role were seen to make. */
  readonly points: Readonly<Record<Role, Set<string>>> = { web: new Set(), worker: new Set() };
  private isClosed = false;

  /** @param onWeb told where webhooks are to go now */
  constructor(
    private readonly around: Pick<Surroundings, 'settings'>,
    private readonly onWeb: (url: string) => Promise<unknown>,
    private readonly now: () => Date,
  ) {}

  async start(workers: number): Promise<void> {
    for (const role of ['web', ...Array(workers).fill('worker')] as Role[]) await this.join(role);
  }

  pick(role: Role, random: () => number): Member {
    const alive = this.members.filter((member) => member.role === role);
    return alive[Math.floor(random() * alive.length)] as Member;
  }

  /** Waits until it has come to one of the points and done what it was told, with a bound. @returns which one, or that it is dead and did not say */
  async arm(member: Member, arm: Omit<Arm, 'do'>, patienceMs: number): Promise<string | undefined> {
    delete member.reached;
    member.tell({ do: 'arm', ...arm });
    let isDead = false;
    void member.ended.then(() => {
      isDead = true;
    });
    for (const end = performance.now() + patienceMs; performance.now() < end; await pause(10))
      if (isDead || member.reached) return member.reached ?? lastWords(member.file);
    member.tell({ do: 'disarm' });
    return undefined;
  }

  /** It is dead, or is made so; another takes its place. */
  async replace(member: Member): Promise<void> {
    member.kill('SIGKILL');
    await member.ended;
    this.members.splice(this.members.indexOf(member), 1);
    await this.join(member.role);
  }

  /** Those that died without being asked to. */
  async fallen(): Promise<Member[]> {
    const states = this.members.map(async (member) => {
      const isDead = await Promise.race([member.ended.then(() => true), pause(0).then(() => false)]);
      return isDead ? [member] : [];
    });
    return (await Promise.all(states)).flat();
  }

  tell(message: object): void {
    for (const member of this.members) member.tell(message);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const all = [...this.members, ...(await Promise.allSettled(this.spare.values())).flatMap(taken)];
    for (const member of all) member.kill('SIGKILL');
    await Promise.all(all.map(({ ended }) => ended));
  }

  private async join(role: Role): Promise<void> {
    const member = await this.birth(role);
    this.members.push(member);
    if (role === 'web') await this.onWeb(`${member.url}/webhooks/whatsapp`);
    if (this.isClosed) return;
    const next = this.make(role);
    next.catch(() => {}); // whoever wants it will see
    this.spare.set(role, next);
  }

  /** One that is born while a server is away ends and says why; as whoever runs the product would, we begin another. */
  private async birth(role: Role): Promise<Member> {
    for (let tries = 1; ; tries++)
      try {
        const member = await (this.spare.get(role) ?? this.make(role));
        this.spare.delete(role);
        await member.go();
        return member;
      } catch (error) {
        this.spare.delete(role);
        if (tries === mostBirths) throw error;
        await pause(500);
      }
  }

  private async make(role: Role): Promise<Member> {
    this.born += 1;
    const file = join(this.around.settings.DATA_DIR as string, `left-${this.born}.txt`);
    const order = { watched: { file }, at: this.now().toISOString() };
    const product = await aProduct(this.around, role, role === 'worker' ? { ...order, main: lean } : order);
    const member: Member = Object.assign(product, { role, file, points: this.points[role] });
    member.listen((message) => {
      if (message.is === 'points') for (const point of message.points as string[]) this.points[role].add(point);
      if (message.is === 'reached') member.reached = String(message.point);
    });
    return member;
  }
}

function lastWords(file: string): string | undefined {
  const at = lastWordsOf(file);
  return existsSync(at) ? readFileSync(at, 'utf8') : undefined;
}

export const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const taken = <T>(one: PromiseSettledResult<T>): T[] => (one.status === 'fulfilled' ? [one.value] : []);

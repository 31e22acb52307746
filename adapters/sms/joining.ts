import type { ChannelEvent } from '../../src/channel';
import type { Heard, Piece } from './parse';

/** A piece waits so long for the others; then what is there is told. */
const patienceMs = 3_000;
const most = 1_000;

interface Half {
  parts: Map<number, { event: ChannelEvent; done: (told: Promise<void>) => void }>;
  timer: NodeJS.Timeout;
}
type Tell = (event: ChannelEvent) => Promise<void>;

/** Puts the pieces of long messages together. Each piece is answered when its message was told, so none is lost with this process. */
export class Joining {
  private readonly halves = new Map<string, Half>();

  constructor(private readonly tell: Tell) {}

  /** Resolves when it was told, alone or with its others. @throws what telling throws */
  async take({ event, piece }: Heard): Promise<void> {
    if (!piece || this.halves.size >= most) return this.tell(event);
    return new Promise<Promise<void>>((done) => this.put(event, piece, done)).then((told) => told);
  }

  private put(event: ChannelEvent, piece: Piece, done: (told: Promise<void>) => void): void {
    const half = this.halves.get(piece.of) ?? this.begin(piece.of);
    const before = half.parts.get(piece.at);
    if (before) before.done(Promise.reject(new Error('it came again'))); // the provider brings it once more, or has
    half.parts.set(piece.at, { event, done });
    if (half.parts.size >= piece.count) this.finish(piece.of);
  }

  private begin(of: string): Half {
    const half: Half = { parts: new Map(), timer: setTimeout(() => this.finish(of), patienceMs) };
    this.halves.set(of, half);
    return half;
  }

  private finish(of: string): void {
    const half = this.halves.get(of);
    if (!half) return;
    this.halves.delete(of);
    clearTimeout(half.timer);
    const parts = [...half.parts].sort(([one], [other]) => one - other).map(([, part]) => part);
    const [first] = parts;
    if (!first) return;
    const text = parts.map(({ event }) => wordsOf(event)).join('');
    const told = this.tell({ ...first.event, content: { type: 'text', text } } as ChannelEvent);
    for (const part of parts) part.done(told);
  }

  close(): void {
    for (const of of [...this.halves.keys()]) this.finish(of);
  }
}

const wordsOf = (event: ChannelEvent): string =>
  event.kind === 'message' && event.content.type === 'text' ? event.content.text : '';

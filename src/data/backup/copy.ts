import { once } from 'node:events';
import type { Client } from 'pg';

/** What pg gives a query that it does not know; @types/pg has no names for it. */
interface Wire {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
  stream: NodeJS.ReadableStream & NodeJS.WritableStream & { writableNeedDrain: boolean };
}
interface Asked {
  submit(wire: Wire): void;
  handleError(error: Error): void;
  handleReadyForQuery(): void;
  handleCommandComplete(): void;
  handleRowDescription(): void;
  handleDataRow(): void;
  handlePortalSuspended(): void;
  handleEmptyQuery(): void;
  handleCopyInResponse(wire: Wire): void;
  handleCopyData(message: { chunk: Buffer }, wire: Wire): void;
}
const nothing = () => {};
const silent = {
  handleCommandComplete: nothing,
  handleRowDescription: nothing,
  handleDataRow: nothing,
  handlePortalSuspended: nothing,
  handleEmptyQuery: nothing,
};
const ask = (client: Client, asked: Asked): void =>
  void (client as unknown as { query(asked: Asked): unknown }).query(asked);

/** So many bytes wait in memory at most. */
const most = 1024 * 1024;

/** `COPY … TO STDOUT`, as it comes; the server waits while nobody reads. To be read to its end, or the connection is of no use any more. */
export async function* copyOut(client: Client, sql: string): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  let isOver = false;
  let isLeft = false;
  let failed: Error | undefined;
  let wire: Wire | undefined;
  let tell = nothing;
  ask(client, {
    ...silent,
    submit: (to) => {
      wire = to;
      to.query(sql);
    },
    handleCopyInResponse: (to) => to.sendCopyFail('this reads'),
    handleCopyData: ({ chunk }, from) => {
      if (isLeft) return;
      waiting.push(Buffer.from(chunk)); // pg uses its own bytes again
      bytes += chunk.length;
      if (bytes > most) from.stream.pause();
      tell();
    },
    handleError: (error) => {
      failed = error;
      tell();
    },
    handleReadyForQuery: () => {
      isOver = true;
      tell();
    },
  });
  try {
    for (;;) {
      if (failed) throw failed;
      if (bytes > 0) {
        const chunk = Buffer.concat(waiting);
        waiting = [];
        bytes = 0;
        wire?.stream.resume();
        yield chunk;
      } else if (isOver) return;
      else
        await new Promise<void>((done) => {
          tell = done;
        });
    }
  } finally {
    isLeft = true; // whoever stops reading leaves the rest to the wire, so that the connection can end
    wire?.stream.resume();
  }
}

/** `COPY … FROM STDIN`, no faster than the server takes it. @throws what the server did not like, or what `source` threw: then nothing of it is there */
export async function copyIn(client: Client, sql: string, source: AsyncIterable<Buffer>): Promise<void> {
  await new Promise<void>((done, fail) => {
    let failed: Error | undefined;
    ask(client, {
      ...silent,
      submit: (wire) => wire.query(sql),
      handleCopyInResponse: (wire) =>
        void send(wire, source, () => failed !== undefined).catch((error) => {
          failed = error;
          wire.sendCopyFail('broken off');
        }),
      handleCopyData: nothing,
      handleError: (error) => {
        failed ??= error;
        fail(failed);
      },
      handleReadyForQuery: () => (failed ? fail(failed) : done()),
    });
  });
}

async function send(wire: Wire, source: AsyncIterable<Buffer>, isOver: () => boolean): Promise<void> {
  for await (const chunk of source) {
    if (isOver()) return;
    wire.sendCopyFromChunk(chunk);
    if (wire.stream.writableNeedDrain) await once(wire.stream, 'drain');
  }
  if (!isOver()) wire.endCopyFrom();
}

interface Part {
  name: string;
  content: Buffer;
}

/** The parts of a multipart body. */
export function multipart(body: Buffer, contentType: string): Part[] {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (!boundary) return [];
  const mark = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let at = body.indexOf(mark);
  while (at >= 0) {
    const next = body.indexOf(mark, at + mark.length);
    if (next < 0) break;
    const part = body.subarray(at + mark.length + 2, next - 2);
    const gap = part.indexOf('\r\n\r\n');
    const name = /name="([^"]*)"/.exec(part.subarray(0, gap).toString('utf8'))?.[1];
    if (gap >= 0 && name !== undefined) parts.push({ name, content: part.subarray(gap + 4) });
    at = next;
  }
  return parts;
}

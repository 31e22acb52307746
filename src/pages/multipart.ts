/** A form with a file in it, as browsers send it (RFC 7578). What is cut off or written otherwise has no fields. */
export function formFields(body: Buffer, contentType: string): ReadonlyMap<string, Buffer> {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  const fields = new Map<string, Buffer>();
  if (!boundary) return fields;
  const mark = Buffer.from(`--${boundary}`);
  for (let at = body.indexOf(mark); at >= 0; ) {
    const next = body.indexOf(mark, at + mark.length);
    if (next < 0) break;
    const part = body.subarray(at + mark.length + 2, next - 2);
    const gap = part.indexOf('\r\n\r\n');
    const name = /name="([^"]*)"/.exec(part.subarray(0, Math.max(gap, 0)).toString('latin1'))?.[1];
    if (name !== undefined) fields.set(name, part.subarray(gap + 4));
    at = next;
  }
  return fields;
}

const mostParts = 20;

/** Headers by their name in small letters, folded lines joined; the first of each. */
export type Headers = ReadonlyMap<string, string>;

export interface Part {
  headers: Headers;
  body: string;
}

/** Headers and body of a message or of a part. Total. */
export function split(raw: string): Part {
  const text = raw.replace(/\r\n/g, '\n');
  const end = text.indexOf('\n\n');
  const head = end < 0 ? text : text.slice(0, end);
  return { headers: headersOf(head), body: end < 0 ? '' : text.slice(end + 2) };
}

export function headersOf(head: string): Headers {
  const found = new Map<string, string>();
  for (const line of head
    .replace(/\r\n/g, '\n')
    .replace(/\n[ \t]+/g, ' ')
    .split('\n')) {
    const [, name, value = ''] = /^([!-9;-~]{1,100}):[ \t]*(.*)$/.exec(line) ?? [];
    const key = name?.toLowerCase();
    if (key && !found.has(key)) found.set(key, value.trim());
  }
  return found;
}

/** The parts of a report; empty for what is none. */
export function partsOf({ headers, body }: Part): Part[] {
  const type = headers.get('content-type') ?? '';
  const boundary = /;\s*boundary="?([^";]{1,200})"?/i.exec(type)?.[1]?.trim();
  if (!/^multipart\//i.test(type) || !boundary) return [];
  return `\n${body}`
    .split(`\n--${boundary}`)
    .slice(1, mostParts + 1)
    .filter((part) => !part.startsWith('--'))
    .map((part) => split(decoded(part.replace(/^[^\n]*\n/, ''))));
}

/** Some write even these parts encoded. */
function decoded(part: string): string {
  const { headers, body } = split(part);
  const coding = headers.get('content-transfer-encoding')?.toLowerCase();
  const head = part.slice(0, part.length - body.length);
  if (coding === 'base64') return head + Buffer.from(body, 'base64').toString('utf8').replace(/\r\n/g, '\n');
  if (coding === 'quoted-printable')
    return (
      head +
      body.replace(/=\n/g, '').replace(/=([0-9A-F]{2})/gi, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    );
  return part;
}

export const typeOf = ({ headers }: Part): string =>
  (/^[^;\s]+/.exec(headers.get('content-type') ?? '')?.[0] ?? 'text/plain').toLowerCase();

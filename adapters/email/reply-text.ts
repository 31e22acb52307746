const most = 10_000;
const mostLines = 400;

/** From here on a mail repeats what it answers. */
const beginsQuote: readonly RegExp[] = [
  /^-{2,} ?(original message|mensaje original|mensagem original|forwarded message|mensaje reenviado|mensagem encaminhada) ?-{2,}$/i,
  /^_{10,}$/,
  /^(from|de|von): .+[@<].*$/i,
];
/** `On Tue, 1 Dec 2026 at 10:30, Tienda <…> wrote:`, over one line or up to three. */
const attribution = /^(on|el|em|a las?|le) .{4,300}(wrote|escribi[oó]|escreveu):$/i;
const signature: readonly RegExp[] = [
  /^-- ?$/,
  /^(sent from my|enviado desde mi|enviado do meu|get outlook for|obtener outlook para|obter o outlook para) .{1,60}$/i,
];

/** What a person wrote themselves in a mail: without what they answer, and without how their telephone signs. */
export function replyText(text: string): string {
  const lines = text.slice(0, most).replace(/\r\n?/g, '\n').split('\n').slice(0, mostLines);
  const end = lines.findIndex((_line, at) => isEnd(lines, at));
  const own = lines.slice(0, end < 0 ? undefined : end).filter((line) => !/^\s*>/.test(line));
  return own
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function isEnd(lines: readonly string[], at: number): boolean {
  const line = lines[at]?.trim() ?? '';
  if ([...beginsQuote, ...signature].some((pattern) => pattern.test(line))) return true;
  const [, two = '', three = ''] = [0, 1, 2].map((more) =>
    lines
      .slice(at, at + more + 1)
      .join(' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  return [line, two, three].some((joined) => attribution.test(joined));
}

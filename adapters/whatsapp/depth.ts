const mostDeep = 32;

/** Whether JSON text nests deeper than anything of ours may: asked of the bytes, before a parser or a logger recurses into them. */
export function isTooDeep(body: Buffer, most = mostDeep): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (inString) {
      if (byte === 0x5c)
        at++; // a backslash hides the next byte
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > most) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return false;
}

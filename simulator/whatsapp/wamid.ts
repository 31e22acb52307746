import { randomBytes } from 'node:crypto';

/** A message id as WhatsApp makes them: opaque, but the person's number can be read out of its base64. */
export function wamid(who: string): string {
  const inside = Buffer.from(who.replace(/^\+/, ''));
  const unique = Buffer.from(randomBytes(9).toString('hex').toUpperCase());
  const parts = [Buffer.from([0x1c, 0x18, inside.length]), inside, Buffer.from([0x15, 2, 0, 0x11, 0x18, 0x12]), unique];
  return `wamid.${Buffer.concat([...parts, Buffer.from([0])]).toString('base64')}`;
}

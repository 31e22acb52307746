const part = String.raw`[^\s@<>(),;:"\\[\]\p{C}]+`;
const pattern = new RegExp(`^(${part})@(${part})$`, 'u');

/** An address that can stand in a header or an envelope as it is; undefined for all others. */
export function addressOf(written: string | undefined): { address: string; local: string; domain: string } | undefined {
  const address = written?.trim() ?? '';
  const [, local, domain] = pattern.exec(address) ?? [];
  return local && domain && address.length <= 254 ? { address, local, domain } : undefined;
}

/** One line without anything that could end it: what a header may hold. */
export const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();

/** What stands behind the `+` in one of our own addresses says why it came. */
export function untagged(address: string): { address: string; tag: string } {
  const [, local = '', tag = '', domain = ''] = /^([^+@]+)(?:\+([^@]*))?@(.+)$/.exec(address) ?? [];
  return local ? { address: `${local}@${domain}`.toLowerCase(), tag } : { address: address.toLowerCase(), tag: '' };
}

export const tagged = ({ local, domain }: { local: string; domain: string }, tag: string): string =>
  `${local}+${tag}@${domain}`;

/** Comes back where a message could not be delivered. */
export const bounceTag = (reference: string): string => `b.${reference}`;
export const referenceIn = (tag: string): string | undefined => /^b\.(.+)$/i.exec(tag)?.[1];
/** Where a mail to stop is sent by the mailbox itself. */
export const unsubscribeTag = 'unsubscribe';

import type { Channel, FileRef, Medium, MediumKind, OutboundContent, Sender, SendOutcome } from '../../channel';
import { AppError } from '../../errors';

/** A file that a member put somewhere for a person, with words. It is fetched when it leaves, and kept nowhere. */
export interface FileAnswer {
  kind: 'file';
  text: string;
  file: FileRef & { team: string };
}
/** The bytes of a member's file. @throws AppError where they will not come */
export type Bring = (file: FileAnswer['file']) => Promise<Buffer>;

const megabyte = 1024 * 1024;
/** More is in nobody's memory while it is sent. */
export const mostFile = 16 * megabyte;

interface Kind {
  medium: MediumKind | 'audio';
  mime: string;
  most: number;
  /** How such a file begins. */
  begins?: readonly string[];
}
const image = { medium: 'image', most: 5 * megabyte } as const;
const paper = { medium: 'document', most: mostFile } as const;
const office = 'application/vnd.openxmlformats-officedocument';
const zip = ['504b0304'];
const old = ['d0cf11e0'];
/** What WhatsApp takes, by the end of its name. What a file is in truth its first bytes say. */
const kinds: Readonly<Record<string, Kind>> = {
  jpg: { ...image, mime: 'image/jpeg', begins: ['ffd8ff'] },
  jpeg: { ...image, mime: 'image/jpeg', begins: ['ffd8ff'] },
  png: { ...image, mime: 'image/png', begins: ['89504e47'] },
  mp4: { medium: 'video', mime: 'video/mp4', most: mostFile },
  '3gp': { medium: 'video', mime: 'video/3gp', most: mostFile },
  mp3: { medium: 'audio', mime: 'audio/mpeg', most: mostFile },
  m4a: { medium: 'audio', mime: 'audio/mp4', most: mostFile },
  ogg: { medium: 'audio', mime: 'audio/ogg', most: mostFile, begins: ['4f676753'] },
  pdf: { ...paper, mime: 'application/pdf', begins: ['25504446'] },
  txt: { ...paper, mime: 'text/plain' },
  docx: { ...paper, mime: `${office}.wordprocessingml.document`, begins: zip },
  xlsx: { ...paper, mime: `${office}.spreadsheetml.sheet`, begins: zip },
  pptx: { ...paper, mime: `${office}.presentationml.presentation`, begins: zip },
  doc: { ...paper, mime: 'application/msword', begins: old },
  xls: { ...paper, mime: 'application/vnd.ms-excel', begins: old },
};

/** How a file is sent; too large a picture goes as a paper does. `undefined`: not at all. */
export function kindOfFile(name: string, bytes: number): Pick<Kind, 'medium' | 'mime'> | undefined {
  const found = kinds[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''];
  if (!found || bytes < 1 || bytes > mostFile) return undefined;
  return bytes > found.most ? { medium: 'document', mime: found.mime } : found;
}

function isTrue(name: string, content: Buffer): boolean {
  const begins = kinds[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '']?.begins;
  const head = content.subarray(0, 8).toString('hex');
  return !begins || begins.some((one) => head.startsWith(one));
}

const refused = (code: string): SendOutcome => ({ outcome: 'refused', code, treatment: 'permanent' });

/** Brings the file to the provider. @returns what is to be sent, or why nothing is: what was only left there has not been sent */
export async function uploaded(
  { text, file }: FileAnswer,
  sender: Sender,
  bring: Bring | undefined,
  upload: Channel['upload'],
): Promise<OutboundContent | SendOutcome> {
  if (!bring || !upload) return refused('ANSWER_NO_FILE');
  let content: Buffer;
  try {
    content = await bring(file);
  } catch (error) {
    return error instanceof AppError ? refused(error.code) : { outcome: 'not_sent', code: 'FILE_NOT_FETCHED' };
  }
  const kind = kindOfFile(file.name, content.length);
  if (!kind || !isTrue(file.name, content)) return refused('ANSWER_FILE_UNFIT');
  const medium: Medium = { mime: kind.mime, name: file.name, content };
  const left = await upload(sender, medium);
  if (left.outcome === 'accepted')
    return { kind: 'media', medium: kind.medium, media: left.providerId, text, name: file.name };
  return left.outcome === 'refused' ? left : { outcome: 'not_sent', code: left.code };
}

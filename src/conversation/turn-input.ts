import type { ChannelEvent, InboundContent } from '../channel';
import type { TurnInput } from './turn-ports';

/** An event in which somebody speaks to us. */
export type SpokenEvent = ChannelEvent & { kind: 'message' | 'action' | 'shortcut' };

export const isSpoken = (event: ChannelEvent): event is SpokenEvent =>
  event.kind === 'message' || event.kind === 'action' || event.kind === 'shortcut';

/** What is heard of it: `undefined` for reactions and deletions. What can't be read is no less a message than a picture is. */
export function inputOf(event: SpokenEvent): TurnInput | undefined {
  if (event.kind === 'action') return { kind: 'action', action: event.action, label: '', values: event.values ?? {} };
  if (event.kind === 'shortcut') return { kind: 'shortcut', name: event.name, said: event.said ?? '' };
  const { files = [], content } = event;
  if (event.from.slack && files.some(({ name }) => mayBeList.test(name) || isMedium(name)))
    return { kind: 'files', files, text: content.type === 'text' ? content.text : '' };
  return inputOfContent(content);
}

/** What may stand above a template's words; what it is in truth, its bytes say. */
export const isMedium = (name: string): boolean => /\.(jpe?g|png|gif|webp|heic|mp4|3gp|mov|pdf)$/i.test(name);

/** Lists of people, and what is taken for one. */
const mayBeList = /\.(csv|tsv|txt|xlsx?|xlsm|ods|numbers|zip)$/i;

function inputOfContent(content: InboundContent): TurnInput | undefined {
  switch (content.type) {
    case 'text':
      return { kind: 'text', text: content.text, ...(content.title && { title: content.title }) };
    case 'button':
      return { kind: 'action', action: content.action, label: content.label, values: {} };
    case 'media':
      return { kind: 'media', media: content.media, ...(content.caption && { caption: content.caption }) };
    case 'unsupported':
      return { kind: 'media', media: content.what };
    case 'edited':
      return content.text ? { kind: 'edited', text: content.text } : undefined;
    default:
      return undefined;
  }
}

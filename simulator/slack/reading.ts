import { type Json, list, object, text } from '../json';
import type { Post } from './posts';

interface PressableButton {
  label: string;
  actionId: string;
  blockId: string;
  type: string;
  value: string;
  style?: string;
  options?: { label: string; value: string }[];
}

export interface Option {
  label: string;
  value: string;
}

export interface Field {
  blockId: string;
  actionId: string;
  label: string;
  type: string;
  options?: Option[];
  /** What is chosen already. */
  initial?: Option;
  optional?: boolean;
  minLength?: number;
  maxLength?: number;
}

/** Text as people read it. */
const plain = (value: string): string => value.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

const words = (value: unknown): string => plain(text(object(value).text) ?? '');

/** What blocks say, line by line. */
export function linesOf(blocks: readonly unknown[]): string[] {
  return blocks
    .flatMap((block) => blockLines(object(block)))
    .flatMap((line) => line.split('\n'))
    .filter(Boolean);
}

function blockLines(block: Json): string[] {
  switch (block.type) {
    case 'section':
      return [words(block.text), ...list(block.fields).map(words)];
    case 'context':
      return list(block.elements).map((element) =>
        words({ text: text(object(element).text) ?? text(object(element).alt_text) }),
      );
    case 'input':
      return [words(block.label)];
    case 'table':
      return list(block.rows).map((row) => list(row).map(words).join(' | '));
    case 'markdown':
      return [plain(text(block.text) ?? '')];
    case 'image':
      return [words(block.title), plain(text(block.alt_text) ?? '')];
    case 'rich_text':
      return [richText(block)];
    default:
      return [words(block.text)];
  }
}

const richText = (element: Json): string =>
  plain(text(element.text) ?? '') +
  list(element.elements)
    .map((inner) => richText(object(inner)))
    .join('');

/** What can be pressed or chosen in blocks. */
export function buttonsOf(blocks: readonly unknown[]): PressableButton[] {
  return blocks.map(object).flatMap((block) => {
    const elements = block.type === 'actions' ? list(block.elements).map(object) : [];
    const accessory = block.type === 'section' && block.accessory ? [object(block.accessory)] : [];
    return [...elements, ...accessory]
      .filter(isPressable)
      .map((element) => buttonOf(element, text(block.block_id) ?? ''));
  });
}

const isPressable = (element: Json): boolean =>
  element.type === 'button' || /select$|overflow|radio/.test(text(element.type) ?? '');

function buttonOf(element: Json, blockId: string): PressableButton {
  const options = list(element.options).map(optionOf);
  const style = text(element.style);
  return {
    label: words(element.text) || words(element.placeholder),
    actionId: text(element.action_id) ?? '',
    blockId,
    type: text(element.type) ?? '',
    value: text(element.value) ?? '',
    ...(style && { style }),
    ...(options.length > 0 && { options }),
  };
}

export const optionsIn = (options: unknown): Option[] => list(options).map(optionOf);

const optionOf = (option: unknown): Option => ({
  label: words(object(option).text),
  value: text(object(option).value) ?? '',
});

/** What a form asks for. */
export function fieldsOf(blocks: readonly unknown[]): Field[] {
  return blocks
    .map(object)
    .filter((block) => block.type === 'input')
    .map((block) => {
      const element = object(block.element);
      const options = list(element.options).map(optionOf);
      const { min_length: minLength, max_length: maxLength, initial_option: chosen } = element;
      return {
        blockId: text(block.block_id) ?? '',
        actionId: text(element.action_id) ?? '',
        label: words(block.label),
        type: text(element.type) ?? '',
        ...(options.length > 0 && { options }),
        ...(chosen !== undefined && { initial: optionOf(chosen) }),
        ...(block.optional === true && { optional: true }),
        ...(typeof minLength === 'number' && { minLength }),
        ...(typeof maxLength === 'number' && { maxLength }),
      };
    });
}

/** A post as the page and the tests read it. */
export function readPost(post: Post) {
  const { ts, channel, user, botId, blocks, threadTs, isEdited, onlyFor, reactions, files } = post;
  return {
    ...{ ts, channel, user, text: plain(post.text), blocks },
    ...(botId && { bot: true }),
    ...(threadTs && { thread_ts: threadTs }),
    ...(isEdited && { edited: true }),
    ...(onlyFor && { ephemeral: onlyFor }),
    ...(reactions.length > 0 && { reactions }),
    ...(files && { files }),
    buttons: buttonsOf(blocks),
    lines: blocks.length > 0 ? linesOf(blocks) : plain(post.text).split('\n'),
  };
}

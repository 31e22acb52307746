import { type Json, object, text } from '../json';
import { type Field, fieldsOf, type Option } from './reading';

/** Fields that Slack does not let a person leave as they are. */
export function missingAnswers(blocks: readonly Json[], values: Json): { blockId: string; why: string }[] {
  return fieldsOf(blocks).flatMap((field) => {
    const given = values[field.blockId];
    const answer = text(given) ?? text(object(given).value) ?? '';
    const why = whyNot(field, answer);
    return why ? [{ blockId: field.blockId, why }] : [];
  });
}

function whyNot({ optional, options, minLength, maxLength }: Field, answer: string): string | undefined {
  if (answer === '') return optional ? undefined : 'required';
  if (options)
    return options.some((one) => one.value === answer || one.label === answer) ? undefined : 'no such option';
  if (minLength !== undefined && answer.length < minLength) return `at least ${minLength} characters`;
  return maxLength !== undefined && answer.length > maxLength ? `at most ${maxLength} characters` : undefined;
}

/** What was filled in, as a submission carries it. */
export function answersOf(blocks: readonly Json[], values: Json): Json {
  const entries = fieldsOf(blocks).map((field) => {
    const given = values[field.blockId];
    return [field.blockId, { [field.actionId]: { type: field.type, ...answer(field, given) } }];
  });
  return Object.fromEntries(entries);
}

/** One of those that were offered, or what stood there. */
function searched({ initial }: Field, given: unknown): Json | null {
  const found = initial && text(given) === initial.value ? initial : (object(given) as Partial<Option>);
  return found?.value ? { text: { type: 'plain_text', text: found.label }, value: found.value } : null;
}

function answer(field: Field, given: unknown): Json {
  const value = text(given) ?? null;
  if (field.type === 'external_select') return { selected_option: searched(field, given) };
  if (field.type === 'file_input') return { files: object(given).files ?? [] };
  if (!field.options) return typeof given === 'object' && given !== null ? object(given) : { value };
  const option = field.options.find((one) => one.value === value || one.label === value);
  return {
    selected_option: option ? { text: { type: 'plain_text', text: option.label }, value: option.value } : null,
  };
}

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { IntentHandler, Language } from '../intent';
import { readYaml } from './understand';

const sentences = z.record(z.string(), z.string().min(1)).default({});
const replyText = z.union([
  z.string().transform((text) => ({ text, sms: undefined, facts: {}, buttons: {} })),
  z.strictObject({
    title: z.string().optional(),
    text: z.string(),
    /** Instead of all the rest where words are paid by the piece. */
    sms: z.string().optional(),
    facts: sentences,
    note: z.string().optional(),
    image: z.string().optional(),
    buttons: sentences,
  }),
]);
const formText = z.strictObject({
  title: z.string(),
  submit: z.string(),
  close: z.string(),
  intro: z.string().optional(),
  /** What can be wrong with what was filled in. */
  errors: sentences,
  fields: z.record(
    z.string(),
    z.strictObject({
      label: z.string(),
      type: z.enum(['text', 'paragraph', 'choice', 'file']),
      options: z.record(z.string(), z.string()).optional(),
      minLength: z.number().int().optional(),
      optional: z.boolean().optional(),
    }),
  ),
});
/** Facts and buttons at the top of a file are those of all its replies; a reply's own win. */
const spoken = z
  .looseObject({
    prompts: sentences,
    facts: sentences,
    buttons: sentences,
    replies: z.record(z.string(), replyText).default({}),
    forms: z.record(z.string(), formText).default({}),
  })
  .transform(({ prompts, facts, buttons, replies, forms }) => ({
    prompts,
    forms,
    replies: Object.fromEntries(
      Object.entries(replies).map(([key, reply]) => [
        key,
        { ...reply, facts: { ...facts, ...reply.facts }, buttons: { ...buttons, ...reply.buttons } },
      ]),
    ) as Readonly<Record<string, ReplyText>>,
  }));
const definition = z.strictObject({
  summary: z.string(),
  audience: z.enum(['recipient', 'team', 'shared']),
  support: z.boolean().default(false),
  roles: z.array(z.string()).default([]),
  urgency: z.enum(['first', 'word']).optional(),
  looks: z.boolean().default(false),
  confirm: z.enum(['never', 'always']).default('never'),
  slots: z
    .record(
      z.string(),
      z.strictObject({
        type: z.string(),
        optional: z.boolean().optional(),
        past: z.boolean().optional(),
        begun: z.boolean().optional(),
      }),
    )
    .default({}),
});

export interface ReplyText {
  title?: string | undefined;
  text: string;
  /** Instead of title, text, facts, note and buttons, by SMS. What other intents add to a reply is said all the same. */
  sms?: string | undefined;
  facts: Readonly<Record<string, string>>;
  note?: string | undefined;
  /** What its picture shows, for those who don't see it. */
  image?: string | undefined;
  buttons: Readonly<Record<string, string>>;
}
export type Spoken = z.infer<typeof spoken>;
export type Intent = z.infer<typeof definition> & {
  id: string;
  handler: IntentHandler | undefined;
  spoken: Readonly<Record<Language, Spoken>>;
};
export type Catalogue = ReadonlyMap<string, Intent>;

const languages: readonly Language[] = ['es', 'en', 'pt'];

/** Finds intents by listing folders. The handler's file is loaded, never its folder. @throws naming the file and the key that does not fit */
export function loadCatalogue(dir: string): Catalogue {
  const folders = ['recipient', 'shared', 'team'].flatMap((audience) =>
    readdirSync(join(dir, audience), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => ({ id: entry.name, folder: join(dir, audience, entry.name) })),
  );
  return new Map(folders.map(({ id, folder }) => [id, load(id, folder)]));
}

function load(id: string, folder: string): Intent {
  const handler = join(folder, 'handler.ts');
  return {
    ...read(definition, join(folder, 'intent.yaml')),
    id,
    handler: existsSync(handler) ? (require(handler).intent as IntentHandler) : undefined,
    spoken: Object.fromEntries(
      languages.map((language) => [language, read(spoken, join(folder, `${language}.yaml`))]),
    ) as Record<Language, Spoken>,
  };
}

function read<S extends z.ZodType>(schema: S, file: string): z.infer<S> {
  const result = schema.safeParse(readYaml(file) ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`${file.split('/').slice(-3).join('/')}: ${issue?.path.join('.')}: ${issue?.message}`);
}

import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { ZodType } from 'zod';

/** What somebody wrote into a YAML file for a tool. @throws naming the file, and what of it can't be taken */
export function yamlFile<T>(file: string, schema: ZodType<T>): T {
  const read = schema.safeParse(contentOf(file));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Error(`${file}: ${issue?.path.join('.')}: ${issue?.message}`);
}

function contentOf(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  try {
    return load(text);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
}

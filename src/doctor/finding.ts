import type { Examined } from '../channel';

/** One thing that was looked at. `setting`: what to change, where it is one of ours; `whose`: the address or customer it is about. */
export interface Finding extends Examined {
  setting?: string;
  whose?: string;
}

export const well = (code: string, vars: Finding['vars'] = {}): Finding => ({ code, state: 'well', vars });
export const wrong = (code: string, setting: string | undefined, vars: Finding['vars'] = {}): Finding => ({
  code,
  state: 'wrong',
  vars,
  ...(setting && { setting }),
});
export const look = (code: string, setting: string | undefined, vars: Finding['vars'] = {}): Finding => ({
  ...wrong(code, setting, vars),
  state: 'look',
});

/** What a server's refusal is called: its code, never its words. */
export const codeOf = (error: unknown): string => {
  const { code, name, cause, original } = error as {
    code?: string;
    name?: string;
    cause?: unknown;
    original?: unknown;
  };
  const inner = (original ?? cause) as { code?: string } | undefined;
  return code ?? inner?.code ?? name ?? 'unknown';
};

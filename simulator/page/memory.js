// A browser may refuse storage: then nothing is remembered, and nothing breaks.

/** What this browser remembered under `name`, as text; undefined if nothing. */
export function recall(name) {
  try {
    return localStorage.getItem(`simulator.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`simulator.${name}`, value);
  } catch {}
}

const tiers = /^(?:TIER_)?(\d+)(K?)$/;

/** How many people a day Meta lets us begin with, as it names that; null: as many as we like. undefined: it says nothing of it. */
export function tierOf(name: string): number | null | undefined {
  if (/UNLIMITED$/.test(name)) return null;
  const [, digits, thousand] = tiers.exec(name) ?? [];
  return digits ? Number(digits) * (thousand ? 1_000 : 1) : undefined;
}

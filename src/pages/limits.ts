const minuteMs = 60_000;
const mostKept = 20_000;

/**
 * How often one link may be used in a minute, in this process: a person's own pace is far below it. Pages that only stop something have no such limit.
 * @param clock milliseconds that only grow
 * @returns whether it may be used; `isUse` false: whether it could be, without counting that
 */
export function linkLimit(
  perMinute: number,
  clock: () => number = () => performance.now(),
): (link: string, isUse?: boolean) => boolean {
  const used = new Map<string, { since: number; count: number }>();
  return (link, isUse = true) => {
    const now = clock();
    const seen = used.get(link);
    const current = seen && now - seen.since < minuteMs ? seen : { since: now, count: 0 };
    if (!isUse) return current.count < perMinute;
    current.count += 1;
    used.delete(link); // the newest last, so that the oldest goes first
    used.set(link, current);
    if (used.size > mostKept) used.delete(used.keys().next().value as string);
    return current.count <= perMinute;
  };
}

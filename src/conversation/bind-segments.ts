import type { TenantTx } from '../data/database';
import { commonest } from '../domain/audience/segments/vocabulary.table';
import type { Segment } from '../domain/audience/segments.table';
import type { Segments } from '../domain/campaigns/segments.service';
import type { SegmentVerbs, SegmentView } from '../services-segments';

type Actor = { id: string; roles: readonly string[] };
const mostInCommon = 9;

/** The verbs of segments, bound to one turn. */
export function bindSegments(tx: TenantTx, segments: Segments, actor: Actor, now: Date): SegmentVerbs {
  const view = async (segment: Segment): Promise<SegmentView> => ({
    id: segment.id,
    name: segment.name,
    version: segment.version,
    saved: segment.saved,
    ...(segment.revises && { revises: segment.revises }),
    words: segment.name,
    ...(await segments.count(tx, segment.expression, now)),
  });
  return {
    list: async () => {
      const views: SegmentView[] = [];
      for (const segment of await segments.list(tx)) views.push(await view(segment));
      return views;
    },
    get: async (id) => view(await segments.get(tx, id)),
    common: () => commonest(tx, mostInCommon),
    propose: async ({ key, value }) =>
      view(await segments.propose(tx, { name: value, expression: { attribute: key, is: value } }, actor, now)),
    save: async (id, name) => view(await segments.save(tx, id, name, actor, now)),
    discard: (id) => segments.discard(tx, id, actor),
  };
}

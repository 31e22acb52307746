import type { ReportFiles } from '../reports/report-files';
import type { Holder } from './erasure';

/** Lists in Slack that the person is in. Which they are is known only from their messages. */
export const listsOf = (files: Pick<ReportFiles, 'removeAbout' | 'standing'>): Holder => ({
  name: 'lists',
  category: 'posts',
  erase: async (tx, { contact_id }) => {
    await files.removeAbout(tx, contact_id);
    return (await files.standing(tx, contact_id)) > 0 ? 'wait' : {};
  },
  // The file's own row names nobody; Slack does not let go of it, and the certificate says so.
  giveUp: (tx, { contact_id }) => files.standing(tx, contact_id),
});

import { AppError } from '../../../src/errors';
import { type Act, type CampaignView, type IntentHandler, next, reply, type Turn } from '../../../src/intent';

const ahead = ['draft', 'awaiting_approval', 'scheduled', 'paused', 'held'] as const;
const most = 5;
const campaignNumber = /\bc-?(\d{1,7})\b/i;

/** In a button, as the dialog reads it back. */
const instant = ({ slots }: Turn): string => (slots.at instanceof Date ? `@${slots.at.toISOString()}` : '');

/** A campaign whose number is in the words; without one, those that the words may speak of. */
async function meantBy({ text, slots, services }: Turn): Promise<{ named: boolean; found: readonly CampaignView[] }> {
  const number = campaignNumber.exec(text)?.[1];
  const all = await services.campaigns.meant(
    undefined,
    number ? [...ahead, 'sending', 'done', 'cancelled', 'expired'] : ahead,
  );
  if (number) return { named: true, found: all.filter((one) => one.number === `C-${number}`) };
  const { template } = slots;
  return { named: false, found: all.filter((one) => template === undefined || one.templateId === template) };
}

/** What was not approved yet is changed by its author. What was approved stays: another one can be prepared. */
async function move(turn: Turn, id: string) {
  const campaign = await turn.services.campaigns.get(id);
  const { number, name, author, authorId, templateId, segmentId, state, startedAt } = campaign;
  const { at, pace = campaign.pace } = turn.slots;
  const isOpen = state === 'draft' || state === 'awaiting_approval';
  const isMine = turn.person.kind === 'member' && turn.person.member === authorId;
  if (isOpen && isMine)
    return next('send-campaign/change', { template: templateId, segment: segmentId, at, pace }, { campaign: id });
  const isApproved = ['scheduled', 'paused', 'held'].includes(state) && !startedAt;
  const again = { act: 'clone-campaign/again', args: { campaign: id, at: instant(turn) } };
  const cancel = { act: 'cancel-campaign/ask', args: { campaign: id } };
  return reply(
    isOpen ? 'others' : isApproved ? 'approved' : 'over',
    { number, name, author, when: at, state: { text: `campaign_states.${state}` } },
    { buttons: isApproved ? [again, cancel] : [again] },
  );
}

/** Which is to be moved, or whether a new one is meant. */
function which(turn: Turn, found: readonly CampaignView[]) {
  const { template, segment, at, pace } = turn.slots;
  const known = {
    ...(template && { template: String(template) }),
    ...(segment && { segment: String(segment) }),
    ...(pace && { pace: String(pace) }),
  };
  const choices = found.slice(0, most).map(({ id, number, name }) => ({
    act: 'move',
    args: { campaign: id, at: instant(turn) },
    label: 'one',
    vars: { number, name },
  }));
  const fresh = { act: 'send-campaign/start', args: { ...known, at: instant(turn) } };
  return reply('which', { when: at }, { buttons: [...choices, fresh] });
}

const moveIt: Act = (turn) => move(turn, turn.args.campaign ?? '');

/** A new one is sent's own draft, with its moment; what is there already is moved if it can be. */
export const intent: IntentHandler = {
  heard: async (turn) => {
    const { template, segment, at, pace } = turn.slots;
    const { named, found } = await meantBy(turn);
    const [only] = found;
    if (named && !only) throw new AppError('CAMPAIGN_NOT_FOUND');
    if (named && only) return move(turn, only.id);
    const isWhole = template !== undefined && segment !== undefined;
    if (isWhole || !only) return next('send-campaign/start', { template, segment, at, pace });
    return which(turn, found);
  },
  acts: { move: moveIt },
};

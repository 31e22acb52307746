import type { Identity, Sender, SendOutcome } from '../../src/channel';
import { ask, type GraphSettings } from './graph';
import { providerError } from './provider-errors';

/** Takes somebody out of a number's contact book. Meta knows people there by their business-scoped id alone; who is not in it is as good as gone. */
export async function forget(settings: GraphSettings, sender: Sender, { bsuid }: Identity): Promise<SendOutcome> {
  if (!bsuid) return { outcome: 'refused', ...providerError('NO_ADDRESS') };
  const query = new URLSearchParams({ messaging_product: 'whatsapp', bsuid });
  const path = `/${encodeURIComponent(sender.id)}/contact_book?${query}`;
  const answer = await ask(settings, { method: 'DELETE', path, token: sender.token });
  return answer.outcome === 'accepted' ? { outcome: 'accepted', providerId: '' } : answer;
}

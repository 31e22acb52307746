import { FormData } from 'undici';
import type { Medium, Sender, SendOutcome } from '../../src/channel';
import { ask, type GraphSettings } from './graph';
import { text } from './json';

/** Leaves a file with a number's media; what comes back names it in messages, for thirty days. */
export async function upload(
  settings: GraphSettings,
  sender: Sender,
  { mime, name, content }: Medium,
): Promise<SendOutcome> {
  const form = new FormData();
  form.set('messaging_product', 'whatsapp');
  form.set('type', mime);
  form.set('file', new Blob([new Uint8Array(content)], { type: mime }), name);
  const answer = await ask(settings, {
    method: 'POST',
    path: `/${sender.id}/media`,
    token: sender.token,
    raw: { content: form },
  });
  if (answer.outcome !== 'accepted') return answer;
  const id = text(answer.value.id);
  return id ? { outcome: 'accepted', providerId: id } : { outcome: 'unknown', code: 'PROVIDER_UNREACHABLE' };
}

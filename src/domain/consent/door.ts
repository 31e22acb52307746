import type { TenantTx } from '../../data/database';
import type { Tenants } from '../accounts/tenants.service';
import { joinMessage } from './question';

export interface Door {
  /** `ALTA tienda-7f3k` */
  message: string;
  /** Opens WhatsApp with that message ready to send; none where the company has no number there. */
  chat?: string;
}

/** How a sign-up is begun from a phone: by sending its code to the company. */
export async function doorOf(tx: TenantTx, tenants: Tenants, code: string): Promise<Door> {
  const message = joinMessage(code, (await tenants.get(tx)).language);
  const number = await tenants.chatNumber(tx);
  if (!number) return { message };
  return { message, chat: `https://wa.me/${number.slice(1)}?text=${encodeURIComponent(message)}` };
}

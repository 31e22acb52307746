/** What a payer is led to the gateway for. Nothing of a recipient, nothing of a card. */
export interface Order {
  /** Ours, and the gateway's own key against paying twice. */
  id: string;
  subject: string;
  /** In the money's own unit: pesos. */
  amount: number;
  currency: string;
  mail: string;
  /** The link ends by itself after so many seconds: nobody pays what we no longer ask about. */
  seconds: number;
}
export type Opened =
  | { outcome: 'open'; token: string; url: string }
  | { outcome: 'refused' }
  | { outcome: 'unreachable' };
export type Known =
  | {
      outcome: 'known';
      order: string;
      amount: number;
      currency: string;
      state: 'pending' | 'paid' | 'refused' | 'cancelled';
    }
  | { outcome: 'unreachable' };

/** Who takes payments: it shows its own page, asks for the card there, and gives back a token. What it says by itself is only a hint to ask it. */
export interface Gateway {
  open(order: Order): Promise<Opened>;
  known(token: string): Promise<Known>;
}

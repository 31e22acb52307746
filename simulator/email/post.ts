import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Clock } from '../clock';

const againMs = 2_000;
const mostTries = 200;

/** Brings mails to the product by SMTP, again until they are taken or refused for good. */
export class MailPost {
  constructor(
    private readonly clock: Clock,
    private readonly port: number | undefined,
  ) {}

  bring(envelope: { from: string; to: string }, lines: readonly string[], tries = 0): void {
    void this.try(envelope, lines).then((code) => {
      const isOver = code !== undefined && (code < 400 || code >= 500);
      if (!isOver && tries < mostTries) this.clock.after(againMs, () => this.bring(envelope, lines, tries + 1));
    });
  }

  private try({ from, to }: { from: string; to: string }, lines: readonly string[]): Promise<number | undefined> {
    if (!this.port) return Promise.resolve(undefined);
    return new Promise((done) => {
      const connection = new SMTPConnection({ host: '127.0.0.1', port: this.port as number, ignoreTLS: true });
      const end = (error?: unknown) => {
        connection.close();
        done(error ? (error as { responseCode?: number }).responseCode : 250);
      };
      connection.on('error', end);
      connection.connect((error?: unknown) => {
        if (error) return end(error);
        connection.send({ from, to: [to] }, `${lines.join('\r\n')}\r\n`, (refusal) => end(refusal ?? undefined));
      });
    });
  }
}

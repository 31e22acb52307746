import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Examined } from '../../src/channel';

const deadlineMs = 5_000;
const soonMs = 14 * 86_400_000;

/** Whether the relay's port answers, and whether the certificate we show can be read and is not about to end. */
export async function examine(
  relay: { host: string; port: number } | undefined,
  certificate?: string,
): Promise<readonly Examined[]> {
  if (!relay) return [{ code: 'EMAIL_NO_RELAY', state: 'look' }];
  const isThere = await answers(relay.host, relay.port);
  const found: Examined = { code: 'EMAIL_RELAY', state: isThere ? 'well' : 'wrong', vars: { host: relay.host } };
  return certificate === undefined ? [found] : [found, certificateIn(certificate)];
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const line = connect({ host, port, timeout: deadlineMs });
    const end = (is: boolean) => {
      line.destroy();
      done(is);
    };
    line
      .once('connect', () => end(true))
      .once('error', () => end(false))
      .once('timeout', () => end(false));
  });
}

function certificateIn(file: string): Examined {
  try {
    const left =
      Date.parse(new X509Certificate(readFileSync(file)).validTo) - (performance.timeOrigin + performance.now());
    const days = Math.floor(left / 86_400_000);
    return { code: 'EMAIL_CERTIFICATE', state: left < 0 ? 'wrong' : left < soonMs ? 'look' : 'well', vars: { days } };
  } catch {
    return { code: 'EMAIL_CERTIFICATE_FILE', state: 'wrong' };
  }
}

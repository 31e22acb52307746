import type { AddressInfo } from 'node:net';
import { settingsOf } from './settings';
import { Simulator } from './simulator';

async function main(): Promise<void> {
  const settings = settingsOf(process.env);
  const simulator = new Simulator(settings);
  const server = simulator.server;
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(settings.port, '127.0.0.1', listening);
  });
  const ports = await simulator.listen(settings);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const end = () => {
    simulator.close();
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', () => {
    // Ctrl+C reaches the whole group: with a parent, the parent says when to stop.
    if (!process.send) end();
  });
  process.on('disconnect', end);
  if (process.send) process.send({ ready: true, url, ...ports });
  else process.stdout.write(`${url}\nSMPP ${ports.smpp}, SMTP ${ports.smtp}\n`);
}

void main().catch((error: unknown) => {
  process.stderr.write(`simulator: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

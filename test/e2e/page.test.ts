import type { Browser, Page } from 'playwright-core';
import { findBrowser, openBrowser } from '../support/browser';
import { eventually } from '../support/eventually';
import { type System, startSystem } from '../support/system';

const program = findBrowser();
if (!program) process.stderr.write('The page is not tested in a browser: there is no chromium on this machine.\n');
const whereThereIsABrowser = program ? describe : describe.skip;

let system: System;
let browser: Browser;
let page: Page;
const errors: string[] = [];

const here = (id: string) => page.getByTestId(id);
const card = () => here('slack-message').last();

async function become(member: string, channel: string): Promise<void> {
  await here('slack-member').filter({ hasText: member }).click();
  await here('slack-channel').filter({ hasText: channel }).first().click();
}

whereThereIsABrowser('the page, in a browser', () => {
  beforeAll(async () => {
    system = await startSystem();
    browser = await openBrowser(program ?? '');
    page = await browser.newPage({ locale: 'es-CL', viewport: { width: 1280, height: 860 } });
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (line) => line.type() === 'error' && errors.push(line.text()));
    await page.goto(system.worldUrl);
  }, 150_000);
  afterAll(async () => {
    await browser?.close();
    await system?.close();
  });

  it('when Camila writes in Slack, then a draft card appears and waits for approval', async () => {
    await become('Camila', 'Connectus');
    await here('slack-input').fill('manda la promo cyber a clientes RM');
    await here('slack-input').press('Enter');
    await card().getByText('C-101').waitFor();
    await card().getByRole('button', { name: 'Pedir aprobación' }).click();
  });

  it('when Diego approves, then the phones fill', async () => {
    await become('Diego', 'Connectus');
    await here('slack-button').filter({ hasText: 'Aprobar' }).last().click();
    await here('phone-person').selectOption({ label: 'Ana Rojas' });
    await here('bubble').filter({ hasText: 'Cyber' }).first().waitFor({ timeout: 60_000 });
  });

  it('when Ana leaves, then the count on the card changes before one’s eyes, without a reload', async () => {
    await become('Diego', 'campañas');
    await card().getByText('Nadie pidió salir').waitFor();
    await here('phone-input').fill('no me escriban más');
    await here('phone-send').click();
    await here('bubble').filter({ hasText: 'no te enviará' }).first().waitFor();
    await card()
      .getByText(/1 persona pidió/)
      .waitFor();
  });

  it('when the clock is moved, then the page shows the new hour', async () => {
    const before = await here('clock').textContent();
    await here('clock-advance').first().click();
    await eventually(async () => expect(await here('clock').textContent()).not.toBe(before));
  });

  it('when all of this was done, then the page made no error', () => {
    expect(errors).toEqual([]);
  });
});

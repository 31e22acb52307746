import type { Browser, Page } from 'playwright-core';
import { findBrowser, openBrowser } from '../support/browser';
import { eventually } from '../support/eventually';
import { type System, startSystem } from '../support/system';

const program = findBrowser();
if (!program) process.stderr.write('The page is not tested in a browser: there is no chromium on this machine.\n');
const whereThereIsABrowser = program ? describe : describe.skip;

jest.setTimeout(120_000);

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

const pick = (person: string) => here('phone-person').selectOption({ label: person });

whereThereIsABrowser('the page, in a browser', () => {
  beforeAll(async () => {
    system = await startSystem();
    browser = await openBrowser(program ?? '');
    page = await browser.newPage({ locale: 'es-CL', viewport: { width: 1280, height: 860 } });
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (line) => line.type() === 'error' && errors.push(line.text()));
    await page.goto(system.worldUrl);
  }, 300_000);
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
    await pick('Ana Rojas');
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

  it('when the company has read what Ana wrote, then its ticks are blue', async () => {
    await page.locator('[data-testid=bubble][data-direction=in][data-status=read]').last().waitFor();
  });

  it('when the next campaign has gone out, then Ana did not get it', async () => {
    await become('Camila', 'Connectus');
    await here('slack-input').fill('manda novedades verano a clientes RM');
    await here('slack-input').press('Enter');
    await card().getByRole('button', { name: 'Pedir aprobación' }).click();
    await become('Diego', 'Connectus');
    await here('slack-button').filter({ hasText: 'Aprobar' }).last().click();
    await become('Diego', 'campañas');
    await card().getByText('C-102').waitFor();
    await card().getByText('Terminada').waitFor({ timeout: 90_000 });
    await pick('Carla Muñoz');
    await here('bubble').filter({ hasText: 'colección de verano' }).first().waitFor();
    await pick('Ana Rojas');
    await here('bubble').filter({ hasText: 'Cyber' }).first().waitFor();
    expect(await here('bubble').filter({ hasText: 'colección de verano' }).count()).toBe(0);
  });

  it('when Carla asks for her data to be erased and Paula accepts, then Carla is told that it was done', async () => {
    await pick('Carla Muñoz');
    await here('phone-input').fill('borren todos mis datos');
    await here('phone-input').press('Enter');
    await here('bubble-button').filter({ hasText: 'Sí, borrar' }).last().click();
    await become('Paula', 'privacidad');
    await page.getByRole('button', { name: 'Aceptar', exact: true }).last().click();
    await here('bubble').filter({ hasText: 'eliminamos' }).first().waitFor({ timeout: 60_000 });
  });

  it('when Elisa writes by SMS and by mail, then each answer stands where she wrote', async () => {
    await pick('Elisa Vidal');
    await here('phone-channel-sms').click();
    await here('phone-input').fill('BAJA');
    await here('phone-send').click();
    await page
      .locator('[data-testid=bubble][data-direction=out]')
      .filter({ hasText: 'Tienda Andina' })
      .first()
      .waitFor();
    await here('phone-channel-email').click();
    expect(await here('bubble').count()).toBe(0);
    await here('phone-input').fill('hola, quiero hablar con una persona');
    await here('phone-send').click();
    await here('bubble-button').filter({ hasText: 'Es spam' }).first().waitFor();
    await here('phone-channel-whatsapp').click();
  });

  it('when all three channels are asked for, then they stand side by side, and one is taken in hand by its name', async () => {
    await page.setViewportSize({ width: 1500, height: 900 });
    await here('phone-all').click();
    const column = (channel: string) => page.locator('.beside-column', { has: here(`beside-${channel}`) });
    await column('sms').getByText('BAJA').first().waitFor();
    await column('email').getByText('quiero hablar con una persona').first().waitFor();
    await here('beside-sms').click();
    await column('whatsapp').waitFor();
    expect(await here('beside-sms').count()).toBe(0);
    await here('phone-channel-whatsapp').click();
    await here('phone-all').click();
    expect(await page.locator('.beside-column:visible').count()).toBe(0);
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  it('when support asks what became of a message, then it is told step by step, the number hidden', async () => {
    await here('slack-team').selectOption({ label: 'Connectus' });
    await become('Sofía', 'Connectus');
    await here('slack-input').fill('estado del mensaje a +56 9 8111 2233');
    await here('slack-input').press('Enter');
    await here('slack-message').filter({ hasText: '•233' }).last().waitFor();
  });

  it('when a member drops a CSV onto the Slack window, or picks one, then its card shows what it would do', async () => {
    await here('slack-team').selectOption({ label: 'Tienda Andina' });
    await become('Camila', 'Connectus');
    const list = (name: string) => ({ name, text: 'fono;nombre\n961230001;Zoe\n' });
    const { name, text } = list('elegida.csv');
    await here('slack-file').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
    await here('slack-message').filter({ hasText: 'elegida.csv · 1 fila' }).last().waitFor();
    const dropped = list('soltada.csv');
    await page.evaluate(`{
      const data = new DataTransfer();
      data.items.add(new File([${JSON.stringify(dropped.text)}], '${dropped.name}', { type: 'text/csv' }));
      const how = { dataTransfer: data, bubbles: true, cancelable: true };
      document.querySelector('[data-testid=slack-input]').dispatchEvent(new DragEvent('drop', how));
    }`);
    await here('slack-message').filter({ hasText: 'soltada.csv · 1 fila' }).last().waitFor();
  });

  it('when Camila opens the home tab, then it is hers, it moves by itself, and what she presses there opens a form', async () => {
    const home = here('slack-home');
    await page.locator('[data-testid=slack-tab][data-tab=home]').click();
    await home.getByText('Hola, Camila').waitFor();
    await home.getByText(/C-102 · .*terminada/).waitFor();
    expect(await here('slack-input').isVisible()).toBe(false);
    await home.getByRole('button', { name: 'Nueva campaña' }).click();
    await here('modal').getByText('¿Qué mandas?').waitFor();
    await here('modal-close').click();
    await here('slack-member').filter({ hasText: 'Diego' }).click();
    await home.getByText('Hola, Diego').waitFor();
    await page.locator('[data-testid=slack-tab][data-tab=messages]').click();
    expect(await home.isVisible()).toBe(false);
    await here('slack-input').waitFor();
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

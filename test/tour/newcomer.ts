import type { Page } from 'playwright-core';

const patienceMs = 60_000;

/**
 * A newcomer makes a campaign, has it approved and reads what became of it, by what the screen says alone: they greet, and from then on press what
 * is offered. @param seen called where there is something to look at
 */
export async function walkNewcomer(page: Page, seen: (name: string) => Promise<void>): Promise<void> {
  const here = (id: string) => page.getByTestId(id);
  const become = async (member: string, place: string) => {
    await here('slack-member').filter({ hasText: member }).click();
    await here('slack-channel').filter({ hasText: place }).first().click();
  };
  const press = (label: string) =>
    here('slack-button').filter({ hasText: label }).last().click({ timeout: patienceMs });
  const says = (words: string | RegExp) =>
    here('slack-message').filter({ hasText: words }).last().waitFor({ timeout: patienceMs });
  const step = (title: string, timeout = patienceMs) =>
    page.locator('#modal-title', { hasText: title }).waitFor({ timeout });
  const choose = async (field: string, label: string) => {
    const list = page.locator(`#field-${field}`);
    await list.waitFor();
    await list.selectOption({ label });
  };
  /** Slack waits three seconds for an answer; whoever sees none presses again. */
  const send = async (next: string) => {
    for (let tries = 1; ; tries++) {
      await page.locator('#modal-submit').click();
      const isThere = await step(next, patienceMs / 4).then(
        () => true,
        () => false,
      );
      if (isThere) return;
      if (tries === 4) throw new Error(`the form does not go on to ${next}`);
    }
  };

  await become('Camila', 'Connectus');
  await here('slack-input').fill('hola');
  await here('slack-input').press('Enter');
  await press('Ayuda');
  await press('Enviar campaña');
  await press('Con un formulario');
  await step('1 de 4');
  await choose('template', 'promo cyber · WhatsApp');
  await seen('form-what');
  await send('2 de 4');
  await choose('segment', 'clientes RM');
  await seen('form-whom');
  await send('3 de 4');
  await page.locator('#field-pace').selectOption('now');
  await seen('form-when');
  await send('4 de 4');
  await seen('form-check');
  await send('Connectus');
  await page.locator('#modal-close').click();
  await says('Borrador listo');
  await seen('draft');
  await press('Ver detalle');
  await says('Detalle de');
  await seen('details');
  await press('Pedir aprobación');
  await says('Listo, avisé');
  await become('Diego', 'Connectus');
  await says('Esperando que');
  await seen('approval');
  await here('slack-button')
    .filter({ hasText: /^Aprobar$/ })
    .last()
    .click();
  await become('Diego', 'campañas');
  await says(/Enviándose|Terminada/);
  await seen('progress');
  await says('Terminada');
  await press('Ver reporte');
  await says(/Reporte C-\d+/);
  // Its picture is put beneath it a moment later.
  await page.locator('#slack-list .files').last().waitFor({ timeout: patienceMs });
  await seen('report');
}

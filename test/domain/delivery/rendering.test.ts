import fc from 'fast-check';
import { readable } from '../../../src/domain/campaigns/sample';
import type { TemplateParts } from '../../../src/domain/campaigns/template-parts';
import { render } from '../../../src/domain/delivery/rendering';

const template = (more: { channel: string; body: string; parts?: TemplateParts }) => ({
  name: 'promo',
  language: 'es_CL',
  variables: [{ from: 'name', otherwise: 'cliente' }, { text: '30 %' }] as const,
  ...more,
});
const email = (body: string, parts: TemplateParts = { subject: 'Hola {{1}}' }) =>
  template({ channel: 'email', body, parts });
const mail = (...args: Parameters<typeof render>) => {
  const content = render(...args);
  if (content.kind !== 'email') throw new Error('no mail');
  return content;
};

describe('what leaves for a person', () => {
  it('when it goes by WhatsApp, then the values leave and the words stay where they were approved', () => {
    const parts: TemplateParts = {
      header: { kind: 'text', text: 'Para {{1}}', variable: { from: 'name', otherwise: 'ti' } },
      buttons: [
        { kind: 'reply', label: 'No más promociones' },
        { kind: 'url', label: 'Ver', url: 'https://tienda.example/{{1}}', ending: 'cyber' },
      ],
    };
    expect(render(template({ channel: 'whatsapp', body: 'Hola {{1}}: {{2}}', parts }), { name: 'Ana Rojas' })).toEqual({
      kind: 'template',
      name: 'promo',
      language: 'es_CL',
      variables: ['Ana', '30 %'],
      header: { kind: 'text', text: 'Ana' },
      buttons: [null, { suffix: 'cyber' }],
    });
  });

  it('when its address is counted, then the end of the button is another, and who counts was told the whole', () => {
    const asked: unknown[] = [];
    const parts: TemplateParts = {
      buttons: [{ kind: 'url', label: 'Ver', url: 'https://l.example/{{1}}', ending: 'x' }],
    };
    const ending = (url: string, button: number) => {
      asked.push([url, button]);
      return 'counted';
    };
    expect(render(template({ channel: 'whatsapp', body: 'Hola', parts }), {}, { ending })).toMatchObject({
      buttons: [{ suffix: 'counted' }],
    });
    expect(asked).toEqual([['https://l.example/x', 0]]);
  });

  it('when its picture is with the provider, then the message names it; without, it has no header', () => {
    const picture = template({ channel: 'whatsapp', body: 'Hola', parts: { header: { kind: 'image' } } });
    expect(render(picture, {}, { medium: { id: '900100' } })).toMatchObject({
      header: { kind: 'image', media: '900100' },
    });
    expect(render(picture, {})).not.toHaveProperty('header');
  });

  it('when it goes by SMS, then the words are whole, and an address in them may be a counted one', () => {
    const sms = template({ channel: 'sms', body: 'Hola {{1}}, {{2}} en https://tienda.example/cyber. BAJA' });
    expect(render(sms, {})).toEqual({
      kind: 'text',
      text: 'Hola cliente, 30 % en https://tienda.example/cyber. BAJA',
    });
    expect(render(sms, {}, { instead: () => 'https://l.example/1' })).toEqual({
      kind: 'text',
      text: 'Hola cliente, 30 % en https://l.example/1. BAJA',
    });
  });

  it('when it goes by mail, then text and HTML say the same, who writes stands beneath, and the way out is no counted link', () => {
    const body =
      '# Cyber\n\nHola **{{1}}**,\nmira [la tienda](https://tienda.example/).\n\n- uno\n- dos\n\n[Salir]({{unsubscribe}})';
    const sent = mail(
      email(body.replace('({{unsubscribe}})', ' {{unsubscribe}}')),
      { name: 'Ana' },
      {
        unsubscribe: 'https://connectus.example/u/1',
        imprint: { company: 'Tienda Andina', address: 'Av. Uno 1' },
        instead: () => 'https://l.example/9',
      },
    );
    expect(sent).toMatchObject({ subject: 'Hola Ana', unsubscribe: 'https://connectus.example/u/1' });
    expect(sent.text).toBe(
      'Cyber\n\nHola Ana,\nmira la tienda: https://l.example/9.\n\n- uno\n- dos\n\n[Salir] https://connectus.example/u/1\n\n-- \nTienda Andina · Av. Uno 1',
    );
    expect(sent.html).toContain(
      '<p>Hola <strong>Ana</strong>,<br>mira <a href="https://l.example/9">la tienda</a>.</p>',
    );
    expect(sent.html).toContain('<ul><li>uno</li><li>dos</li></ul>');
  });

  it('when a mail is shown before it is sent, then it is as it is read: its marks, and of the link to leave its words', () => {
    const body = 'Hola **{{1}}**, mira [la tienda](https://tienda.example/).\n\nO [date de baja]({{ unsubscribe }}).';
    expect(readable({ channel: 'email', body }, ['Ana'])).toBe(
      'Hola *Ana*, mira la tienda: https://tienda.example/.\n\nO date de baja.',
    );
    expect(readable({ channel: 'email', body: 'Salir: {{unsubscribe}}' }, [])).toBe('Salir: https://…');
    expect(readable({ channel: 'sms', body: 'Hola **{{1}}**' }, ['Ana'])).toBe('Hola **Ana**');
  });

  it('when a name is markup, a line break or a place, then it stays a name', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom('<b>x</b>', '**x**', '[x](https://evil.example)', '{{2}}', 'a\r\nBcc: b'),
        ),
        (name) => {
          const sent = mail(email('Hola {{1}}, [ver](https://t.example/?n={{1}}).'), { name });
          expect(sent.html.match(/<[a-z][^>]*>/g)).toEqual([
            '<html>',
            '<body style="font-family:sans-serif;line-height:1.5;max-width:36em">',
            '<p>',
            expect.stringMatching(/^<a href="https:\/\/t\.example\/\?n=[^"<>\s]*">$/),
          ]);
          expect(sent.subject).not.toMatch(/[\r\n]/);
        },
      ),
    );
  });

  it('when it is rendered again, then it is the same', () => {
    const same = () => JSON.stringify(render(email('Hola {{1}} {{2}} {{3}}'), { name: 'Ana' }));
    expect(same()).toBe(same());
    expect(same()).toContain('{{3}}');
  });
});

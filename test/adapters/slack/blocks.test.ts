import { toBlocks, toHome, toModal, toNotice } from '../../../adapters/slack/blocks';
import type { Button, Content } from '../../../src/channel';

type Block = Record<string, unknown> & { type: string };
const blocksOf = (content: Partial<Content>) => toBlocks({ text: 'Hola', ...content }).blocks as Block[];
const textsIn = (node: unknown): string[] =>
  typeof node === 'string' ? [node] : typeof node === 'object' && node ? Object.values(node).flatMap(textsIn) : [];
const many = (count: number): Button[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `a1.id.${at}`,
    label: `Botón ${at}`,
    ...(at % 2 === 1 && { form: true }),
  }));

describe('a message as Slack shows it', () => {
  it('when it has all its parts, then each is a block, in the order they are read', () => {
    const content = {
      title: 'C-118',
      progress: { done: 20, of: 40 },
      facts: ['uno', 'dos'],
      note: 'nota',
      buttons: many(1),
    };
    expect(blocksOf(content).map((block) => block.type)).toEqual([
      'header',
      'section',
      'section',
      'section',
      'context',
      'actions',
    ]);
    expect(toBlocks({ text: 'Hola', ...content }).text).toBe('C-118: Hola\n50 % (20/40)\nuno\ndos\nnota');
    expect(JSON.stringify(blocksOf(content))).toContain('▰▰▰▰▰▰▱▱▱▱▱▱ 50 % (20/40)');
  });

  it('when parts stand below it, then each is drawn in turn, what can be done with a line beside it, and no two buttons are taken for one', () => {
    const parts = [
      { title: 'Hoy', text: '' },
      { text: 'C-118', facts: ['uno'], buttons: many(1) },
      { text: 'C-119', buttons: many(2) },
    ];
    const blocks = blocksOf({ title: 'Inicio', buttons: many(2), parts });
    expect(blocks.map(({ type }) => type)).toEqual([
      ...['header', 'section', 'actions', 'divider', 'header', 'section', 'section', 'section', 'actions'],
    ]);
    expect(blocks[5]).toMatchObject({ text: { text: 'C-118' }, accessory: { type: 'button' } });
    const ids = JSON.stringify(blocks).match(/"action_id":"[^"]+"/g) ?? [];
    expect([ids.length, new Set(ids).size]).toEqual([5, 5]);
  });

  it('when there is more than Slack takes, then the rest is left out, of a page later than of a message', () => {
    const parts = Array.from({ length: 60 }, (_, at) => ({ text: `línea ${at}`, buttons: many(3) }));
    expect(toBlocks({ text: 'Hola', parts }).blocks).toHaveLength(50);
    expect(toHome({ text: 'Hola', parts })).toMatchObject({ type: 'home', blocks: { length: 100 } });
  });

  it('when it is read aloud, then all of it is in the words, without signs that are only seen, and each button says of which card it is', () => {
    const { text, blocks } = toBlocks({
      ...{ title: 'C-118', text: 'Hola', facts: ['*Personas:* 12'], progress: { done: 1, of: 2 }, buttons: many(1) },
      image: { url: 'https://connectus.example/chart.png', alt: '12 enviados' },
    });
    expect(text).toBe('C-118: Hola\n50 % (1/2)\nPersonas: 12\n12 enviados');
    expect(text).not.toMatch(/[▰▱*]/);
    expect((blocks.at(-1) as { elements: Block[] }).elements).toMatchObject([
      { accessibility_label: 'Botón 0: C-118' },
    ]);
  });

  it('when there are more lines than one section holds, then none is lost, and none is cut in two', () => {
    const facts = Array.from({ length: 40 }, (_, at) => `${at} ${'x'.repeat(300)}`);
    const sections = blocksOf({ facts }).slice(1);
    expect(sections.length).toBeGreaterThan(3);
    const lines = sections.flatMap((block) => (block.text as { text: string }).text.split('\n'));
    expect(lines).toEqual(facts);
  });

  it('when a text is longer than one section holds, then it goes on in the next, whole, with what stands below it', () => {
    const words = Array.from({ length: 900 }, (_, at) => `p${at}&`).join(' ');
    const unbroken = '🙂'.repeat(2000);
    for (const text of [words, unbroken]) {
      const blocks = blocksOf({ text, note: 'nota', buttons: many(1) });
      const parts = blocks
        .filter(({ type }) => type === 'section')
        .map((block) => (block.text as { text: string }).text);
      expect(parts.length).toBeGreaterThan(1);
      for (const part of parts) expect(part.length).toBeLessThanOrEqual(3000);
      const read = parts.join(text === words ? ' ' : '').replaceAll('&amp;', '&');
      expect(read).toBe(text);
      expect(blocks.slice(-2).map(({ type }) => type)).toEqual(['context', 'actions']);
    }
    const fact = `- ${'x'.repeat(3500)}`;
    expect(textsIn(blocksOf({ facts: [fact] })).join('')).not.toContain('…');
  });

  it('when it has a picture, then it is shown with words for those who do not see it', () => {
    const image = { url: 'https://connectus.example/sign-up/t/tienda-2abc.png', alt: 'Código QR' };
    expect(blocksOf({ image, note: 'nota' }).slice(1)).toEqual([
      { type: 'image', image_url: image.url, alt_text: 'Código QR' },
      expect.objectContaining({ type: 'context' }),
    ]);
  });

  it.each([
    [{ done: 0, of: 0 }, '100 % (0/0)'],
    [{ done: 41, of: 40 }, '100 % (41/40)'],
    [{ done: 399, of: 400 }, '99 % (399/400)'],
  ])('when %j is done, then the bar says %s', (progress, expected) => {
    expect(JSON.stringify(blocksOf({ progress }))).toContain(expected);
  });

  it('when people wrote mentions or links, then nobody is mentioned and nothing is linked', () => {
    const wicked = '<!channel> <@U0DIEGO> <https://x.example|hola> @here #general &';
    const written = toBlocks({ title: wicked, text: wicked, facts: [wicked], note: wicked });
    const formatted = (written.blocks as Block[]).slice(1);
    for (const text of [written.text, ...textsIn(formatted)]) expect(text).not.toMatch(/<|&(?!amp;|lt;|gt;)/);
    expect(written.blocks[0]).toMatchObject({ text: { type: 'plain_text', text: wicked } });
    const sections = JSON.stringify(formatted).match(/"type":"mrkdwn"/g);
    expect(JSON.stringify(formatted).match(/"verbatim":true/g)).toHaveLength(sections?.length ?? 0);
  });

  it('when everything is too long, then it is cut to what Slack takes, never through a letter or a sign', () => {
    for (const letter of ['a', '🛑', '&', 'a&', 'ab&', 'abc&', 'abcd<']) {
      const long = letter.repeat(4_000);
      const { text, blocks } = toBlocks({
        title: long,
        text: long,
        facts: [long],
        note: long,
        buttons: [{ id: 'x'.repeat(3_000), label: long }],
      });
      const drawn = JSON.parse(JSON.stringify(blocks));
      const [header, note, actions] = [drawn[0], drawn.at(-2), drawn.at(-1)];
      const [button] = actions.elements;
      const sections: string[] = drawn.slice(1, -2).map((block: { text: { text: string } }) => block.text.text);
      expect(sections.length).toBeGreaterThan(2);
      for (const words of sections) {
        expect(words.length).toBeLessThanOrEqual(3_000);
        expect(words.replace(/&(amp|lt|gt);/g, '')).not.toContain('&');
      }
      expect(header.text.text.length).toBeLessThanOrEqual(150);
      for (const words of [text, note.elements[0].text]) {
        expect(words.length).toBeLessThanOrEqual(3_000);
        expect(words.length).toBeGreaterThan(2_990);
        expect(words.replace(/&(amp|lt|gt);/g, '')).not.toContain('&');
      }
      expect(button.text.text.length).toBeLessThanOrEqual(75);
      expect(button.value.length).toBeLessThanOrEqual(2_000);
      for (const words of textsIn([text, blocks])) expect(words.isWellFormed()).toBe(true);
    }
  });

  it('when it has many buttons, then five stand in a row and no two share an action id', () => {
    const rows = blocksOf({ buttons: many(12) }).filter((block) => block.type === 'actions') as unknown as {
      elements: { action_id: string; value: string }[];
    }[];
    expect(rows.map((row) => row.elements.length)).toEqual([5, 5, 2]);
    const elements = rows.flatMap((row) => row.elements);
    expect(new Set(elements.map((element) => element.action_id)).size).toBe(12);
    expect(elements.map((element) => element.value)).toEqual(many(12).map((button) => button.id));
    expect(elements.map((element) => element.action_id.split(':')[0])).toEqual(
      many(12).map((button) => (button.form ? 'form' : 'act')),
    );
  });

  it('when a button is plain, then it has no style, for Slack knows no plain one', () => {
    const [actions] = blocksOf({
      buttons: [
        { id: 'a', label: 'A' },
        { id: 'b', label: 'B', style: 'danger' },
      ],
    }).slice(-1);
    const [plain, danger] = (actions as unknown as { elements: Block[] }).elements;
    expect(plain).not.toHaveProperty('style');
    expect(danger).toMatchObject({ style: 'danger' });
  });
});

describe('a form', () => {
  const options = Array.from({ length: 120 }, (_, at) => ({ value: String(at), label: 'ñ'.repeat(100) }));
  const modal = JSON.parse(
    JSON.stringify(
      toModal({
        title: 'Un título que no cabe en un formulario',
        submit: 'Enviar',
        close: 'Cerrar',
        intro: '<!here>',
        action: 'a1.send-campaign.rejected.W10.xyz.mac',
        fields: [
          { id: 'reason', label: 'Motivo', type: 'paragraph', minLength: 3 },
          { id: 'kind', label: 'Tipo', type: 'choice', options, optional: true },
        ],
      }),
    ),
  );

  it('when it is drawn, then its action travels with it and each answer is found by its field', () => {
    expect(modal).toMatchObject({ type: 'modal', private_metadata: 'a1.send-campaign.rejected.W10.xyz.mac' });
    expect(modal.blocks).toMatchObject([
      { type: 'section', text: { text: '&lt;!here&gt;' } },
      { block_id: 'reason', optional: false, element: { type: 'plain_text_input', multiline: true, min_length: 3 } },
      { block_id: 'kind', optional: true, element: { type: 'static_select' } },
    ]);
  });
  it('when there are more choices than a list holds, then it is a list that is searched, with what was chosen in it', () => {
    const field = {
      id: 'kind',
      label: 'Tipo',
      type: 'choice' as const,
      options,
      initial: '119',
      isSearched: true as const,
    };
    const { blocks } = toModal({ title: 'T', submit: 'S', close: 'C', action: 'a1', fields: [field] }) as {
      blocks: Block[];
    };
    expect(blocks[0]?.element).toMatchObject({
      type: 'external_select',
      min_query_length: 0,
      initial_option: { value: '119' },
    });
    expect(blocks[0]?.element).not.toHaveProperty('options');
  });
  it('when its parts are too long, then they are cut to what Slack takes', () => {
    expect(modal.title.text).toHaveLength(24);
    expect(modal.blocks[2].element.options).toHaveLength(100);
    expect(modal.blocks[2].element.options[0].text.text).toHaveLength(75);
  });
  it('when there is only something to say, then it can only be closed', () => {
    const notice = toNotice({ title: 'Connectus', text: '<@U0DIEGO>', close: 'OK' });
    expect(notice).not.toHaveProperty('submit');
    expect(JSON.stringify(notice)).toContain('&lt;@U0DIEGO&gt;');
  });
});

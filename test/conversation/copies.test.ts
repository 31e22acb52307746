import { unzipSync } from 'fflate';
import { eventually } from '../support/eventually';
import { andina, type House, OPENING_MS, openHouse } from './house';
import { aPhone, someone } from './people';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, OPENING_MS);
afterAll(() => house?.close());

const languages = [
  {
    language: 'es',
    asks: 'quiero una copia de todos mis datos',
    letter: /solicitud de acceso/,
    page: 'Bajar mis datos',
  },
  { language: 'en', asks: 'I want a copy of all my data', letter: /access request/, page: 'Download my data' },
  {
    language: 'pt',
    asks: 'quero uma cópia de todos os meus dados',
    letter: /solicitação de acesso|pedido de acesso/,
    page: 'Baixar meus dados',
  },
] as const;
const sentTo = (to: string): string[] => house.edge.sent.filter((one) => one.to === to).map(({ text }) => text);
const codeIn = (texts: readonly string[]): string => /\b\d{6}\b/.exec(texts.at(-1) ?? '')?.[0] ?? '';

describe('journey 3: the whole copy of one’s data', () => {
  it.each(languages)(
    'when somebody asks for it in $language, proves who they are and the company accepts, then a link comes by the chat and a code by mail, and the file opens',
    async ({ language, asks, letter, page }) => {
      const identity = { phone: aPhone(), email: `persona-${language}@correo.example` };
      await house.inside(andina, (tx) =>
        house.rooms.audience.findOrCreate(tx, identity, {
          ...{ source: 'import:clientes', now: house.clock.now() },
          place: { language, zone: 'America/Santiago', country: 'CL' },
        }),
      );
      const person = someone(house, { phone: identity.phone });
      await person.says(asks);
      const request = await person.request();
      expect(request).toMatchObject({ right: 'access', identity: { needed: 'L2' } });
      const id = request?.id ?? '';
      const begun = await house.inside(andina, (tx) => house.rooms.identity.begin(tx, id, house.clock.now()));
      expect(begun.way).toBe('code');
      await eventually(async () => expect(codeIn(sentTo(identity.email))).toMatch(/^\d{6}$/));
      await person.says(codeIn(sentTo(identity.email)));
      await house.inside(andina, async (tx) => {
        const [boss] = await tx.query<{ id: string }>("SELECT id FROM member WHERE 'privacy' = ANY(roles) LIMIT 1");
        const by = { member: boss?.id ?? '', roles: ['privacy'] };
        await house.rooms.privacy.accept(tx, id, {}, by, house.clock.now());
      });
      await house.hurry();
      const answer = await eventually(
        async () => {
          const said = sentTo(identity.phone).findLast((text) => text.includes('/p/'));
          expect(said).toMatch(letter);
          return said ?? '';
        },
        { within: 20_000 },
      );
      const link = `${house.url}${new URL(/https:\S+\/p\/\S+/.exec(answer)?.[0].replace(/[.]$/, '') ?? '').pathname}`;
      expect(await (await fetch(link)).text()).toContain(page);
      const post = (fields: Record<string, string>) =>
        fetch(link, { method: 'POST', body: new URLSearchParams(fields) });
      expect((await post({ act: 'fetch' })).status).toBe(403);
      const before = sentTo(identity.email).length;
      await post({ act: 'code' });
      await eventually(async () => expect(sentTo(identity.email).length).toBeGreaterThan(before));
      const file = await post({ act: 'fetch', code: codeIn(sentTo(identity.email)) });
      expect(file.status).toBe(200);
      const files = unzipSync(new Uint8Array(await file.arrayBuffer()));
      const json = Object.entries(files).find(([name]) => name.endsWith('.json'))?.[1];
      const copy = JSON.parse(Buffer.from(json ?? []).toString());
      expect([copy.language, copy.case]).toEqual([language, request?.number]);
      expect(Buffer.from(files['written.csv'] ?? []).toString()).toContain(asks);
      expect(JSON.stringify(copy)).toContain(identity.phone);
    },
    60_000,
  );
});

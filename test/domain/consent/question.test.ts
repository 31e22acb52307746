import { questionOf } from '../../../src/domain/consent/question';

it.each(['Clínica Sur S.A.', 'Clínica Sur SpA'])(
  'when the company is called %s, then the question ends its name in one full stop, in each language',
  (legal) => {
    const asking = { company: 'Clínica Sur', channels: ['whatsapp'], frequency: 'weekly', link: 'x' } as const;
    const bodies = Object.values(questionOf({ ...asking, legal }).bodies);
    expect(bodies).toHaveLength(3);
    for (const body of bodies) expect(body).toMatch(/(S\.A|SpA)\. (Tus|Your|Seus)/);
  },
);

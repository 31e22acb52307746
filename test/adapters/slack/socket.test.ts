import { adapter } from '../../../adapters/slack';
import { Outside, secrets } from '../../simulator/outside';
import { eventually } from '../../support/eventually';
import { type Door, open } from '../door';

let outside: Outside;
let door: Door;
beforeAll(async () => {
  outside = await Outside.start();
  door = await open(adapter, {
    SLACK_SIGNING_SECRET: secrets.signingSecret,
    SLACK_API_URL: `${outside.running.url}/api/`,
    SLACK_APP_TOKEN: 'xapp-sim-token',
  });
  await eventually(
    async () => {
      await says('hola');
      expect(door.received.length).toBeGreaterThan(0);
    },
    { within: 15_000, every: 200 },
  );
});
beforeEach(() => {
  door.received.length = 0;
  door.receive = async (events) => void (events.length > 0 && door.received.push([...events]));
  outside.product.received.length = 0;
});
afterAll(async () => {
  await door.close();
  await outside.stop();
});
const camila = { team: 'T0ANDINA', user: 'U0CAMILA' };
const says = (text: string) => outside.sim('POST', 'slack/dm', { ...camila, text });
const words = () => door.events().map((event) => (event.kind === 'message' ? event.content : event.kind));

describe('Slack over a connection that we open', () => {
  it('when somebody writes or commands, then it is heard as by the web, and nothing comes by the web', async () => {
    expect((await says('ayuda')).status).toBe(200);
    expect((await outside.sim('POST', 'slack/slash', { ...camila, channel: 'dm', text: 'equipo' })).status).toBe(200);
    expect(words()).toEqual([
      { type: 'text', text: 'ayuda' },
      { type: 'text', text: 'equipo' },
    ]);
    expect(outside.product.received).toEqual([]);
  });

  it('when what came can’t be stored, then it is not acknowledged, and comes again', async () => {
    let tries = 0;
    door.receive = async (events) => {
      if (++tries === 1) throw new Error('the database is away');
      door.received.push([...events]);
    };
    expect((await says('otra vez')).status).toBe(0);
    await outside.sim('POST', 'clock', { advance: '1s' });
    await eventually(() => expect(words()).toEqual([{ type: 'text', text: 'otra vez' }]));
  });

  it('when Slack asks to come again, then it is heard over the next connection', async () => {
    await outside.sim('POST', 'slack/refresh');
    await eventually(
      async () => {
        expect((await says('sigo aquí')).status).toBe(200);
        expect(words()).toContainEqual({ type: 'text', text: 'sigo aquí' });
      },
      { within: 20_000, every: 300 },
    );
  });
});

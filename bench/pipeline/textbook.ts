import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import Queue from 'bull';
import express from 'express';
import Redis from 'ioredis';
import { DataTypes, type InferAttributes, type InferCreationAttributes, Model, Sequelize } from 'sequelize';
import type { OtherOrder } from './other';

// The same task as a tutorial solves it, with the same libraries: a job a message, a row a message, a statement an event, express with its own reader of JSON.
// Tutorials call with axios, which is no dependency of ours: this one calls with Node's own fetch, which is not slower.
const order = JSON.parse(process.env.OTHER_ORDER ?? '') as OtherOrder;
const sequelize = new Sequelize(order.databaseUrl, { logging: false, pool: { max: 20 } });

class Message extends Model<InferAttributes<Message>, InferCreationAttributes<Message>> {
  declare id: number;
  declare phone: string;
  declare status: string;
  declare wamid: string | null;
}
Message.init(
  {
    id: { type: DataTypes.INTEGER, primaryKey: true },
    phone: DataTypes.STRING,
    status: DataTypes.STRING,
    wamid: { type: DataTypes.STRING, allowNull: true },
  },
  { sequelize, tableName: 'textbook_message', indexes: [{ fields: ['wamid'] }] },
);
class Status extends Model {}
Status.init({ wamid: DataTypes.STRING, status: DataTypes.STRING }, { sequelize, tableName: 'textbook_status' });

const queue = new Queue<{ id: number }>('textbook', {
  defaultJobOptions: { attempts: 3, removeOnComplete: true },
  createClient: (type) => connect(type),
});

/** As Bull makes them itself; only that the packaged Redis speaks BLMOVE, which is the same, and not BRPOPLPUSH. */
function connect(type: 'client' | 'subscriber' | 'bclient'): Redis {
  const client = new Redis(order.redisUrl, {
    enableReadyCheck: false,
    maxRetriesPerRequest: type === 'client' ? 20 : null,
  });
  const blocking = client as unknown as { brpoplpush(from: string, to: string, timeout: number): Promise<unknown> };
  blocking.brpoplpush = (from, to, timeout) => client.blmove(from, to, 'RIGHT', 'LEFT', timeout);
  return client;
}

void queue.process(50, async ({ data }) => {
  const message = await Message.findByPk(data.id);
  if (!message) return;
  const template = {
    ...{ name: 'promo_cyber', language: { code: 'es_CL' } },
    components: [
      {
        type: 'body',
        parameters: [
          { type: 'text', text: 'cliente' },
          { type: 'text', text: '30 %' },
        ],
      },
    ],
  };
  const response = await fetch(`${order.graphUrl}/v25.0/100000000000000/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer token' },
    body: JSON.stringify({
      ...{ messaging_product: 'whatsapp', to: message.phone, type: 'template', template },
      biz_opaque_callback_data: `1.${message.id}.x`,
    }),
  });
  const { messages } = (await response.json()) as { messages: { id: string }[] };
  await message.update({ status: 'accepted', wamid: messages[0]?.id ?? null });
});

const app = express();
app.use(
  express.json({
    verify: (request, _response, body) => {
      const signature = createHmac('sha256', order.secret).update(body).digest('hex');
      if (request.headers['x-hub-signature-256'] !== `sha256=${signature}`) throw new Error('not signed');
    },
  }),
);
const reads = new Set<string>();
app.post('/webhook', async (request, response) => {
  for (const entry of request.body.entry)
    for (const change of entry.changes)
      for (const { id, status, biz_opaque_callback_data: reference } of change.value.statuses) {
        await Status.create({ wamid: id, status });
        // By what travels with the message: the answer that brings its id may come later than its receipts.
        await Message.update({ status }, { where: { id: Number(reference.split('.')[1]) } });
        if (status === 'read') reads.add(id);
      }
  response.sendStatus(200);
  if (reads.size === order.messages) process.send?.({ done: true });
});

async function begin(): Promise<void> {
  for (let id = 0; id < order.messages; id++) {
    await Message.create({ id, phone: `+569${10_000_000 + id}`, status: 'queued', wamid: null });
    await queue.add({ id });
  }
}

async function main(): Promise<void> {
  await sequelize.sync({ force: true });
  const server = app.listen(0, '127.0.0.1', () =>
    process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook` }),
  );
  process.on('message', () => void begin());
  process.once('disconnect', () => process.exit(0));
}

void main();

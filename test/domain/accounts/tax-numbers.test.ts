import { Client } from 'pg';
import { type TestDatabase, testDatabase } from '../../support/database';

let place: TestDatabase;
let owner: Client;
beforeAll(async () => {
  place = await testDatabase();
  owner = new Client({ connectionString: place.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await place.drop();
});

const customer = (rut: string, country = 'CL') =>
  owner.query(
    "INSERT INTO tenant (tenant_id, name, legal_name, rut, country, created_at) VALUES (gen_random_uuid(), 'x', 'x', $1, $2, now())",
    [rut, country],
  );

describe('the tax number of a customer', () => {
  it.each([
    ...['76.517.351-5', '11.111.111-1', '12.345.678-5', '6-K', '1-9', '14-0', '60.803.000-K', '97.004.000-5'],
    ...['20.347.878-K', '76517351-5', '60803000-k', ''],
  ])('T-BILL-1: when it is «%s», then it is taken', async (rut) => {
    await expect(customer(rut)).resolves.toBeDefined();
  });

  it.each(['76.517.351-4', '12.345.678-K', '-5', '.-0', 'x', '76.517.351', '1-9; DROP'])(
    'T-BILL-1: when it is «%s», then it is refused, in Chile alone',
    async (rut) => {
      await expect(customer(rut)).rejects.toMatchObject({ constraint: 'tenant_rut' });
      await expect(customer(rut, 'BR')).resolves.toBeDefined();
    },
  );
});

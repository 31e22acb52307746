import { Database } from '../../src/data/database';
import { type TestDatabase, testDatabase } from '../support/database';

let place: TestDatabase;
beforeAll(async () => {
  place = await testDatabase();
});
afterAll(() => place.drop());

describe('the way to the database', () => {
  it('when encryption is asked for and the server has none, then nothing is said in the clear', async () => {
    const database = new Database(`${place.appUrl}?sslmode=verify-full`);
    await expect(database.ping()).rejects.toThrow(/does not support SSL/);
    await database.close();
  });

  it('when nothing is asked for, then it answers', async () => {
    const database = new Database(place.appUrl);
    await expect(database.ping()).resolves.toBeUndefined();
    await database.close();
  });
});

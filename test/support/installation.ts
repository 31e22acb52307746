import { type TestDatabase, testDatabase } from './database';
import { aMaster } from './ground';
import { testRedis } from './redis';
import { type Options, type Place, type World, wire } from './world';

/** A database of its own and the product's way out over it. */
export interface Installation {
  here: World;
  at: Place;
  /** The owner's login, for what no program of the product may do. */
  ownerUrl: string;
  /** One more worker of the same installation; it ends with it. */
  another(options: Options): World;
  close(): Promise<void>;
}

/** Nothing of it works before `here.start()`. @param redis another one than all tests share */
export async function install(options: Options, redis: Place['redis'] = testRedis()): Promise<Installation> {
  const place: TestDatabase = await testDatabase();
  const at = { appUrl: place.appUrl, redis, master: aMaster() };
  const worlds: World[] = [];
  const another = (more: Options): World => {
    const world = wire(at, more);
    worlds.push(world);
    return world;
  };
  return {
    here: another(options),
    at,
    ownerUrl: place.ownerUrl,
    another,
    close: async () => {
      await Promise.all(worlds.map((world) => world.stop()));
      await place.drop();
    },
  };
}

import { bringPeople } from '../lists';
import { aCustomer, type domainOf, launch } from '../system/customer';
import { pause } from './crew';
import { inspect } from './outside';
import { hasten, settle } from './settle';
import type { World } from './world';

/** A guard that was switched off, and how many people got something twice because of it. */
export interface Control {
  guard: string;
  doubled: number;
}

const people = 40;
const deaths = 3;

/**
 * The same without the guard: what is unknown is sent again, as a system would that takes no answer for a no. Workers die after the world has taken a
 * message and before they know; if nobody got one twice now, the whole program would be blind.
 */
export async function runControl(world: World, domain: ReturnType<typeof domainOf>): Promise<Control> {
  const { place, standIn, crew, ask } = world;
  await ask(`CREATE FUNCTION forget_unknown() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.state := 'planned'; NEW.reason := NULL; NEW.lease_until := NULL; RETURN NEW; END $$`);
  await ask(`CREATE TRIGGER forget_unknown BEFORE UPDATE ON message FOR EACH ROW WHEN (NEW.state = 'unknown')
    EXECUTE FUNCTION forget_unknown()`);
  try {
    const customer = await aCustomer(place, domain, { perSecond: 50 });
    await bringPeople(place, customer.tenant, { count: people, from: 50_000_000, group: 'control' });
    // A receipt that is faster than the end of the lease would save them.
    await standIn.wish({ do: 'faults', faults: { lost: 1 }, seed: 1 });
    const { batch } = await launch(place, domain, customer, 'control', { now: world.clock.now() });
    for (let death = 0; death < deaths; death++) {
      const workers = crew.members.filter(({ role }) => role === 'worker');
      // Whoever takes the next parcel dies; the others are not asked.
      const fell = await Promise.race(
        workers.map(async (worker) =>
          (await crew.arm(worker, { points: ['send answered'], nth: 1, way: 'kill' }, 20_000)) ? worker : undefined,
        ),
      );
      if (!fell) break;
      await crew.replace(fell);
      crew.tell({ do: 'disarm' });
      for (const member of await crew.fallen()) await crew.replace(member);
      await hasten(world);
      await pause(200);
    }
    const campaigns = [{ batch, people }];
    await settle(world, customer.tenant, campaigns);
    const { doubled } = await inspect(world, customer.tenant, campaigns, new Map());
    return { guard: 'what is unknown is never sent again', doubled };
  } finally {
    await ask('DROP TRIGGER forget_unknown ON message');
    await ask('DROP FUNCTION forget_unknown()');
    await standIn.wish({ do: 'faults', faults: {}, seed: 1 });
  }
}

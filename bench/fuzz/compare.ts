import { StopRotation } from '../../src/domain/audience/stop-rotation';
import { Model } from './model';
import type { Contact } from './names';
import { Real, type RealPlace, type Seen, signature } from './real';
import { type Channel, channels, type Step } from './steps';

const bits: Readonly<Record<Channel | 'all', number>> = { whatsapp: 1, sms: 2, email: 4, all: 7 };
const unconfirmed = 4;

/** One customer twice: by the product on Postgres, and as it must be. After each step both say the same of everybody. */
export class Twin {
  readonly model = new Model();
  private readonly real: Real;
  private readonly rotation: PagedRotation;

  constructor(place: RealPlace) {
    this.real = new Real(place);
    this.rotation = new PagedRotation(place);
  }

  prepare(): Promise<void> {
    return this.real.prepare();
  }

  /** @param isLooked whether everybody is looked at after it; a claim always is. @returns how they differ */
  async step(step: Step, isLooked: boolean): Promise<string[]> {
    if (step.kind === 'rotate') await this.rotation.page(step.cut === 0);
    else {
      const expected = (step.kind === 'crash' ? [] : this.model.step(step)).map(({ contact, channel }) => [
        signature(this.model.contacts.get(contact)?.names ?? []),
        channel,
      ]);
      const claimed = await this.real.step(step);
      const said = (rows: readonly (readonly string[])[]): string =>
        rows
          .map((row) => row.join(' by '))
          .sort()
          .join('; ');
      if (said(claimed) !== said(expected))
        return [`claimed: ${said(claimed) || 'nobody'}; may be: ${said(expected) || 'nobody'}`];
    }
    return isLooked ? this.differences() : [];
  }

  /** Ends what is begun, so that what is looked at is whole. */
  async end(): Promise<string[]> {
    await this.rotation.end();
    return this.differences();
  }

  async differences(): Promise<string[]> {
    return differences(this.model, await this.real.look());
  }

  /** A refusal is taken away behind everybody's back. @returns whether it was seen; undefined when there was none */
  async isSabotageSeen(): Promise<boolean | undefined> {
    return (await this.real.sabotage()) ? (await this.differences()).length > 0 : undefined;
  }
}

function differences(model: Model, { standing, refusals }: Seen): string[] {
  const found: string[] = [];
  const people = [...model.contacts.values()].filter(({ names }) => names.size > 0);
  for (const contact of people) {
    const who = signature(contact.names);
    const real = standing.get(who);
    if (!real) found.push(`${who}: not known as one person`);
    else
      for (const [field, value] of Object.entries(standingOf(model, contact)))
        if (real[field as keyof typeof real] !== value)
          found.push(`${who}: ${field} is ${real[field as keyof typeof real]}, must be ${value}`);
  }
  if (standing.size !== people.length) found.push(`${standing.size} people, must be ${people.length}`);
  const names = new Set([...refusals.keys(), ...model.refusals.keys()]);
  for (const name of names) {
    const must = [...(model.refusals.get(name)?.values() ?? [])]
      .map(({ channel, source, strength, at }) => `${channel} ${source} ${strength} ${at}`)
      .sort();
    const is = [...(refusals.get(name) ?? [])].sort();
    if (is.join() !== must.join()) found.push(`${name} refuses [${is.join(', ')}], must refuse [${must.join(', ')}]`);
  }
  return found;
}

function standingOf(model: Model, contact: Contact) {
  const sum = (which: (channel: Channel) => boolean): number =>
    channels.filter(which).reduce((all, channel) => all + bits[channel], 0);
  const rows = [...contact.names].flatMap((name) => [...(model.refusals.get(name)?.values() ?? [])]);
  const refused = (strength: string): number =>
    rows.filter((row) => row.strength === strength).reduce((all, { channel }) => all | bits[channel], 0);
  return {
    reach: sum((channel) => model.isReached(contact, channel)),
    consented: sum((channel) => model.isGiven(contact, channel)),
    stopped: refused('stop'),
    held: refused('hold'),
    flags: model.isCertain(contact) ? 0 : unconfirmed,
  };
}

/** A rotation of the stop key of which each step does one page. */
class PagedRotation {
  private running: Promise<unknown> | undefined;
  private go: ((kill: boolean) => void) | undefined;
  private reached: (() => void) | undefined;

  constructor(private readonly place: RealPlace) {}

  /** @param kill the process that does it dies instead; the next goes on */
  async page(kill: boolean): Promise<void> {
    const stands = new Promise<void>((done) => {
      this.reached = done;
    });
    if (this.running) this.go?.(kill);
    else this.running = this.begin();
    await Promise.race([stands, this.running]);
  }

  async end(): Promise<void> {
    while (this.running) await this.page(false);
  }

  private async begin(): Promise<void> {
    const rotation = new StopRotation(this.place.database, this.place.keys, 3);
    const wait = async () => {
      const kill = await new Promise<boolean>((go) => {
        this.go = go;
        this.reached?.();
      });
      if (kill) throw new Error('killed');
    };
    try {
      await rotation.run(this.place.tenant, wait);
    } catch (error) {
      if ((error as Error).message !== 'killed') throw error;
    } finally {
      this.running = undefined;
      this.go = undefined;
    }
  }
}

/** Time is always asked of the clock, never of Date: with the simulator it follows the simulator's. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** A clock that runs at normal speed, moved by what it was last told. */
export class FollowingClock implements Clock {
  private offsetMs = 0;

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  /** @returns how far it was moved, in ms */
  follow(theirs: Date): number {
    const moved = theirs.getTime() - this.now().getTime();
    this.offsetMs += moved;
    return moved;
  }
}

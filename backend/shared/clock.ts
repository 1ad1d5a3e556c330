/** Where a domain takes the time from, so that tests can set it. */
export interface Clock {
  now(): Date;
  /** Whole Unix seconds. */
  seconds(): number;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  seconds: () => Math.floor(Date.now() / 1000),
};

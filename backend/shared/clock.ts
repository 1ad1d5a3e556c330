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

/** Unix seconds as ISO 8601 in UTC. */
export const iso = (seconds: number | bigint): string => new Date(Number(seconds) * 1000).toISOString();

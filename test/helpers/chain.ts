/** The in-process chain that all contract tests share. Its clock starts at START, so that no test depends on today's date. */
import hre, { network } from 'hardhat';

/** 10 February 2028, 12:00 UTC: the first quarter of a leap year, in Unix seconds. */
export const START = Date.UTC(2028, 1, 10, 12) / 1000;

export const connection = await network.create({ override: { initialDate: new Date(START * 1000) } });
export const { ethers, ignition, networkHelpers, provider } = connection;
export const { time } = networkHelpers;

const pristine = await networkHelpers.takeSnapshot();
let loaded: { fixture: unknown; data: unknown; snapshot: typeof pristine } | undefined;

/**
 * Runs a fixture on the pristine chain, or goes back to where it had ended when it was the last one that ran. Hardhat's own
 * `loadFixture` runs each fixture on top of whatever the tests before have left, a later date among it.
 */
export async function loadFixture<T>(fixture: () => Promise<T>): Promise<T> {
  if (loaded?.fixture === fixture) {
    await loaded.snapshot.restore();
    return loaded.data as T;
  }
  loaded = undefined;
  await pristine.restore();
  const data = await fixture();
  loaded = { fixture, data, snapshot: await networkHelpers.takeSnapshot() };
  return data;
}

/** A test that bounds gas: left out while coverage is counted, for the counters cost gas as well. */
export const itBoundsGas = hre.globalOptions.coverage ? it.skip : it;

/** The Unix second of an ISO date or instant, UTC. */
export const at = (iso: string): number => Date.parse(iso.includes('T') ? iso : `${iso}T00:00:00Z`) / 1000;

/** Makes a block whose timestamp is exactly `timestamp`, for reads at that second. */
export async function mineAt(timestamp: number): Promise<void> {
  await time.setNextBlockTimestamp(timestamp);
  await networkHelpers.mine();
}

/** Loaded into a program by `--import`, makes its clock wrong: the process that started it sends by how many milliseconds. */
const RealDate = Date;
let offset = 0;

class WrongDate extends RealDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(RealDate.now() + offset);
    else super(...(given as [number]));
  }
  static override now(): number {
    return RealDate.now() + offset;
  }
}
globalThis.Date = WrongDate as DateConstructor;

process.on('message', (message: { clockOffsetMs?: number }) => {
  if (typeof message.clockOffsetMs === 'number') offset = message.clockOffsetMs;
});
// Listening for the clock is no reason to live.
process.channel?.unref();

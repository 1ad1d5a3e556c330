/** A failure that a person can mend: its message says what happened and what to do, so no stack is shown for it. */
export class CommandFailure extends Error {
  override name = 'CommandFailure';
}

/** Prints a failure of a command the way its user needs it, and makes the process end with code 1. */
export function report(error: unknown): void {
  process.exitCode = 1;
  if (error instanceof CommandFailure) console.error(`\n${error.message}`);
  else console.error(error);
}

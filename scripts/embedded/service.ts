import { createServer } from 'node:net';
import { CommandFailure } from '../shared/failure.ts';

/** A server that runs beside the program, bound to 127.0.0.1. */
export interface Service {
  url: string;
  port: number;
  pid: number;
  /** Whether it was still running from an earlier start that was killed. */
  adopted: boolean;
  /** Lets it write what it has and ends it; calling it again does nothing. */
  stop(): Promise<void>;
}

/** Which port a server may have: exactly the one that somebody asked for, or a preferred one that gives way when it is taken. */
export interface PortWish {
  port: number;
  /** Where the number was asked for, for the message when it is taken; absent when it is only preferred. */
  askedBy?: string;
}

const HOST = '127.0.0.1';

/** A port of 127.0.0.1 that is free now: the given one (0 for any), or undefined when that is taken. */
export async function freePort(port = 0): Promise<number | undefined> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(undefined) : reject(error),
    );
    server.listen({ port, host: HOST, exclusive: true }, () => {
      const { port: bound } = server.address() as { port: number };
      server.close(() => resolve(bound));
    });
  });
}

/** @throws CommandFailure when a port that was asked for is taken. */
export async function choosePort(wish: PortWish | undefined): Promise<number> {
  const port = wish && (await freePort(wish.port));
  if (port) return port;
  if (wish?.askedBy)
    throw new CommandFailure(
      `Port ${wish.port} is taken: end the program that uses it, or choose another with ${wish.askedBy}.`,
    );
  const any = await freePort();
  if (any === undefined) throw new CommandFailure('No port of 127.0.0.1 is free.');
  return any;
}

export const sleep = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Asks again every few milliseconds until there is an answer. @throws CommandFailure, which begins with `what`, after `withinMs`. */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  { withinMs = 30_000, everyMs = 25 } = {},
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline)
      throw new CommandFailure(`${what} takes more than ${withinMs / 1000} s.`);
    await sleep(everyMs);
  }
}

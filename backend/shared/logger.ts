import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger };

/** Names that must never reach a log, wherever in an object they stand (two levels deep). */
const SECRETS = [
  'authorization',
  'cookie',
  'signature',
  'privateKey',
  'receiptKey',
  'relayKeys',
  'secretsKeys',
  'secret',
  'token',
  'apiKey',
  'databaseUrl',
  'secretAccessKey',
  'sessionToken',
  'password',
];

/** Structured logs, one JSON object a line on stdout unless `destination` is given; keys, tokens and signatures are blotted out. */
export function createLogger(options: { level: string; destination?: DestinationStream }): Logger {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino(
    { level: options.level, base: null, redact: { paths, censor: '[redacted]' } },
    options.destination ?? pino.destination({ fd: 1, sync: false }),
  );
}

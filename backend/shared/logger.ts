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

const CENSOR = '[redacted]';
/** API keys and sessions' tokens, wherever they stand. */
const CREDENTIALS = /\bts[ks]_[A-Za-z0-9_-]+/g;

/** A text without credentials, for what strangers typed. */
export const withoutCredentials = (text: string): string => text.replaceAll(CREDENTIALS, CENSOR);

/**
 * Structured logs, one JSON object a line on stdout unless `destination` is given; keys, tokens and signatures are blotted out, and so is each
 * of `secrets` wherever it stands: libraries put what they were given into their errors' messages, URLs with keys among it.
 */
export function createLogger(options: {
  level: string;
  destination?: DestinationStream;
  secrets?: readonly string[];
}): Logger {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const secrets = (options.secrets ?? []).map((secret) => JSON.stringify(secret).slice(1, -1));
  const streamWrite = (line: string): string =>
    withoutCredentials(secrets.reduce((text, secret) => text.replaceAll(secret, CENSOR), line));
  return pino(
    { level: options.level, base: null, redact: { paths, censor: CENSOR }, hooks: { streamWrite } },
    options.destination ?? pino.destination({ fd: 1, sync: false }),
  );
}

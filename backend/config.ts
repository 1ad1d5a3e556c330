import { z } from 'zod';
import { isKeystoreSource, isKmsSource, isPrivateKey, type KeySource } from './keys/key-source.ts';
import { ACT_KINDS } from './protocol/acts.ts';
import { accountField } from './shared/requests.ts';

/** What a process can be; all of them unless told otherwise. `webhooks` sends them, `jobs` clears away what has expired. */
export const ROLES = ['api', 'issuer', 'relay', 'indexer', 'webhooks', 'jobs'] as const;
export type Role = (typeof ROLES)[number];

const keyField = z
  .string()
  .refine(
    (key) => isPrivateKey(key) || isKeystoreSource(key),
    'Give a secp256k1 private key (0x and 64 hex digits), or keystore:PATH.',
  )
  .transform((key) => key as KeySource);
const relayKeyField = z
  .string()
  .refine(
    (key) => isPrivateKey(key) || isKeystoreSource(key) || isKmsSource(key),
    'Give secp256k1 private keys (0x and 64 hex digits), keystore:PATH, or kms:KEY-ID.',
  )
  .transform((key) => key as KeySource);
const secretsKeyField = z.string().regex(/^(0x)?[0-9a-f]{64}$/i, 'Give 32 random bytes as 64 hex digits.');
const urlField = z.url({ protocol: /^https?$/, error: 'Give an http or https URL.' });
const originField = urlField.transform((url) => new URL(url).origin);
const PUBLIC_REQUESTS = 600;
const DEMO_REQUESTS = 120_000;
/** In digits, because it is more than a number holds; a configuration that was read before has it as it is. */
const weiField = z.union([
  z.bigint().min(0n),
  z
    .string()
    .regex(/^\d{1,30}$/, 'Give wei in digits.')
    .transform(BigInt),
]);
const count = (fallback: number) => z.int().min(1).default(fallback);

/** Everything that a process can be told. Amounts of time are in the unit that their name ends with. */
const configSchema = z.strictObject({
  roles: z
    .array(z.enum(ROLES))
    .min(1)
    .default([...ROLES]),
  /** PostgreSQL 15 or newer. */
  databaseUrl: z.url({ protocol: /^postgres(ql)?$/, error: 'Give a postgresql:// URL.' }),
  databaseConnections: count(20),
  /** JSON-RPC endpoints of the chain, the preferred one first. */
  rpcUrls: z.array(urlField).min(1),
  /** How many endpoints have to agree on what decides about money or finality; more than half of them unless given. */
  rpcQuorum: z.int().min(1).optional(),
  /** The endpoint that browsers are told; the first of `rpcUrls` unless given. */
  publicRpcUrl: urlField.optional(),
  chainId: z.int().min(1),
  coalition: accountField,
  stablecoin: accountField,
  deployedAtBlock: z.int().min(0).default(0),
  /** How many blocks deep a block is final. */
  confirmations: z.int().min(0).default(12),
  /** How deep a reorg may be and still be undone; a deeper one stops the indexer with an alarm. */
  reorgLimit: count(256),
  name: z.string().min(1).default('Tessera'),
  /** Whether brands, money and members are make-believe: the web says so, and shows the demo's keys. */
  demo: z.boolean().default(false),
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(3000),
  /** Web origins whose pages members may sign in on; `http://localhost:<port>` unless given. */
  origins: z.array(originField).default([]),
  /** The domain that passkeys are made for, the host of the first origin unless given: a passkey holds on it and what is below it, for ever. */
  passkeyDomain: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'Give a domain name in lower case.')
    .optional(),
  /** How many reverse proxies stand before the server: as many forwarded addresses are believed. */
  trustedProxies: z.int().min(0).default(0),
  webRoot: z.string().default('web/dist'),
  /** Signs receipts. It holds no money and no role on the chain. */
  receiptKey: keyField,
  /** Send transactions, one lane each. They need gas, and the first the issuer role. */
  relayKeys: z.array(relayKeyField).default([]),
  /** The file with the password of all keystores, or `prompt`. */
  keystorePasswordFile: z.string().min(1).optional(),
  /** AWS KMS, where keys are named `kms:…`; `endpoint` is another service that speaks its protocol. */
  kms: z
    .strictObject({
      region: z.string().regex(/^[a-z0-9-]+$/),
      accessKeyId: z.string().min(1),
      secretAccessKey: z.string().min(1),
      sessionToken: z.string().min(1).optional(),
      endpoint: urlField.optional(),
    })
    .optional(),
  /** Whether every answer is held to its contract, and one that breaks it becomes an error: on in tests and in development. */
  checkAnswers: z.boolean().default(() => /^(test|development)$/.test(process.env.NODE_ENV ?? '')),
  logLevel: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Requests a minute from one address without a key (a demo's is generous: one machine plays all members), and with one key. */
  publicRequestsPerMinute: z.int().min(1).optional(),
  keyRequestsPerMinute: count(600_000),
  /** Purchases that may wait for their commit before callers are told to come back. */
  purchaseQueueLimit: count(8_192),
  /** Bulk streams that are read at once, and how long one may stand still. */
  bulkStreams: count(4),
  bulkIdleMs: count(60_000),
  /** An issuance batch is closed when it has as many members, or when its oldest accrual has waited as long. */
  batchMembers: z.int().min(1).max(500).default(500),
  batchIntervalMs: count(2_000),
  /** How often loops look for work when nothing has told them of any. */
  pollIntervalMs: count(200),
  /** Acts a day that the network pays gas for, per account. */
  sponsoredActsPerDay: count(200),
  /** The same per issuing partner, over all of its members. */
  sponsoredActsPerPartnerPerDay: count(1_000_000),
  /** Changes of keys a day that the network pays gas for: per account, and over all of them. */
  sponsoredKeyChangesPerDay: count(20),
  sponsoredKeyChangesOfAllPerDay: count(100_000),
  /** The same over all accounts, and the most that they may cost together, in wei at the fees of the moment. */
  sponsoredActsOfNetworkPerDay: count(10_000_000),
  sponsoredWeiPerDay: weiField.default(1_000n * 10n ** 18n),
  /** The kinds of acts that the network pays gas for. */
  sponsoredActKinds: z.array(z.enum(ACT_KINDS)).default([...ACT_KINDS]),
  /** Acts that may wait for a transaction before callers are told to come back. */
  actQueueLimit: count(5_000),
  /** Encrypt secrets in the database (32 bytes each, as hex): the first new ones, and all can decrypt. Without one there are no webhooks, no claim links and no contacts. */
  secretsKeys: z.array(secretsKeyField).default([]),
  /** How long a claim link is good. */
  claimDays: z.int().min(1).max(3_650).default(90),
  /** Where e-mail is handed over (smtp:// or smtps://, with user and password), and who it is from. Without them no e-mail is sent. */
  smtpUrl: z.url({ protocol: /^smtps?$/, error: 'Give an smtp:// or smtps:// URL.' }).optional(),
  mailFrom: z.string().min(3).optional(),
  /** A gateway for text messages: it gets {to, text} as JSON, with the token as its bearer. Without it no text message is sent. */
  smsUrl: urlField.optional(),
  smsToken: z.string().min(1).optional(),
  /** Members that one key may look up a minute by what is known of them. */
  lookupsPerMinute: count(120),
  /** Whether webhooks may go to this very machine, and over http: for development. Other private addresses stay forbidden. */
  webhooksToLoopback: z.boolean().default(false),
  /** How long a receiver may take to answer. */
  webhookTimeoutMs: count(15_000),
  /** The first pause after a failed delivery; each further one is three times as long, up to half a day. */
  webhookRetryMs: count(5_000),
  /** An endpoint from which nothing but failures has come for as long is paused. */
  webhookPauseAfterMs: count(3 * 24 * 60 * 60_000),
  /** Deliveries under way at once to one endpoint, over all processes. */
  webhookConcurrency: z.int().min(1).max(64).default(4),
  /** Streams of events that one process serves at once, and that one caller may have open in it. */
  eventStreams: count(2_000),
  eventStreamsPerCaller: count(10),
  /** How often a silent stream shows that it lives. */
  eventHeartbeatMs: count(15_000),
  /** A brand is told that its reserve is low when it is less than this share of what its policy asks for, accepted points included. */
  reserveAlertBps: z.int().min(0).max(100_000).default(11_000),
  /** How long a stopping server waits for requests in flight. */
  stopTimeoutMs: count(10_000),
});

/** A quorum that there are too few endpoints for would never be reached. */
const checkedSchema = configSchema.refine(({ rpcQuorum, rpcUrls }) => (rpcQuorum ?? 1) <= rpcUrls.length, {
  path: ['rpcQuorum'],
  error: 'Give no more than there are endpoints in RPC_URL.',
});

/** A checked configuration with its defaults filled in. */
export type Config = z.output<typeof configSchema> & { readonly publicRequestsPerMinute: number };
/** A configuration as given: what has a default may be left out. */
export type ConfigInput = z.input<typeof configSchema>;

/** What of a configuration must not be seen: keys, the database's URL, and endpoints of the chain whose URL says more than a host. */
export function secretsOf(config: Config): string[] {
  const urls = config.rpcUrls.filter((text) => {
    const { pathname, search, username } = new URL(text);
    return pathname.length > 1 || search !== '' || username !== '';
  });
  const keys = [config.receiptKey, ...config.relayKeys].filter(isPrivateKey);
  return [
    ...urls,
    ...urls.map((text) => new URL(text).href),
    ...keys,
    ...config.secretsKeys,
    config.databaseUrl,
    config.kms?.secretAccessKey,
    config.kms?.sessionToken,
  ].filter((secret) => secret !== undefined);
}

/** What is wrong with a configuration; the message names every setting. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Checks a configuration and fills in its defaults. @throws ConfigError */
export function parseConfig(input: unknown): Config {
  const result = checkedSchema.safeParse(input);
  if (result.success) {
    const { publicRequestsPerMinute = result.data.demo ? DEMO_REQUESTS : PUBLIC_REQUESTS } = result.data;
    return { ...result.data, publicRequestsPerMinute, origins: defaultOrigins(result.data) };
  }
  const lines = result.error.issues.map(({ path, message }) => `  ${path.join('.') || '(all)'}: ${message}`);
  throw new ConfigError(`The configuration is not usable:\n${lines.join('\n')}`);
}

function defaultOrigins({ origins, port }: Pick<Config, 'origins' | 'port'>): string[] {
  if (origins.length > 0) return origins;
  return ['localhost', '127.0.0.1'].map((host) => `http://${host}:${port}`);
}

const list = (text: string | undefined) => text?.split(',').map((item) => item.trim());
const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const flag = (text: string | undefined) => (text === undefined ? undefined : text === 'true');

/** The names that AWS's own tools read; without an access key there is no KMS. */
function kmsFromEnv(env: NodeJS.ProcessEnv) {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (region === undefined || accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  const { AWS_SESSION_TOKEN: sessionToken, AWS_ENDPOINT_URL_KMS: endpoint } = env;
  return { region, accessKeyId, secretAccessKey, sessionToken, endpoint };
}

/** Reads a configuration from environment variables, lists separated by commas. @throws ConfigError */
export function configFromEnv(env: NodeJS.ProcessEnv): Config {
  const given = {
    roles: list(env.ROLES),
    databaseUrl: env.DATABASE_URL,
    databaseConnections: number(env.DATABASE_CONNECTIONS),
    rpcUrls: list(env.RPC_URL),
    rpcQuorum: number(env.RPC_QUORUM),
    publicRpcUrl: env.PUBLIC_RPC_URL,
    chainId: number(env.CHAIN_ID),
    coalition: env.COALITION,
    stablecoin: env.STABLECOIN,
    deployedAtBlock: number(env.DEPLOYED_AT_BLOCK),
    confirmations: number(env.CONFIRMATIONS),
    reorgLimit: number(env.REORG_LIMIT),
    name: env.NETWORK_NAME,
    demo: flag(env.DEMO),
    host: env.HOST,
    port: number(env.PORT),
    origins: list(env.ORIGINS),
    passkeyDomain: env.PASSKEY_DOMAIN,
    trustedProxies: number(env.TRUSTED_PROXIES),
    webRoot: env.WEB_ROOT,
    receiptKey: env.RECEIPT_KEY,
    relayKeys: list(env.RELAY_KEYS),
    checkAnswers: env.CHECK_ANSWERS === undefined ? undefined : env.CHECK_ANSWERS === 'true',
    keystorePasswordFile: env.KEYSTORE_PASSWORD_FILE,
    kms: kmsFromEnv(env),
    logLevel: env.LOG_LEVEL,
    publicRequestsPerMinute: number(env.PUBLIC_REQUESTS_PER_MINUTE),
    keyRequestsPerMinute: number(env.KEY_REQUESTS_PER_MINUTE),
    purchaseQueueLimit: number(env.PURCHASE_QUEUE_LIMIT),
    bulkStreams: number(env.BULK_STREAMS),
    bulkIdleMs: number(env.BULK_IDLE_MS),
    batchMembers: number(env.BATCH_MEMBERS),
    batchIntervalMs: number(env.BATCH_INTERVAL_MS),
    pollIntervalMs: number(env.POLL_INTERVAL_MS),
    sponsoredActsPerDay: number(env.SPONSORED_ACTS_PER_DAY),
    sponsoredActsPerPartnerPerDay: number(env.SPONSORED_ACTS_PER_PARTNER_PER_DAY),
    sponsoredKeyChangesPerDay: number(env.SPONSORED_KEY_CHANGES_PER_DAY),
    sponsoredKeyChangesOfAllPerDay: number(env.SPONSORED_KEY_CHANGES_OF_ALL_PER_DAY),
    sponsoredActsOfNetworkPerDay: number(env.SPONSORED_ACTS_OF_NETWORK_PER_DAY),
    sponsoredWeiPerDay: env.SPONSORED_WEI_PER_DAY,
    sponsoredActKinds: list(env.SPONSORED_ACT_KINDS),
    actQueueLimit: number(env.ACT_QUEUE_LIMIT),
    secretsKeys: list(env.SECRETS_KEYS),
    claimDays: number(env.CLAIM_DAYS),
    smtpUrl: env.SMTP_URL,
    mailFrom: env.MAIL_FROM,
    smsUrl: env.SMS_URL,
    smsToken: env.SMS_TOKEN,
    lookupsPerMinute: number(env.LOOKUPS_PER_MINUTE),
    webhooksToLoopback: flag(env.WEBHOOKS_TO_LOOPBACK),
    webhookTimeoutMs: number(env.WEBHOOK_TIMEOUT_MS),
    webhookRetryMs: number(env.WEBHOOK_RETRY_MS),
    webhookPauseAfterMs: number(env.WEBHOOK_PAUSE_AFTER_MS),
    webhookConcurrency: number(env.WEBHOOK_CONCURRENCY),
    eventStreams: number(env.EVENT_STREAMS),
    eventStreamsPerCaller: number(env.EVENT_STREAMS_PER_CALLER),
    eventHeartbeatMs: number(env.EVENT_HEARTBEAT_MS),
    reserveAlertBps: number(env.RESERVE_ALERT_BPS),
    stopTimeoutMs: number(env.STOP_TIMEOUT_MS),
  };
  return parseConfig(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
}

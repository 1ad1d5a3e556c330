import { type Config, ConfigError } from '../config.ts';
import { privateKeySigner, type Signer, transactionSigner } from '../relay/signer.ts';
import { openAwsKms } from './aws-kms.ts';
import { isKmsSource, type KeySource, privateKeyOf, referenceOf } from './key-source.ts';
import { type Kms, openKmsSigner } from './kms-signer.ts';

/** Of a process: a KMS is asked for a public key once, however many want to know the address. */
const opened = new WeakMap<Config, Map<KeySource, Promise<Signer>>>();

/** The signer of the first lane, which has the issuer role; null in a process that has no keys. @throws as `openSigner` */
export async function openIssuer(config: Config): Promise<Signer | null> {
  const [first] = config.relayKeys;
  return first === undefined ? null : openSigner(config, first);
}

/**
 * The signer of one of the relay's lanes. The configuration's keystores are unlocked.
 * @throws DomainError SIGNER_UNAVAILABLE when a KMS does not answer: ask again; ConfigError when the KMS's settings are missing
 */
export function openSigner(config: Config, source: KeySource): Promise<Signer> {
  const known = opened.get(config) ?? new Map<KeySource, Promise<Signer>>();
  opened.set(config, known);
  const opening = known.get(source) ?? open(config, source);
  known.set(source, opening);
  opening.catch(() => known.delete(source));
  return opening;
}

async function open(config: Config, source: KeySource): Promise<Signer> {
  if (!isKmsSource(source)) return privateKeySigner(privateKeyOf(source));
  return transactionSigner(await openKmsSigner(kmsOf(config), referenceOf(source)));
}

function kmsOf({ kms }: Config): Kms {
  if (!kms)
    throw new ConfigError('A key in a KMS needs AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.');
  const { region, endpoint, ...credentials } = kms;
  return openAwsKms({ region, endpoint, credentials });
}

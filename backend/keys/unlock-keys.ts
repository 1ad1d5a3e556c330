import { type Config, ConfigError } from '../config.ts';
import { isKeystoreSource, type KeySource, referenceOf } from './key-source.ts';
import { KeystoreError, openKeystore } from './keystore.ts';
import { readPassword } from './read-password.ts';

/**
 * The same configuration with every keystore's key in place of its file's name; one password is for all of them, and is asked for once. Keys
 * of a KMS stay where they are.
 * @throws ConfigError when a keystore can't be opened
 */
export async function unlockKeys(config: Config): Promise<Config> {
  let asked: Promise<string> | undefined;
  const password = () => {
    asked ??= readPassword(config.keystorePasswordFile);
    return asked;
  };
  const unlock = async (source: KeySource): Promise<KeySource> =>
    isKeystoreSource(source) ? openKeystore(referenceOf(source), password) : source;
  try {
    const [receiptKey, ...relayKeys] = await Promise.all(
      [config.receiptKey, ...config.relayKeys].map(unlock),
    );
    return { ...config, receiptKey: receiptKey as KeySource, relayKeys };
  } catch (error) {
    if (error instanceof KeystoreError) throw new ConfigError(error.message);
    throw error;
  }
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Hex } from 'viem';
import { ConfigError } from '../../../backend/config.ts';
import { encryptKeystore, openKeystore, randomPrivateKey } from '../../../backend/keys/keystore.ts';
import { unlockKeys } from '../../../backend/keys/unlock-keys.ts';
import { privateKeySigner } from '../../../backend/relay/signer.ts';
import { startApi, testConfig } from '../../helpers/api.ts';

/** The example of the Web3 Secret Storage definition that keeps to its own limits: the other has an N too large for its r. */
const PASSWORD = 'testpassword';
const KEY: Hex = '0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
const PBKDF2 = {
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '6087dab2f9fdbbfaddc31a909735c1e6' },
    ciphertext: '5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46',
    kdf: 'pbkdf2',
    kdfparams: {
      c: 262_144,
      dklen: 32,
      prf: 'hmac-sha256',
      salt: 'ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd',
    },
    mac: '517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2',
  },
  id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
  version: 3,
};
/** The same key as ethers packs it by plain JavaScript. */
const SCRYPT = {
  ...PBKDF2,
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: 'fce5fe1c0a76e7fd934c78aad818aaa5' },
    ciphertext: '91c74f3d8c59c19d13ea5dcf8cc8ebdcec95b7f9352ad4952dd1d32c6cf9d1c0',
    kdf: 'scrypt',
    kdfparams: {
      dklen: 32,
      n: 8192,
      r: 8,
      p: 1,
      salt: '8ab87129ea4a3c4c354cf500fc994f43b549f277220d40f20cfe11c85bdcca63',
    },
    mac: 'af53c101acd127b10f82e48e7bd18ad46e7e47796ea4b6091e5b98dc50cc43d9',
  },
};

const failure = (work: Promise<unknown>): Promise<Error | null> =>
  work.then(
    () => null,
    (error: Error) => error,
  );

describe('A keystore', function () {
  this.timeout(120_000);
  let folder: string;
  let files = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tessera-keys-'));
  });
  after(() => rm(folder, { recursive: true }));

  const write = async (content: unknown): Promise<string> => {
    const path = join(folder, `${++files}`);
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const password = async () => PASSWORD;

  it('of either kind has the key that it says', async () => {
    expect(await openKeystore(await write(PBKDF2), password)).to.equal(KEY);
    expect(await openKeystore(await write(SCRYPT), password)).to.equal(KEY);
  });

  it('of our own making is opened by its password', async () => {
    const key = randomPrivateKey();
    const text = await encryptKeystore(key, 'gänsefüßchen');
    expect(text).to.not.contain(key.slice(2));
    expect(await openKeystore(await write(text), async () => 'gänsefüßchen')).to.equal(key);
  });

  it('is decrypted once, however many ask at once', async () => {
    const path = await write(PBKDF2);
    let asked = 0;
    const ask = async () => {
      asked++;
      return PASSWORD;
    };
    const keys = await Promise.all([1, 2, 3].map(() => openKeystore(path, ask)));
    expect([...new Set([...keys, await openKeystore(path, ask)]), asked]).to.deep.equal([KEY, 1]);
  });

  it('that can’t be opened says why, without its content, and is tried again', async () => {
    const path = await write(PBKDF2);
    const wrong = await failure(openKeystore(path, async () => 'guess'));
    expect(wrong?.message).to.equal(`The password is wrong for the keystore ${path}.`);
    expect(await openKeystore(path, password)).to.equal(KEY);
    const cases: [string, RegExp][] = [
      [join(folder, 'missing'), /can’t be read \(ENOENT\)/],
      [await write('{}'), /is no keystore/],
      [await write({ ...PBKDF2, version: 1 }), /is no keystore/],
      [await write('not JSON'), /is no keystore/],
    ];
    for (const [file, message] of cases) {
      const error = await failure(openKeystore(file, password));
      expect(error?.name).to.equal('KeystoreError');
      expect(error?.message).to.match(message);
    }
  });

  describe('in a configuration', () => {
    it('takes its key’s place, with the password of a file', async () => {
      const relay = await write(PBKDF2);
      const given = { relayKeys: [`keystore:${relay}`, `0x${'11'.repeat(32)}`, 'kms:alias/lane'] };
      const config = testConfig('postgres://nowhere/none', {
        ...given,
        keystorePasswordFile: await write(`${PASSWORD}\nand a remark\n`),
      });
      const { relayKeys, receiptKey } = await unlockKeys(config);
      expect(relayKeys).to.deep.equal([KEY, `0x${'11'.repeat(32)}`, 'kms:alias/lane']);
      expect(receiptKey).to.equal(config.receiptKey);
    });

    it('signs receipts', async () => {
      const receiptKey = `keystore:${await write(PBKDF2)}`;
      const api = await startApi({ receiptKey, keystorePasswordFile: await write(PASSWORD) });
      const { body } = await api.get('/v1/network');
      expect(body.receiptSigner).to.equal(privateKeySigner(KEY).address);
      await api.program.stop();
    });

    it('stops the start when it can’t be opened', async () => {
      const receiptKey = `keystore:${await write({ ...PBKDF2, id: 'another' })}`;
      const refusals: [string | undefined, RegExp][] = [
        [undefined, /KEYSTORE_PASSWORD_FILE/],
        [join(folder, 'none'), /password file .* can’t be read/],
        [await write('wrong'), /password is wrong/],
      ];
      for (const [keystorePasswordFile, message] of refusals) {
        const more = keystorePasswordFile === undefined ? {} : { keystorePasswordFile };
        const error = await failure(
          unlockKeys(testConfig('postgres://nowhere/none', { receiptKey, ...more })),
        );
        expect(error).to.be.instanceOf(ConfigError);
        expect(error?.message).to.match(message);
      }
    });

    it('is the only place beside the key itself for the receipts’ key: a KMS would sign too slowly', () => {
      expect(() => testConfig('postgres://nowhere/none', { receiptKey: 'kms:alias/lane' })).to.throw(
        ConfigError,
        /receiptKey: Give a secp256k1 private key/,
      );
    });
  });
});

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { type Hex, parseTransaction, recoverTransactionAddress } from 'viem';
import { openAwsKms } from '../../../backend/keys/aws-kms.ts';
import { signAwsRequest } from '../../../backend/keys/aws-signature.ts';
import { type Kms, openKmsSigner } from '../../../backend/keys/kms-signer.ts';
import { privateKeySigner, transactionSigner } from '../../../backend/relay/signer.ts';
import { KMS_ACCESS, type LocalKms, signDer, spkiOf, startKms } from '../../helpers/kms.ts';

const KEY: Hex = `0x${'4f'.repeat(32)}`;
const OTHER: Hex = `0x${'3e'.repeat(32)}`;
const ADDRESS = privateKeySigner(KEY).address;
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

const digest = (): Hex => `0x${randomBytes(32).toString('hex')}`;

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => ({ code: 'none', message: '' }),
    (thrown: { code: string; message: string }) => thrown,
  );
  return `${error.code} ${error.message}`;
}

/** A service that gives just these answers. */
const kmsOf = (answers: { spki?: Uint8Array; sign?: (digest: Uint8Array) => Uint8Array }): Kms => ({
  getPublicKey: async () => answers.spki ?? spkiOf(KEY),
  signDigest: async (_key, bytes) => answers.sign?.(bytes) ?? signDer(KEY, bytes, false),
});

describe('openKmsSigner', () => {
  it('has the address of the service’s public key', async () => {
    expect((await openKmsSigner(kmsOf({}), 'any')).address).to.equal(ADDRESS);
  });

  it('gives the same signature with a low s, whichever of the two the service gives', async () => {
    for (let round = 0; round < 40; round++) {
      const message = digest();
      const [low, high] = await Promise.all(
        [false, true].map(async (highS) =>
          (await openKmsSigner(kmsOf({ sign: (bytes) => signDer(KEY, bytes, highS) }), 'any')).signDigest(
            message,
          ),
        ),
      );
      expect(high).to.deep.equal(low);
      expect(BigInt(low?.s ?? 0) <= HALF_ORDER).to.equal(true);
    }
  });

  it('refuses what is no key of the curve', async () => {
    const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = p256.publicKey.export({ format: 'der', type: 'spki' });
    expect(await codeOf(openKmsSigner(kmsOf({ spki }), 'any'))).to.match(/^SIGNER_UNAVAILABLE .*secp256k1/);
    expect(await codeOf(openKmsSigner(kmsOf({ spki: Buffer.from('no key') }), 'any'))).to.match(
      /^SIGNER_UNAVAILABLE .*no public key/,
    );
  });

  it('refuses a signature by another key, or over something else', async () => {
    const signs: ((bytes: Uint8Array) => Uint8Array)[] = [
      (bytes) => signDer(OTHER, bytes, false),
      () => signDer(KEY, randomBytes(32), false),
    ];
    for (const sign of signs) {
      const signer = await openKmsSigner(kmsOf({ sign }), 'any');
      expect(await codeOf(signer.signDigest(digest()))).to.match(/^SIGNER_UNAVAILABLE .*not by 0x/);
    }
  });

  it('refuses every malformed signature', async () => {
    const good = signDer(KEY, Buffer.alloc(32, 7), false);
    const cases: [string, Uint8Array][] = [
      ['empty', Buffer.alloc(0)],
      ['cut off', good.subarray(0, -1)],
      ['something behind it', Buffer.concat([good, Buffer.of(0)])],
      ['another tag', Buffer.concat([Buffer.of(0x31), good.subarray(1)])],
      ['a wrong length', Buffer.concat([Buffer.of(0x30, 0x20), good.subarray(2)])],
      ['r of zero', Buffer.from('3006020100020101', 'hex')],
      ['s negative', Buffer.from('3006020101020181', 'hex')],
      ['64 plain bytes', Buffer.alloc(64, 1)],
    ];
    for (const [what, der] of cases) {
      const signer = await openKmsSigner(kmsOf({ sign: () => der }), 'any');
      expect(await codeOf(signer.signDigest(digest())), what).to.match(/^SIGNER_UNAVAILABLE .*no signature/);
    }
  });
});

describe('signAwsRequest', () => {
  const at = new Date('2015-08-30T12:36:00Z');
  const url = new URL('https://example.amazonaws.com');
  const credentials = KMS_ACCESS.credentials;
  const about = { region: 'us-east-1', service: 'service', credentials };

  it('signs as the example "post-vanilla" of AWS’s test suite for Signature Version 4', () => {
    const { authorization } = signAwsRequest({ url, headers: {}, body: '', at }, about);
    expect(authorization).to.equal(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, ' +
        'Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    );
  });

  it('signs as the example "post-header-key-sort"', () => {
    const { authorization } = signAwsRequest(
      { url, headers: { 'my-header1': 'value1' }, body: '', at },
      about,
    );
    expect(authorization).to.equal(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;my-header1;x-amz-date, ' +
        'Signature=c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
    );
  });

  it('covers body, session token and every header', () => {
    const request = { url, headers: { a: '1' }, body: '{}', at };
    const sign = (more: object, session?: string) =>
      signAwsRequest(
        { ...request, ...more },
        { ...about, credentials: { ...credentials, sessionToken: session } },
      ).authorization;
    const all = [
      sign({}),
      sign({ body: '{ }' }),
      sign({ headers: { a: '2' } }),
      sign({}, 'token'),
      sign({ at: new Date(0) }),
    ];
    expect(new Set(all).size).to.equal(all.length);
  });
});

describe('A key in AWS KMS', () => {
  let server: LocalKms;
  before(async () => {
    server = await startKms({ 'alias/lane': KEY });
  });
  after(() => server.stop());
  const kms = () => openAwsKms({ ...KMS_ACCESS, endpoint: server.url });

  it('signs a transaction that is its own', async () => {
    const signer = transactionSigner(await openKmsSigner(kms(), 'alias/lane'));
    for (let nonce = 0; nonce < 10; nonce++) {
      const unsigned = { chainId: 31_337, nonce, to: ADDRESS, data: '0x1234', gas: 50_000n } as const;
      const { raw } = await signer.signTransaction({
        ...unsigned,
        maxFeePerGas: 10n,
        maxPriorityFeePerGas: 1n,
      });
      expect(await recoverTransactionAddress({ serializedTransaction: raw as `0x02${string}` })).to.equal(
        ADDRESS,
      );
      expect(parseTransaction(raw)).to.include({ nonce, gas: 50_000n, maxFeePerGas: 10n });
    }
  });

  it('says what the service refused', async () => {
    expect(await codeOf(openKmsSigner(kms(), 'alias/none'))).to.match(
      /^SIGNER_UNAVAILABLE .*NotFoundException/,
    );
    const credentials = { ...KMS_ACCESS.credentials, secretAccessKey: 'wrong' };
    const stranger = openAwsKms({ ...KMS_ACCESS, credentials, endpoint: server.url });
    expect(await codeOf(openKmsSigner(stranger, 'alias/lane'))).to.match(/InvalidSignatureException/);
  });

  it('is unavailable while nothing answers, or nonsense', async () => {
    const gone = openAwsKms({ ...KMS_ACCESS, endpoint: 'http://127.0.0.1:9' });
    expect(await codeOf(openKmsSigner(gone, 'alias/lane'))).to.match(/^SIGNER_UNAVAILABLE .*does not answer/);
  });
});

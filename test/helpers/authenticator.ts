/** A software authenticator: what a browser and its passkeys answer to the options of `navigator.credentials`, in WebAuthn's JSON. */
import { createHash, createPrivateKey, createSign, randomBytes } from 'node:crypto';
import type { Address, Hex } from 'viem';
import { deviceKeyAccount } from '../../backend/protocol/account.ts';
import { assertAsPasskey, makeP256Key, type P256Key, USER_PRESENT, USER_VERIFIED } from './passkey.ts';

const ATTESTED = 0x40;
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest();
const base64Url = (data: Uint8Array | string) => Buffer.from(data).toString('base64url');

/** What a test may get wrong on purpose. */
export interface Faults {
  readonly origin?: string;
  readonly rpId?: string;
  readonly flags?: number;
  readonly count?: number;
  readonly crossOrigin?: boolean;
  readonly challenge?: string;
  readonly userHandle?: string;
  readonly type?: string;
  /** CBOR of `fmt` and `attStmt` in place of none's. */
  readonly statement?: Buffer;
  /** COSE's number of the algorithm. */
  readonly algorithm?: number;
  readonly signer?: P256Key;
}

export interface Authenticator {
  readonly key: P256Key;
  /** The account that its key names. */
  readonly account: Address;
  readonly credentialId: string;
  /** `navigator.credentials.create`. */
  // biome-ignore lint/suspicious/noExplicitAny: the API's options as they come
  create(options: any, faults?: Faults): Record<string, unknown>;
  /** `navigator.credentials.get`. */
  // biome-ignore lint/suspicious/noExplicitAny: the API's options as they come
  get(options: any, faults?: Faults): Record<string, unknown>;
  /** Its signature of a digest as the contracts take it. */
  sign(digest: Hex): Hex;
}

/** CBOR of a text of less than 24 characters, and of bytes. */
const text = (value: string) => Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)]);
const bytes = (value: Buffer) => {
  const head = Buffer.alloc(3);
  head[0] = 0x59;
  head.writeUInt16BE(value.length, 1);
  return Buffer.concat([head, value]);
};
const NONE = Buffer.concat([text('fmt'), text('none'), text('attStmt'), Buffer.from([0xa0])]);

const cose = ({ x, y }: P256Key, algorithm: number) =>
  Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x20 + (-algorithm - 1), 0x20, 0x01, 0x21, 0x58, 0x20]),
    Buffer.from(x.slice(2), 'hex'),
    Buffer.from([0x22, 0x58, 0x20]),
    Buffer.from(y.slice(2), 'hex'),
  ]);

/** A new passkey on a page of `origin`; it counts its signatures if `counts`. */
export function softAuthenticator(origin: string, { counts = true } = {}): Authenticator {
  const key = makeP256Key();
  const id = randomBytes(32);
  const credentialId = base64Url(id);
  let count = 0;
  let userHandle = '';

  const clientData = (type: string, challenge: string, faults: Faults) =>
    JSON.stringify({
      type: faults.type ?? type,
      challenge: faults.challenge ?? challenge,
      origin: faults.origin ?? origin,
      crossOrigin: faults.crossOrigin ?? false,
    });
  const head = (rpId: string, flags: number, faults: Faults) => {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(faults.count ?? (counts ? ++count : 0));
    return Buffer.concat([sha256(faults.rpId ?? rpId), Buffer.from([faults.flags ?? flags]), counter]);
  };
  const common = { id: credentialId, rawId: credentialId, type: 'public-key', clientExtensionResults: {} };

  return {
    key,
    account: deviceKeyAccount({ x: key.x as Hex, y: key.y as Hex }),
    credentialId,
    create({ challenge, rp, user }, faults = {}) {
      userHandle = user.id;
      const size = Buffer.alloc(2);
      size.writeUInt16BE(id.length);
      const flags = (faults.flags ?? USER_PRESENT | USER_VERIFIED) | ATTESTED;
      const authData = Buffer.concat([
        head(rp.id, flags, { ...faults, flags }),
        Buffer.alloc(16),
        size,
        id,
        cose(key, faults.algorithm ?? -7),
      ]);
      const statement = faults.statement ?? NONE;
      const attestationObject = Buffer.concat([
        Buffer.from([0xa3]),
        statement,
        text('authData'),
        bytes(authData),
      ]);
      const clientDataJSON = base64Url(clientData('webauthn.create', challenge, faults));
      const response = {
        clientDataJSON,
        attestationObject: base64Url(attestationObject),
        transports: ['internal'],
      };
      return { ...common, response };
    },
    get({ challenge, rpId }, faults = {}) {
      const clientDataJSON = clientData('webauthn.get', challenge, faults);
      const authenticatorData = head(rpId, USER_PRESENT | USER_VERIFIED, faults);
      const signer = (faults.signer ?? key).privateKey;
      const signature = createSign('SHA256')
        .update(Buffer.concat([authenticatorData, sha256(clientDataJSON)]))
        .sign(createPrivateKey(signer.export({ format: 'pem', type: 'pkcs8' })));
      const response = {
        clientDataJSON: base64Url(clientDataJSON),
        authenticatorData: base64Url(authenticatorData),
        signature: base64Url(signature),
        userHandle: faults.userHandle ?? userHandle,
      };
      return { ...common, response };
    },
    sign: (digest) => assertAsPasskey(key, digest) as Hex,
  };
}

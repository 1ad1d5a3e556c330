import type { Address } from 'viem';
import { z } from 'zod';
import { type DeviceKey, deviceKeyAccount } from '../protocol/account.ts';
import { DomainError } from '../shared/errors.ts';
import { accountField, hexField } from '../shared/requests.ts';

/** What names the account: an EOA's key, a device key, or a passkey's. */
export const MEMBER_KINDS = ['eoa', 'device', 'passkey'] as const;
export type MemberKind = (typeof MEMBER_KINDS)[number];

/** A member as the API answers. `code` is what a till can type instead of the account: 8 digits. */
export interface Member {
  readonly account: Address;
  readonly code: string;
  readonly kind: MemberKind;
}

/** Who joins: by the address of an EOA, or by the P-256 key that names the account; a device's unless it says to be a passkey's. */
export type Enrolment =
  | { readonly account: Address }
  | { readonly publicKey: DeviceKey; readonly kind?: 'device' | 'passkey' };

const deviceKeySchema = z.strictObject({ x: hexField(32), y: hexField(32) });

/** The body of POST /members: one of `account` and `publicKey`. */
export const enrolmentSchema = z
  .strictObject({ account: accountField.optional(), publicKey: deviceKeySchema.optional() })
  .transform(({ account, publicKey }, context): Enrolment => {
    if (account && !publicKey) return { account };
    if (publicKey && !account) return { publicKey };
    context.addIssue({
      code: 'custom',
      path: ['account'],
      message: 'Send either "account" or "publicKey", and not both.',
    });
    return z.NEVER;
  });

const CODE = /^[0-9]{8}$/;

/** How a till names a member: `{ code }` or `{ account }`. */
export type MemberName = { readonly code: string } | { readonly account: Address };

/** A member's code or account in a request. */
export const memberNameField = z
  .string()
  .meta({ pattern: '^([0-9]{8}|0x[0-9a-fA-F]{40})$', examples: ['12345678'] })
  .transform((value, context): MemberName => {
    if (CODE.test(value)) return { code: value };
    const account = accountField.safeParse(value);
    if (account.success) return { account: account.data };
    context.addIssue({
      code: 'custom',
      message:
        'Send a member’s code of 8 digits, or an account: 0x and 40 hex digits (with the right checksum).',
    });
    return z.NEVER;
  });

/** The account of a device key. @throws DomainError REQUEST_INVALID when the key is no point of the curve */
export async function accountOfDeviceKey(key: DeviceKey): Promise<Address> {
  const point = Buffer.from(`04${key.x.slice(2)}${key.y.slice(2)}`, 'hex');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const onCurve = await crypto.subtle.importKey('raw', point, algorithm, false, ['verify']).then(
    () => true,
    () => false,
  );
  if (onCurve) return deviceKeyAccount(key);
  const message = 'Send the coordinates of a P-256 public key; these are not on the curve.';
  throw new DomainError('REQUEST_INVALID', {
    message: 'The request is invalid at: publicKey.',
    fields: [{ field: 'publicKey', message }],
  });
}

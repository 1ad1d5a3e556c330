/** Acts at the border. */
import type { Hex } from 'viem';
import { z } from 'zod';
import { ACT_KINDS, type Act, NO_REF } from '../protocol/acts.ts';
import { isHexBytes } from '../protocol/bytes.ts';
import { accountField, hexField, numberField } from '../shared/requests.ts';
import { Points } from '../shared/units.ts';

/** How far an act is. `held`: signed for a payment that its till has yet to capture. `skipped`: the contract refused it; `failed`: it never got there. */
export const ACT_STATUSES = ['held', 'queued', 'sent', 'mined', 'final', 'skipped', 'failed'] as const;
export type ActStatus = (typeof ACT_STATUSES)[number];

const kindField = z.enum(ACT_KINDS, 'Send redemption, exchange, donation, gift or cancellation.');

const ADDRESS_REF = /^0x0{24}[0-9a-f]{40}$/;
const uintField = (bits: number) =>
  z
    .int('Send a whole number.')
    .min(0, 'Send a number from 0 on.')
    .max(2 ** bits - 1);

/** A passkey's assertion or a contract account's signature may be as long as this, in bytes. */
const SIGNATURE_LIMIT = 2_048;
const signatureField = z
  .string()
  .meta({ pattern: `^0x([0-9a-fA-F]{2}){64,${SIGNATURE_LIMIT}}$` })
  .refine(
    (text) => isHexBytes(text) && text.length >= 2 + 2 * 64 && text.length <= 2 + 2 * SIGNATURE_LIMIT,
    'Send 0x and the signature in hex: 64 or 65 bytes of an EOA, 128 of a device key.',
  )
  .transform((text) => text.toLowerCase() as Hex);

const actSchema = z
  .strictObject({
    kind: kindField,
    member: accountField.describe('Whose points.'),
    issuer: numberField.describe('The brand whose points.'),
    counterparty: uintField(32).describe(
      'The accepting brand, the brand of the new points, or the charity; 0 where there is none.',
    ),
    amount: Points.request(),
    /** Both are 48 bits in what is signed. */
    minimum: Points.request().describe('The least that the act must yield: µUSD, in an exchange points.'),
    ref: hexField(32).describe('A reference; of a gift, the recipient.'),
    nonce: uintField(32),
    deadline: uintField(48),
  })
  .superRefine((act, context) => {
    for (const [path, message] of unsignedFields(act))
      context.addIssue({ code: 'custom', path: [path], message });
  });

/** What is wrong with an act's fields for its kind. A field that isn't signed has one value, so that one signature is one act. */
function unsignedFields({
  kind,
  counterparty,
  amount,
  minimum,
  ref,
}: Act): [field: string, message: string][] {
  const wrong: [string, string][] = [];
  const alone = kind === 'gift' || kind === 'cancellation';
  if (!alone && counterparty === 0) wrong.push(['counterparty', 'Numbers start at 1.']);
  if (alone && counterparty !== 0) wrong.push(['counterparty', 'Send 0: this act has none.']);
  if (alone && minimum !== 0n) wrong.push(['minimum', 'Send 0: this act has none.']);
  if (kind === 'cancellation' ? amount !== 0n : amount === 0n)
    wrong.push(['amount', kind === 'cancellation' ? 'Send 0: this act has none.' : 'Send at least 1.']);
  if (kind === 'gift' && (!ADDRESS_REF.test(ref) || ref === NO_REF))
    wrong.push(['ref', 'Send the recipient’s address, with 24 zeros before it.']);
  if (kind === 'cancellation' && ref !== NO_REF) wrong.push(['ref', 'Send zeros: this act has none.']);
  return wrong;
}

/** The body of POST /acts. */
export const submissionSchema = z.strictObject({ act: actSchema, signature: signatureField });
export type Submission = z.output<typeof submissionSchema>;

/** The body of POST /quotes. With a payment, counterparty, reference and the least amount come from it. */
export const quoteSchema = z
  .strictObject({
    kind: kindField,
    member: accountField,
    issuer: numberField,
    counterparty: numberField
      .optional()
      .describe(
        'The accepting brand, the brand of the new points, or the charity; a payment says it itself.',
      ),
    amount: Points.request({ min: 1n }).optional(),
    payment: z.uuid('Send the id of a payment.').optional().describe('The payment that the act is to pay.'),
    recipient: accountField.optional().describe('Who gets a gift.'),
    nonce: uintField(32).optional().describe('Of what is cancelled.'),
  })
  .superRefine(({ counterparty, amount, payment, kind, recipient, nonce, member }, context) => {
    const need = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const needed = 'This field is needed.';
    const unknown = 'This act has none.';
    if (kind === 'gift' && recipient === undefined) need('recipient', needed);
    if (kind === 'gift' && recipient === member) need('recipient', 'Send another account than the member’s.');
    if (kind !== 'gift' && recipient !== undefined) need('recipient', unknown);
    if (kind === 'cancellation' && nonce === undefined) need('nonce', needed);
    if (kind !== 'cancellation' && nonce !== undefined) need('nonce', 'The quote names it.');
    const alone = kind === 'gift' || kind === 'cancellation';
    if (alone && counterparty !== undefined) need('counterparty', unknown);
    if (!alone && payment === undefined && counterparty === undefined) need('counterparty', needed);
    if (kind === 'cancellation' ? amount !== undefined : payment === undefined && amount === undefined)
      need('amount', kind === 'cancellation' ? unknown : needed);
    if (payment !== undefined && kind !== 'redemption') need('kind', 'A payment is paid by a redemption.');
  });
export type QuoteRequest = z.output<typeof quoteSchema>;

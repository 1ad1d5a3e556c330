import { randomBytes } from 'node:crypto';
import { type Hex, toHex } from 'viem';
import { findOpenPayment } from '../payments/find-open-payment.ts';
import { type Act, type ActKind, actToJson, refOfRecipient, typedDataJson } from '../protocol/acts.ts';
import { bytesToHex } from '../protocol/bytes.ts';
import { sentence } from '../protocol/sentence.ts';
import { iso } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import type { QuoteRequest } from './act.ts';
import { readLiveActs } from './acts.repository.ts';
import { amountForPayment, minimumForPayment } from './amount-for-payment.ts';
import { priceAct, wordAfter } from './price-act.ts';
import { readParties } from './read-parties.ts';
import { checkKind } from './sponsor-act.ts';

/** How long a quoted act can be done, in seconds. */
const QUOTE_SECONDS = 15 * 60;
/** The same where a till captures later: nearly as long as the network keeps a signature. */
const HOLD_SECONDS = 59 * 60;

const yieldsNothing = (kind: ActKind): boolean => kind === 'gift' || kind === 'cancellation';

/** What the act is known by: the payment, the recipient of a gift, or nothing that anybody else knows. */
function refOf({ kind, recipient }: QuoteRequest, payment: { ref: Hex } | null): Hex {
  if (kind === 'cancellation') return toHex(0, { size: 32 });
  if (recipient) return refOfRecipient(recipient);
  return payment?.ref ?? bytesToHex(randomBytes(32));
}

/**
 * Says what an act would yield now, in plain words, and makes the act to sign: its nonce comes after those on their way, and its minimum is
 * exactly what is quoted. `value` is µUSD, `received` points of the target.
 * @throws DomainError those of readParties and priceAct, PAYMENT_UNKNOWN, PAYMENT_CLOSED, PAYMENT_UNDERPAID, ACT_KIND_NOT_SPONSORED
 */
export async function quoteAct(
  deps: Pick<Deps, 'pool' | 'clock' | 'network' | 'config'>,
  request: QuoteRequest,
) {
  checkKind(deps, request);
  const { kind, member, issuer: issuerId } = request;
  const payment = request.payment === undefined ? null : await findOpenPayment(deps, request.payment);
  const counterpartyId = payment?.acceptor ?? request.counterparty ?? 0;
  if (payment && request.counterparty !== undefined && request.counterparty !== payment.acceptor)
    throw new DomainError('ACT_COUNTERPARTY_INVALID', {
      message: 'The payment is for another brand.',
      fields: [{ field: 'counterparty', message: `Send ${payment.acceptor}, or leave it out.` }],
    });
  const ref = refOf(request, payment);
  const parties = await readParties(deps, {
    kind,
    member,
    issuer: issuerId,
    counterparty: counterpartyId,
    ref,
  });
  const live = await readLiveActs(deps.pool, member, issuerId);
  const word = wordAfter(parties.word, live, parties.issuer.clock);
  const amount =
    kind === 'cancellation'
      ? 0n
      : (request.amount ?? (payment ? amountForPayment(payment, parties.issuer, word) : 0n));
  const price = priceAct({ kind, amount }, parties, word);
  const least = payment && minimumForPayment(payment, { issuer: issuerId, amount, value: price.value });
  const deadline = deps.clock.seconds() + (payment?.manual ? HOLD_SECONDS : QUOTE_SECONDS);
  const act: Act = {
    kind,
    member,
    issuer: issuerId,
    counterparty: counterpartyId,
    amount,
    minimum: yieldsNothing(kind) ? 0n : (least ?? price.received ?? price.value),
    ref,
    nonce:
      request.nonce ?? live.reduce((next, { nonce }) => Math.max(next, nonce + 1), parties.word.nextNonce),
    deadline,
  };
  const names = { issuer: parties.issuer.name, counterparty: parties.counterparty.name };
  return {
    sentence: sentence(act, names),
    value: price.value,
    received: price.received,
    act: actToJson(act),
    typedData: typedDataJson(act, deps.network),
    expiresAt: iso(deadline),
  };
}

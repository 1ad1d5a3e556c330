/** What happened, as partners and members are told: by webhook, and by server-sent events. */
import { z } from 'zod';
import { publicActId } from '../acts/public-id.ts';
import { toAddress } from '../shared/bytes.ts';

/** Every type of event, with what it says. */
export const EVENT_TYPES = {
  'purchase.accepted': 'A purchase is recorded and its receipt signed.',
  'purchase.issued': 'Its points are on the chain; `issuance.final` says when for good.',
  'purchase.waiting': 'Its points can’t be issued yet; `reason` says why.',
  'purchase.returned': 'A purchase, or a part of it, was taken back; `debt` is what had been issued already.',
  'debt.repaid': 'Points that a member earned paid a debt at the brand; `left` is what is still owed.',
  'claim.opened': 'A purchase is recorded whose customer is no member; its points wait behind a claim link.',
  'claim.accepted': 'Somebody has accepted a claim link; `purchase.accepted` tells of the points.',
  'claim.lapsed': 'Nobody came for a claim link in time; its points are nobody’s.',
  'issuance.waiting': 'A batch of the brand can’t be issued yet; `reason` says why.',
  'issuance.final': 'A batch of the brand is on the chain for good.',
  'issuance.undone': 'The chain dropped the block of a batch; it is issued again.',
  'act.held': 'A signed act with the brand’s points is held for the till that asked for it.',
  'act.accepted': 'A signed act with the brand’s points was taken.',
  'act.mined': 'An act with the brand’s points is done.',
  'act.final': 'An act with the brand’s points is done for good.',
  'act.skipped': 'The contract refused an act; nothing was spent.',
  'act.failed': 'An act never got to the chain; nothing was spent.',
  'act.undone': 'The chain dropped the block of an act; it is sent again.',
  'redemption.received':
    'Points were redeemed at the brand, which has their value; `voucher` is the member’s code.',
  'redemption.final': 'A redemption at the brand is done for good.',
  'redemption.undone': 'The chain dropped the block of a redemption at the brand; it is sent again.',
  'exchange.received': 'Points of another brand were exchanged into the brand’s.',
  'exchange.final': 'An exchange into the brand’s points is done for good.',
  'exchange.undone': 'The chain dropped the block of an exchange into the brand’s points; it is sent again.',
  'voucher.used': 'A voucher of the brand was used.',
  'payment.held': 'The member signed for a payment; capture or release it.',
  'payment.approved': 'A payment is signed for, and captured: it is on its way to the chain.',
  'payment.paid': 'A payment is paid.',
  'payment.expired': 'Nobody paid in time.',
  'payment.reopened': 'What was to pay came to nothing; the payment can be approved again.',
  'payment.cancelled': 'The till called a payment off before anybody approved it.',
  'payment.released': 'The till let go of what the member had signed.',
  'refund.accepted': 'Points of a payment are to be given back.',
  'refund.waiting': 'A refund can’t be made yet; `reason` says why.',
  'refund.mined': 'A refund is made: `restored` points are the member’s again.',
  'refund.final': 'A refund is made for good.',
  'refund.failed': 'The chain will never make a refund; `reason` says why.',
  'refund.undone': 'The chain dropped the block of a refund; it is sent again.',
  'reserve.low': 'The reserve is near, or below, what the brand’s policy asks for.',
  'reserve.restored': 'The reserve is sufficient again.',
  'key.accepted': 'A signed change of the member’s keys was taken.',
  'key.failed': 'It never became true; `reason` says why.',
  'key.changed': 'A key of the member was added, changed or removed, by whomever it was sent.',
  'key.waiting':
    'A recovery key asked for a key of full power, which it has from `activeFrom` on. If it was not you, remove it before.',
  'key.undone': 'The chain dropped the block of a change of keys.',
  'webhook.paused': 'An endpoint was paused because nothing but failures came from it.',
  'webhook.test': 'Somebody asked for a test.',
} as const;

export type EventType = keyof typeof EVENT_TYPES;

/** A type of event in a request. */
export const eventTypeField = z.enum(Object.keys(EVENT_TYPES) as [EventType, ...EventType[]], {
  error: `Send one of: ${Object.keys(EVENT_TYPES).join(', ')}.`,
});

/** Where an event stands in the order in which readers follow. */
export interface Place {
  readonly tx: bigint;
  readonly id: bigint;
}

export interface EventRow extends Place {
  readonly type: EventType;
  readonly partner_id: number | null;
  readonly account: Buffer | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

/** An event as it is told. Sums are decimal strings. */
export interface ToldEvent {
  readonly id: string;
  readonly type: EventType;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const PLACE = /^(\d{1,19})-(\d{1,19})$/;
/** Greater than the id of any event. */
export const MAX_PLACE = 2n ** 63n - 1n;

/** A place as the id of an event, fit for `Last-Event-ID`. */
export const formatPlace = ({ tx, id }: Place): string => `${tx}-${id}`;

/** Reads what `formatPlace` wrote; null for anything else. */
export function parsePlace(text: string): Place | null {
  const [, tx, id] = PLACE.exec(text) ?? [];
  if (tx === undefined || id === undefined) return null;
  const place = { tx: BigInt(tx), id: BigInt(id) };
  return place.tx <= MAX_PLACE && place.id <= MAX_PLACE ? place : null;
}

/**
 * An event for a partner or for the member. An act goes to partners under its public id, because the random one shows the voucher, which is
 * the member's and the acceptor's business only.
 */
export function presentEvent(row: EventRow, audience: 'partner' | 'member'): ToldEvent {
  const { act, digest, member, ...facts } = row.data;
  const account = row.account ?? (typeof member === 'string' ? Buffer.from(member, 'hex') : null);
  const actId = typeof digest === 'string' && audience === 'partner' ? publicActId(`0x${digest}`) : act;
  return {
    id: formatPlace(row),
    type: row.type,
    timestamp: row.at.toISOString(),
    data: {
      ...(actId !== undefined && { act: actId }),
      ...(account && { member: toAddress(account) }),
      ...Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== null)),
    },
  };
}

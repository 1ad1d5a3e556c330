/** What the chain says of a replay's members: collected from the events that the audit passes by, so the chain is read once. */
import type { Address, Hex } from 'viem';
import { ZERO_ADDRESS } from '../../backend/audit/chain-event.ts';
import type { PlacedEvent } from '../../backend/audit/replay-event.ts';

/** An act on the chain that one of this replay's references names. */
export interface DoneAct {
  readonly member: Address;
  readonly issuer: number;
  readonly counterparty: number;
  readonly amount: bigint;
}

type ActEvent = Extract<PlacedEvent, { eventName: 'Redeemed' | 'Exchanged' | 'Donated' }>;

interface Mint {
  readonly to: Address;
  readonly points: bigint;
}

/** Issued points and acts of the members that are asked for. Accounts are in lower case. */
export class ChainTally {
  /** Points issued in batches, by `partner/account`. */
  readonly issued = new Map<string, bigint>();
  /** Acts done, by reference; a reference that acted twice has two. */
  readonly acts = new Map<string, DoneAct[]>();
  /** Batches that issued to any of the members. */
  batches = 0;
  /** By transaction: how many of its mints were to these members, and how many there were. */
  readonly transactions = new Map<Hex, { ours: number; all: number }>();
  readonly #members: ReadonlySet<string>;
  readonly #refs: ReadonlySet<string>;
  readonly #tokens = new Map<number, Address>();
  #mints = new Map<Address, Mint[]>();
  #transaction = '';

  constructor({ members, refs }: { members: ReadonlySet<string>; refs: ReadonlySet<string> }) {
    this.#members = members;
    this.#refs = refs;
  }

  /** Takes the next event of the chain. */
  note(event: PlacedEvent): void {
    if (event.transaction !== this.#transaction) {
      this.#transaction = event.transaction;
      this.#mints = new Map();
    }
    if (event.eventName === 'Transfer') this.#noteTransfer(event);
    else if (event.eventName === 'PartnerAdded')
      this.#tokens.set(event.args.partner, event.args.token.toLowerCase() as Address);
    else if (event.eventName === 'BatchIssued') this.#noteBatch(event.args.partner, event.transaction);
    else if (
      event.eventName === 'Redeemed' ||
      event.eventName === 'Exchanged' ||
      event.eventName === 'Donated'
    )
      this.#noteAct(event);
  }

  #noteTransfer({ token, args: { from, to, value } }: Extract<PlacedEvent, { eventName: 'Transfer' }>): void {
    if (from !== ZERO_ADDRESS) return;
    const mints = this.#mints.get(token) ?? [];
    mints.push({ to, points: value });
    this.#mints.set(token, mints);
  }

  #noteBatch(partner: number, transaction: Hex): void {
    const mints = this.#takeMints(partner);
    const ours = mints.filter(({ to }) => this.#members.has(to));
    for (const { to, points } of ours) {
      const key = `${partner}/${to}`;
      this.issued.set(key, (this.issued.get(key) ?? 0n) + points);
    }
    const counts = this.transactions.get(transaction) ?? { ours: 0, all: 0 };
    this.transactions.set(transaction, { ours: counts.ours + ours.length, all: counts.all + mints.length });
    if (ours.length > 0) this.batches += 1;
  }

  #noteAct(event: ActEvent): void {
    // What an exchange mints was not issued: it must not count as issued to its member.
    if (event.eventName === 'Exchanged') this.#takeMints(event.args.target);
    const { ref, member, issuer, amount } = event.args;
    if (!this.#refs.has(ref)) return;
    const done = this.acts.get(ref) ?? [];
    done.push({
      member: member.toLowerCase() as Address,
      issuer,
      counterparty: counterpartyOf(event),
      amount,
    });
    this.acts.set(ref, done);
  }

  #takeMints(partner: number): Mint[] {
    const token = this.#tokens.get(partner) ?? ZERO_ADDRESS;
    const mints = this.#mints.get(token) ?? [];
    this.#mints.delete(token);
    return mints;
  }
}

function counterpartyOf(event: ActEvent): number {
  if (event.eventName === 'Redeemed') return event.args.acceptor;
  return event.eventName === 'Exchanged' ? event.args.target : event.args.charity;
}

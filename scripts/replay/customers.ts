/** The customers of a file as members: each gets the same key, account and brand whenever the file is replayed. */
import { createHash } from 'node:crypto';
import type { Address } from 'viem';
import { eoaOf } from '../../backend/protocol/secp256k1-native.ts';

/** A customer's account with its key. `dice` decides by itself what else the customer does: 32 bits that depend on nothing else. */
export interface Customer {
  readonly name: string;
  readonly key: Uint8Array;
  readonly account: Address;
  readonly dice: number;
}

/** Derives its account when it is first asked for: half a millisecond each is long for tens of thousands before anything is sent. */
class DerivedCustomer implements Customer {
  readonly name: string;
  readonly key: Uint8Array;
  readonly dice: number;
  #account: Address | undefined;

  constructor({ seed, namespace, name }: { seed: string; namespace: string; name: string }) {
    const digest = (use: string) =>
      createHash('sha256')
        .update(JSON.stringify(['tessera replay', use, seed, namespace, name]))
        .digest();
    this.name = name;
    this.key = digest('key');
    this.dice = digest('dice').readUInt32BE();
  }

  get account(): Address {
    this.#account ??= this.#derive();
    return this.#account;
  }

  #derive(): Address {
    const account = eoaOf(this.key);
    // One hash in 2^128 is no key; a customer with such luck would be worth an error of its own.
    if (!account) throw new RangeError(`customer ${this.name} has no key; use another --seed`);
    return account;
  }
}

/** Makes customers of one file. `seed` tells replays of the same file on the same network apart. */
export function customersOf({
  seed,
  namespace,
}: {
  seed: string;
  namespace: string;
}): (name: string) => Customer {
  const known = new Map<string, Customer>();
  return (name) => {
    const customer = known.get(name) ?? new DerivedCustomer({ seed, namespace, name });
    known.set(name, customer);
    return customer;
  };
}

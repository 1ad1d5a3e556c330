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
    const customer = known.get(name) ?? makeCustomer({ seed, namespace, name });
    known.set(name, customer);
    return customer;
  };
}

function makeCustomer({
  seed,
  namespace,
  name,
}: {
  seed: string;
  namespace: string;
  name: string;
}): Customer {
  const digest = (use: string) =>
    createHash('sha256')
      .update(JSON.stringify(['tessera replay', use, seed, namespace, name]))
      .digest();
  const key = digest('key');
  const account = eoaOf(key);
  // One hash in 2^128 is no key; a customer with such luck would be worth an error of its own.
  if (!account) throw new RangeError(`customer ${name} has no key; use another --seed`);
  return { name, key, account, dice: digest('dice').readUInt32BE() };
}

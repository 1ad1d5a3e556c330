import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { PurchaseBody } from '../../shared/api/calls.ts';

const DATABASE = 'tessera-till';
const CHANGED = 'tessera-till-sales';

/** A sale that this device has to report: kept before it is sent, and until there is an answer. */
export interface QueuedSale {
  /** The brand that it belongs to: a device may be the till of several, one after the other. */
  readonly partner: number;
  readonly body: PurchaseBody;
  /** Why it was not recorded, as a code and in words; such a sale is not sent again as it is. */
  readonly refusal?: { readonly code: string; readonly sentence: string } | undefined;
}

interface Stored extends QueuedSale {
  readonly id: string;
}

interface Schema extends DBSchema {
  sales: { key: string; value: Stored; indexes: { partner: number } };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>(DATABASE, 1, {
    upgrade: (db) => {
      db.createObjectStore('sales', { keyPath: 'id' }).createIndex('partner', 'partner');
    },
    terminated: () => {
      opened = undefined;
    },
  });
  return opened;
}

const channel = new BroadcastChannel(CHANGED);
const listeners = new Set<() => void>();
channel.onmessage = () => {
  for (const listener of listeners) listener();
};

/** Calls back when the kept sales have changed, in whatever tab. Returns how to stop. */
export function watchSales(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Says in every tab that the kept sales have changed. */
export function tellOfSales(): void {
  channel.postMessage(0);
  for (const listener of listeners) listener();
}

/** Keeps a sale, or what has become of it. It is on the disk when this returns, whatever happens to the page then. */
export async function keepSale(sale: QueuedSale): Promise<void> {
  const tx = (await database()).transaction('sales', 'readwrite', { durability: 'strict' });
  await Promise.all([tx.store.put({ ...sale, id: sale.body.id }), tx.done]);
  tellOfSales();
}

/** Notes why a kept sale was refused; one that has been forgotten meanwhile stays forgotten. */
export async function refuseSale(id: string, refusal: NonNullable<QueuedSale['refusal']>): Promise<void> {
  const tx = (await database()).transaction('sales', 'readwrite');
  const sale = await tx.store.get(id);
  if (sale) await tx.store.put({ ...sale, refusal });
  await tx.done;
  tellOfSales();
}

/** Forgets a sale: it is recorded, or the shop doesn't want it to be. */
export async function forgetSale(id: string): Promise<void> {
  await (await database()).delete('sales', id);
  tellOfSales();
}

/** The kept sales of a brand, oldest first. */
export async function listSales(partner: number): Promise<QueuedSale[]> {
  const sales = await (await database()).getAllFromIndex('sales', 'partner', partner);
  return sales.sort((a, b) => a.body.occurredAt.localeCompare(b.body.occurredAt));
}

import { type Address, getAddress, type Hex } from 'viem';
import type { Queryable } from '../database/transact.ts';
import { type AccountWord, decodeWord, type EpochClock } from '../protocol/account-word.ts';
import { type ActKind, recipientOf } from '../protocol/acts.ts';
import { epochAt, isQuartersPerEpoch } from '../protocol/epochs.ts';
import { decodeValues, rollValues, type ValuesWord } from '../protocol/values-word.ts';
import { fromHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';

/** A brand as an act sees it now: its epoch, and its point values rolled to it. Money is µUSD. */
export interface Brand {
  readonly id: number;
  readonly name: string;
  readonly clock: EpochClock;
  readonly values: ValuesWord;
  readonly reserve: bigint;
  readonly transferable: boolean;
  readonly leaving: boolean;
}

/** Everybody that an act concerns. `brand` is null when the counterparty is a charity, another member, or nobody. */
export interface Parties {
  readonly issuer: Brand;
  readonly counterparty: { readonly name: string; readonly brand: Brand | null };
  /** The member's word in the issuer's token, as it was written last. */
  readonly word: AccountWord;
}

type PartyDeps = Pick<Deps, 'pool' | 'clock'>;

/** Of an act, what says whom it concerns. */
export interface Concerned {
  readonly kind: ActKind;
  readonly member: Address;
  readonly issuer: number;
  readonly counterparty: number;
  readonly ref?: Hex | undefined;
}

/**
 * Looks up who an act concerns, from the projections. Numbers are compared as bigint: the hub's have a bit more than PostgreSQL's integer.
 * @throws DomainError PARTNER_UNKNOWN, PARTNER_HALTED, PARTNER_LEAVING, CHARITY_UNKNOWN, ACT_COUNTERPARTY_INVALID, POINTS_NOT_TRANSFERABLE
 */
export async function readParties(deps: PartyDeps, act: Concerned): Promise<Parties> {
  const [parties] = await readPartiesOfMany(deps, [act]);
  if (parties === undefined || parties instanceof DomainError) throw parties ?? new DomainError('INTERNAL');
  return parties;
}

/** The same for many acts by three statements: for each act, in their order, its parties or what `readParties` would refuse it with. */
export async function readPartiesOfMany(
  deps: PartyDeps,
  acts: readonly Concerned[],
): Promise<(Parties | DomainError)[]> {
  const charities = acts.filter(({ kind }) => kind === 'donation').map(({ counterparty }) => counterparty);
  const brands = acts.flatMap(({ kind, issuer, counterparty }) =>
    kind === 'redemption' || kind === 'exchange' ? [issuer, counterparty] : [issuer],
  );
  const [brandRows, charityNames, words] = await Promise.all([
    readBrandRows(deps, [...new Set(brands)]),
    charities.length === 0 ? new Map<number, string>() : readCharityNames(deps, [...new Set(charities)]),
    readWords(deps.pool, acts),
  ]);
  const now = deps.clock.seconds();
  return acts.map((act, index) => {
    try {
      const word = words[index] ?? EMPTY_WORD;
      return { ...judgeParties(act, { brandRows, charityNames, now }), word };
    } catch (refusal) {
      if (refusal instanceof DomainError) return refusal;
      throw refusal;
    }
  });
}

interface Known {
  readonly brandRows: ReadonlyMap<number, BrandRow>;
  readonly charityNames: ReadonlyMap<number, string>;
  readonly now: number;
}

function judgeParties(act: Concerned, known: Known): Omit<Parties, 'word'> {
  const { kind, issuer: issuerId, counterparty } = act;
  if (kind === 'exchange' && issuerId === counterparty)
    throw new DomainError('ACT_COUNTERPARTY_INVALID', {
      fields: [{ field: 'counterparty', message: 'Choose another brand than the issuer.' }],
    });
  const issuer = brandOf(known, issuerId, 'issuer');
  const other = otherOf(known, act);
  if (kind === 'gift' && !issuer.transferable)
    throw new DomainError('POINTS_NOT_TRANSFERABLE', { details: { partner: issuerId } });
  const brand = 'values' in other ? other : null;
  if (kind === 'exchange' && brand?.leaving)
    throw new DomainError('PARTNER_LEAVING', {
      message: `${brand.name} is leaving and gives no more points.`,
      details: { partner: brand.id },
    });
  return { issuer, counterparty: { name: other.name, brand } };
}

function otherOf(known: Known, { kind, counterparty, ref }: Concerned): Brand | { name: string } {
  if (kind === 'donation') return charityOf(known, counterparty);
  if (kind === 'cancellation') return { name: '' };
  if (kind === 'gift') return { name: ref ? getAddress(recipientOf({ ref })) : '' };
  return brandOf(known, counterparty, 'counterparty');
}

interface BrandRow {
  readonly id: bigint;
  readonly name: string;
  readonly quarters_per_epoch: number;
  readonly validity: number;
  readonly halted: boolean;
  readonly leaving: boolean;
  readonly transferable: boolean;
  readonly values_word: string;
  readonly reserve: string;
}

async function readBrandRows(
  { pool }: PartyDeps,
  ids: readonly number[],
): Promise<ReadonlyMap<number, BrandRow>> {
  const { rows } = await pool.query<BrandRow>({
    name: 'read-brands-of-acts',
    text: `SELECT id::bigint, name, quarters_per_epoch, validity, halted, leaving, transferable, values_word, reserve
           FROM partners WHERE id = ANY($1::bigint[])`,
    values: [ids],
  });
  return new Map(rows.map((row) => [Number(row.id), row]));
}

function brandOf({ brandRows, now }: Known, id: number, field: string): Brand {
  const row = brandRows.get(id);
  if (!row || !isQuartersPerEpoch(row.quarters_per_epoch))
    throw new DomainError('PARTNER_UNKNOWN', {
      message: `There is no partner ${id}.`,
      details: { partner: id },
      fields: [{ field, message: 'This partner does not exist.' }],
    });
  if (row.halted)
    throw new DomainError('PARTNER_HALTED', { message: `${row.name} is halted.`, details: { partner: id } });
  const epoch = epochAt(now, row.quarters_per_epoch);
  const values = rollValues(decodeValues(BigInt(row.values_word)), epoch);
  return {
    id,
    name: row.name,
    clock: { epoch, validity: row.validity },
    values,
    reserve: BigInt(row.reserve),
    transferable: row.transferable,
    leaving: row.leaving,
  };
}

async function readCharityNames(
  { pool }: PartyDeps,
  ids: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await pool.query<{ id: bigint; name: string }>(
    'SELECT id::bigint, name FROM charities WHERE id = ANY($1::bigint[])',
    [ids],
  );
  return new Map(rows.map(({ id, name }) => [Number(id), name]));
}

function charityOf({ charityNames }: Known, id: number): { name: string } {
  const name = charityNames.get(id);
  if (name !== undefined) return { name };
  throw new DomainError('CHARITY_UNKNOWN', {
    message: `There is no charity ${id}.`,
    details: { charity: id },
    fields: [{ field: 'counterparty', message: 'This charity does not exist.' }],
  });
}

/** The members' words in their issuers' tokens, in the order of the acts; an empty one for who never held any. */
export async function readWords(
  tx: Queryable,
  acts: readonly Pick<Concerned, 'member' | 'issuer'>[],
): Promise<AccountWord[]> {
  const { rows } = await tx.query<{ place: bigint; word: string }>({
    name: 'read-words-of-acts',
    text: `SELECT k.place, t.word FROM unnest($1::bigint[], $2::bytea[]) WITH ORDINALITY k (issuer, account, place)
           JOIN token_accounts t ON t.partner_id = k.issuer AND t.account = k.account`,
    values: [acts.map(({ issuer }) => issuer), acts.map(({ member }) => fromHex(member))],
  });
  const words = acts.map(() => EMPTY_WORD);
  for (const { place, word } of rows) words[Number(place) - 1] = decodeWord(BigInt(word));
  return words;
}

const EMPTY_WORD = decodeWord(0n);

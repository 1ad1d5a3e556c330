import { type Address, getAddress, type Hex } from 'viem';
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

/**
 * Looks up who an act concerns, from the projections. Numbers are compared as bigint: the hub's have a bit more than PostgreSQL's integer.
 * @throws DomainError PARTNER_UNKNOWN, PARTNER_HALTED, PARTNER_LEAVING, CHARITY_UNKNOWN, ACT_COUNTERPARTY_INVALID, POINTS_NOT_TRANSFERABLE
 */
export async function readParties(
  deps: Pick<Deps, 'pool' | 'clock'>,
  {
    kind,
    member,
    issuer: issuerId,
    counterparty,
    ref,
  }: { kind: ActKind; member: Address; issuer: number; counterparty: number; ref?: Hex | undefined },
): Promise<Parties> {
  if (kind === 'exchange' && issuerId === counterparty)
    throw new DomainError('ACT_COUNTERPARTY_INVALID', {
      fields: [{ field: 'counterparty', message: 'Choose another brand than the issuer.' }],
    });
  const [issuer, other, word] = await Promise.all([
    readBrand(deps, issuerId, 'issuer'),
    readOther(deps, { kind, counterparty, ref }),
    readWord(deps, issuerId, member),
  ]);
  if (kind === 'gift' && !issuer.transferable)
    throw new DomainError('POINTS_NOT_TRANSFERABLE', { details: { partner: issuerId } });
  const brand = 'values' in other ? other : null;
  if (kind === 'exchange' && brand?.leaving)
    throw new DomainError('PARTNER_LEAVING', {
      message: `${brand.name} is leaving and gives no more points.`,
      details: { partner: brand.id },
    });
  return { issuer, counterparty: { name: other.name, brand }, word };
}

function readOther(
  deps: Pick<Deps, 'pool' | 'clock'>,
  { kind, counterparty, ref }: { kind: ActKind; counterparty: number; ref?: Hex | undefined },
): Promise<Brand | { name: string }> {
  if (kind === 'donation') return readCharity(deps, counterparty);
  if (kind === 'cancellation') return Promise.resolve({ name: '' });
  if (kind === 'gift') return Promise.resolve({ name: ref ? getAddress(recipientOf({ ref })) : '' });
  return readBrand(deps, counterparty, 'counterparty');
}

async function readBrand(
  { pool, clock }: Pick<Deps, 'pool' | 'clock'>,
  id: number,
  field: string,
): Promise<Brand> {
  const { rows } = await pool.query(
    'SELECT name, quarters_per_epoch, validity, halted, leaving, transferable, values_word, reserve FROM partners WHERE id = $1::bigint',
    [id],
  );
  const row = rows[0];
  if (!row || !isQuartersPerEpoch(row.quarters_per_epoch))
    throw new DomainError('PARTNER_UNKNOWN', {
      message: `There is no partner ${id}.`,
      details: { partner: id },
      fields: [{ field, message: 'This partner does not exist.' }],
    });
  if (row.halted)
    throw new DomainError('PARTNER_HALTED', { message: `${row.name} is halted.`, details: { partner: id } });
  const epoch = epochAt(clock.seconds(), row.quarters_per_epoch);
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

async function readCharity({ pool }: Pick<Deps, 'pool'>, id: number): Promise<{ name: string }> {
  const { rows } = await pool.query<{ name: string }>('SELECT name FROM charities WHERE id = $1::bigint', [
    id,
  ]);
  if (rows[0]) return rows[0];
  throw new DomainError('CHARITY_UNKNOWN', {
    message: `There is no charity ${id}.`,
    details: { charity: id },
    fields: [{ field: 'counterparty', message: 'This charity does not exist.' }],
  });
}

async function readWord(
  { pool }: Pick<Deps, 'pool'>,
  partner: number,
  member: Address,
): Promise<AccountWord> {
  const { rows } = await pool.query<{ word: string }>(
    'SELECT word FROM token_accounts WHERE partner_id = $1::bigint AND account = $2',
    [partner, fromHex(member)],
  );
  return decodeWord(BigInt(rows[0]?.word ?? 0));
}

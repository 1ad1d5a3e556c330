import type { Partner, PartnerProgramme } from '../generated/client.ts';
import { epochAt, isQuartersPerEpoch, type QuartersPerEpoch } from '../protocol/epochs.ts';
import { decodeValues, pointValue, type ValuesWord } from '../protocol/values-word.ts';
import { toAddress } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { type PageRequest, readPage } from '../shared/pages.ts';

/** What the chain says of how a partner's points live and what they are worth. */
export interface PartnerTerms {
  readonly id: number;
  readonly quartersPerEpoch: QuartersPerEpoch;
  readonly validity: number;
  readonly values: ValuesWord;
}

/** All partners' terms by id, from the indexer's projection. */
export async function readPartnerTerms(prisma: Deps['prisma']): Promise<Map<number, PartnerTerms>> {
  const rows = await prisma.partner.findMany({
    select: { id: true, quartersPerEpoch: true, validity: true, valuesWord: true },
  });
  return new Map(rows.map((row) => [row.id, toTerms(row)]));
}

function toTerms(row: {
  id: number;
  quartersPerEpoch: number;
  validity: number;
  valuesWord: { toFixed(): string };
}): PartnerTerms {
  const { id, quartersPerEpoch, validity } = row;
  if (!isQuartersPerEpoch(quartersPerEpoch))
    throw new RangeError(`Partner ${id} has epochs of ${quartersPerEpoch} quarters`);
  return { id, quartersPerEpoch, validity, values: decodeValues(BigInt(row.valuesWord.toFixed())) };
}

/**
 * A page of the coalition's partners by number, as GET /v1/partners answers. `value` and `nextValue` are µUSD per point of this epoch and of
 * the next; `earning` is null while a brand has no earning rule.
 * @throws DomainError REQUEST_INVALID for a foreign cursor
 */
export async function listPartners({ prisma, clock }: Pick<Deps, 'prisma' | 'clock'>, page: PageRequest) {
  const { rows, next } = await readPage(page, (after, take) =>
    prisma.partner.findMany({ where: { id: { gt: after } }, orderBy: { id: 'asc' }, take }),
  );
  const programmes = await prisma.partnerProgramme.findMany({
    where: { partnerId: { in: rows.map(({ id }) => id) } },
  });
  const programmeOf = new Map(programmes.map((programme) => [programme.partnerId, programme]));
  const now = clock.seconds();
  return { partners: rows.map((row) => present(row, { programme: programmeOf.get(row.id), now })), next };
}

function present(
  partner: Partner,
  { programme, now }: { programme: PartnerProgramme | undefined; now: number },
) {
  const { quartersPerEpoch, validity, values } = toTerms(partner);
  const epoch = epochAt(now, quartersPerEpoch);
  return {
    id: partner.id,
    slug: programme?.slug ?? `partner-${partner.id}`,
    name: partner.name,
    symbol: partner.symbol,
    token: toAddress(partner.token),
    colour: programme?.colour ?? '#64748b',
    quartersPerEpoch,
    validity,
    transferable: partner.transferable,
    value: pointValue(values, { epoch, pointEpoch: epoch }),
    nextValue: pointValue(values, { epoch, pointEpoch: epoch + 1 }),
    coverageBps: partner.coverageBps,
    earning: programme
      ? {
          points: programme.earningPoints,
          perMinor: programme.earningPerMinor,
          currency: programme.earningCurrency,
        }
      : null,
    halted: partner.halted,
  };
}

import { epochAt, isQuartersPerEpoch, type QuartersPerEpoch } from '../protocol/epochs.ts';
import { decodeValues, pointValue, type ValuesWord } from '../protocol/values-word.ts';
import { toAddress } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';

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
 * Every partner of the coalition by number, as GET /v1/partners answers. `value` and `nextValue` are µUSD per point of this epoch and of the
 * next; `earning` is null while a brand has no earning rule.
 */
export async function listPartners({ prisma, clock }: Pick<Deps, 'prisma' | 'clock'>) {
  const [partners, programmes] = await Promise.all([
    prisma.partner.findMany({ orderBy: { id: 'asc' } }),
    prisma.partnerProgramme.findMany(),
  ]);
  const programmeOf = new Map(programmes.map((programme) => [programme.partnerId, programme]));
  return partners.map((partner) => {
    const programme = programmeOf.get(partner.id);
    const { quartersPerEpoch, validity, values } = toTerms(partner);
    const epoch = epochAt(clock.seconds(), quartersPerEpoch);
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
  });
}

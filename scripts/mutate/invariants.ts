/** One line for each invariant of the README, whose loss the invariant's own campaign must see: npm run mutate -- --invariants. */
import type { Mutant } from './operators.ts';
import type { Selection } from './workbench.ts';

/** A line of a contract, as it stands there once, and what is to stand in its place. */
export interface InvariantFault {
  readonly invariant: string;
  readonly file: string;
  readonly fault: string;
  readonly before: string;
  readonly after: string;
}

export interface InvariantMutant extends Mutant {
  readonly invariant: string;
}

export const CAMPAIGNS = {
  file: 'test/contracts/coalition/Coalition.invariant.t.sol',
  grep: 'invariant_I',
} satisfies Selection;

export const INVARIANT_FAULTS: readonly InvariantFault[] = [
  {
    invariant: 'I1',
    file: 'contracts/points/PointsToken.sol',
    fault: 'what is spent stays in the supply',
    before: '            if (burned != 0) _supply = _supplyAt(epoch, validity) - burned;',
    after: '            if (burned != 0) _supply = _supplyAt(epoch, validity);',
  },
  {
    invariant: 'I2',
    file: 'contracts/acts/ActRuns.sol',
    fault: 'the fee goes to the treasury and to the acceptor',
    before: '                        owed -= fee;',
    after: '',
  },
  {
    invariant: 'I3',
    file: 'contracts/acts/SoleActs.sol',
    fault: 'an exchange rounds up, and more',
    before: '        received = value / values.valueAt(PointValues.CURRENT);',
    after: '        received = value / values.valueAt(PointValues.CURRENT) + 1;',
  },
  {
    invariant: 'I4',
    file: 'contracts/issuance/Issuance.sol',
    fault: 'a batch may have any number',
    before: '        if (batch.number != expected) {',
    after: '        if (false) {',
  },
  {
    invariant: 'I5',
    file: 'contracts/clearing/Reserves.sol',
    fault: 'the value of issued points may be lowered',
    before: '        if (value <= old) revert PointValueNotRaised(epoch, value, old);',
    after: '',
  },
  {
    invariant: 'I6',
    file: 'contracts/issuance/Issuance.sol',
    fault: 'a batch mints what no money covers',
    before: '        _requireCovered(batch.partner, p, supply);',
    after: '',
  },
  {
    invariant: 'I7',
    file: 'contracts/points/PointsAccounts.sol',
    fault: 'an account keeps points of every epoch that has a bucket',
    before: '        return _accounts[account].word.rolled(epoch, validity);',
    after: '        return _accounts[account].word.rolled(epoch, AccountWord.BUCKETS);',
  },
  {
    invariant: 'I8',
    file: 'contracts/points/PointsToken.sol',
    fault: 'anybody may call what only the coalition may',
    before: '        if (uint160(msg.sender) != _coalition) revert PointsCallerNotCoalition(msg.sender);',
    after: '',
  },
  {
    invariant: 'I9',
    file: 'contracts/acts/Acts.sol',
    fault: 'acts that wait are not done before one that is done alone',
    before: '        _settle(run, index);',
    after: '',
  },
  {
    invariant: 'I10',
    file: 'contracts/points/PointsToken.sol',
    fault: 'nobody is told of a cancelled nonce',
    before: '        emit NonceCancelled(member, nonce);',
    after: '',
  },
  {
    invariant: 'I11',
    file: 'contracts/partners/Exits.sol',
    fault: 'a brand that leaves gets its match budget not back',
    before: '        amount = uint256(p.reserve) + p.matchBudget;',
    after: '        amount = p.reserve;',
  },
];

/** The campaign that must see the mutant. */
export const campaignOf = ({ invariant }: InvariantMutant): Selection => ({
  ...CAMPAIGNS,
  grep: `invariant_${invariant}_`,
});

/** @throws Error unless the fault's line stands in the source exactly once: it is to be looked for anew. */
export function invariantMutant(
  { before, fault, invariant, ...rest }: InvariantFault,
  source: string,
): InvariantMutant {
  const lines = source.split('\n');
  const index = lines.indexOf(before);
  if (index < 0 || lines.includes(before, index + 1))
    throw new Error(`${rest.file} has not exactly one line for ${invariant}: ${before.trim()}`);
  return { ...rest, invariant, before, line: index + 1, fault: `${invariant}: ${fault}` };
}

/**
 * Every function, error and event of every contract has a test that names it. This reads the tests rather than counting calls, so that
 * it holds for one file run alone too; that the tests then do what they say is shown by the coverage (`npm run coverage`).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { CoalitionAbi, DemoDollarAbi, MemberKeysAbi, PointsTokenAbi } from '../../artifacts/abi.ts';

const SOURCES = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts') && !path.startsWith('completeness'))
  .map((path) => readFileSync(join(import.meta.dirname, path), 'utf8'));

/** The names that tests use for each contract. */
const CONTRACTS = [
  { name: 'Coalition', abi: CoalitionAbi, variables: 'hub|asGovernor' },
  { name: 'PointsToken', abi: PointsTokenAbi, variables: 'aurora|bistro|cinema|token|hubsAurora|hubsBistro' },
  { name: 'DemoDollar', abi: DemoDollarAbi, variables: 'dollar' },
  { name: 'MemberKeys', abi: MemberKeysAbi, variables: 'keys' },
] as const;

/** What no call can bring about, each with the reason. */
const OUT_OF_REACH: Record<string, string> = {
  'Coalition AccessManagedRequiredDelay':
    'declared by IAccessManaged; the AccessManager speaks of delays itself',
  'Coalition CloneArgumentsTooLong': 'a clone has 67 bytes of arguments, always',
  'Coalition FailedDeployment': 'a clone is deployed from a new address, and its code is below the limit',
  'Coalition InsufficientBalance': 'no ether is sent to a clone',
  'Coalition InvalidShortString': 'the domain’s name is a short string, fixed in the constructor',
  'Coalition EIP712DomainChanged': 'the domain is immutable',
  'PointsToken ERC20InsufficientBalance': 'balances are kept in account words: PointsInsufficient',
  'PointsToken ERC20InvalidSender': 'the zero address has approved nobody, which is found first',
  'PointsToken InvalidShortString': 'names were made by ShortStrings when the brand joined',
  'PointsToken StringTooLong': 'the domain’s name is a short string, fixed in the constructor',
  'PointsToken ECDSAInvalidSignatureLength': 'permit takes v, r and s, not bytes',
  'PointsToken InvalidAccountNonce': 'permit uses nonces without checking a given one',
  'PointsToken EIP712DomainChanged': 'the domain is immutable',
  'MemberKeys InvalidShortString': 'the domain’s name is a short string, fixed in the constructor',
  'MemberKeys StringTooLong': 'the domain’s name is a short string, fixed in the constructor',
  'MemberKeys EIP712DomainChanged': 'the domain is immutable',
  'DemoDollar ECDSAInvalidSignatureLength': 'permit takes v, r and s, not bytes',
  'DemoDollar ERC20InvalidSender': 'the zero address has approved nobody, which is found first',
  'DemoDollar InvalidAccountNonce': 'permit uses nonces without checking a given one',
  'DemoDollar InvalidShortString': 'the domain’s name is a short string, fixed in the constructor',
  'DemoDollar StringTooLong': 'the domain’s name is a short string, fixed in the constructor',
  'DemoDollar EIP712DomainChanged': 'the domain is immutable',
};

/** What a test that names the entry looks like. */
function patternOf(variables: string, { type, name }: { type: string; name: string }): RegExp {
  const contract = `\\b(?:${variables})`;
  if (type === 'error') return new RegExp(`revertedWithCustomError\\(\\s*${contract},\\s*'${name}',?\\s*\\)`);
  if (type === 'event') return new RegExp(`emit\\(\\s*${contract},\\s*'${name}'\\s*\\)`);
  return new RegExp(`${contract}\\s*(?:\\.connect\\(\\w+\\))?\\s*\\.${name}\\s*(?:\\.staticCall)?\\(`);
}

describe('Completeness', () => {
  for (const { name: contract, abi, variables } of CONTRACTS)
    for (const type of ['function', 'error', 'event'] as const)
      it(`names every ${type} of ${contract} in a test`, () => {
        const entries = abi.flatMap((entry) => (entry.type === type ? [entry] : []));
        const unnamed = entries
          .filter((entry) => !SOURCES.some((source) => patternOf(variables, entry).test(source)))
          .map(({ name }) => `${contract} ${name}`);
        const excused = entries
          .map(({ name }) => `${contract} ${name}`)
          .filter((entry) => entry in OUT_OF_REACH);
        expect(unnamed.toSorted()).to.deep.equal(excused.toSorted());
      });

  it('excuses nothing that does not exist', () => {
    const known: string[] = CONTRACTS.flatMap(({ name: contract, abi }) =>
      abi.flatMap((entry) => ('name' in entry ? [`${contract} ${entry.name}`] : [])),
    );
    expect(Object.keys(OUT_OF_REACH).filter((entry) => !known.includes(entry))).to.deep.equal([]);
  });
});

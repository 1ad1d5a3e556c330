import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import hardhatEthers from '@nomicfoundation/hardhat-ethers';
import hardhatEthersChaiMatchers from '@nomicfoundation/hardhat-ethers-chai-matchers';
import hardhatIgnitionEthers from '@nomicfoundation/hardhat-ignition-ethers';
import hardhatMocha from '@nomicfoundation/hardhat-mocha';
import hardhatNetworkHelpers from '@nomicfoundation/hardhat-network-helpers';
import hardhatTypechain from '@nomicfoundation/hardhat-typechain';
import { defineConfig } from 'hardhat/config';
import type { HardhatPlugin } from 'hardhat/types/plugins';

interface Artifact {
  contractName: string;
  sourceName: string;
  abi: unknown[];
  bytecode: string;
}

interface AbiEntry {
  type: string;
  name?: string;
  inputs?: AbiEntry[];
  components?: AbiEntry[];
  stateMutability?: string;
}

const isView = ({ stateMutability }: AbiEntry) => stateMutability === 'view' || stateMutability === 'pure';

/** What tells an entry of an ABI from another: its kind, name and types, whatever its arguments are called. */
const signatureOf = ({ type, name, inputs = [], components = [] }: AbiEntry): string =>
  `${type} ${name}(${[...inputs, ...components].map((input) => signatureOf({ ...input, name: '' }))})`;

/**
 * The artifacts worth a typed ABI, by name: each contract that has one, and an interface only where no contract implements all of it.
 *
 * @throws Error when two sources use one name, since an import could then mean either.
 */
function withoutImplementedInterfaces(artifacts: Artifact[]): Artifact[] {
  const entries = (artifact: Artifact) => artifact.abi.map((entry) => signatureOf(entry as AbiEntry));
  const contracts = artifacts.filter(({ bytecode }) => bytecode !== '0x').map((one) => new Set(entries(one)));
  const implemented = (artifact: Artifact) =>
    artifact.bytecode === '0x' && contracts.some((abi) => entries(artifact).every((entry) => abi.has(entry)));
  const kept = artifacts
    .filter((artifact) => artifact.abi.length > 0 && !implemented(artifact))
    .sort((a, b) => (a.contractName < b.contractName ? -1 : 1));
  for (const [index, { contractName, sourceName }] of kept.entries()) {
    const next = kept[index + 1];
    if (next?.contractName === contractName)
      throw new Error(`${sourceName} and ${next.sourceName} both define ${contractName}: rename one of them`);
  }
  return kept;
}

/** Contracts whose code another one runs as its own, by the name of that one: callers see one ABI. */
const PARTS: Record<string, readonly string[]> = { Coalition: ['BackOffice'] };

/** The artifacts with each part's ABI joined to that of the contract it belongs to. */
function withPartsJoined(artifacts: Artifact[]): Artifact[] {
  const parts = Object.values(PARTS).flat();
  return artifacts
    .filter(({ contractName }) => !parts.includes(contractName))
    .map((artifact) => {
      const names = PARTS[artifact.contractName] ?? [];
      const joined = artifacts.filter(({ contractName }) => names.includes(contractName));
      const own = artifact.abi.filter((entry) => isConstructor(entry));
      const others = [artifact, ...joined].flatMap(({ abi }) => abi.filter((entry) => !isConstructor(entry)));
      const distinct = new Map(others.map((entry) => [JSON.stringify(entry), entry]));
      return { ...artifact, abi: [...own, ...distinct.values()] };
    });
}

const isConstructor = (entry: unknown) => (entry as { type: string }).type === 'constructor';

/** Dependencies that are deployed as they are. */
const DEPLOYED_DEPENDENCIES = ['@openzeppelin/contracts/access/manager/AccessManager.sol'];

/** Writes every ABI in contracts/, and of the dependencies that are deployed, as a literal to artifacts/abi.ts, from which viem and wagmi infer types. */
const literalAbis: HardhatPlugin = {
  id: 'literal-abis',
  hookHandlers: {
    solidity: async () => ({
      default: async () => ({
        async processArtifactsAfterSuccessfulBuild({ config }, artifactPaths) {
          const folder = config.paths.artifacts;
          const sources = ['contracts', ...DEPLOYED_DEPENDENCIES].map((source) => join(folder, source) + sep);
          const ours = artifactPaths.filter((path) => sources.some((source) => path.startsWith(source)));
          const artifacts = await Promise.all(
            ours.map(async (path): Promise<Artifact> => JSON.parse(await readFile(path, 'utf8'))),
          );
          const kept = withoutImplementedInterfaces(withPartsJoined(artifacts));
          const literals = (suffix: string, isKept: (entry: AbiEntry) => boolean) =>
            kept
              .map(({ contractName, abi }) => {
                const entries = abi.filter((entry) => isKept(entry as AbiEntry));
                return `export const ${contractName}${suffix} = ${JSON.stringify(entries)} as const;\n`;
              })
              .join('');
          await writeFile(
            join(folder, 'abi.ts'),
            literals('Abi', () => true),
          );
          // What a page needs that only reads: a third of it all.
          await writeFile(join(folder, 'views-abi.ts'), literals('ViewsAbi', isView));
        },
      }),
    }),
  },
};

/** The compiler is an ordinary dependency, so nothing is downloaded at build time. */
const solc = { version: '0.8.37', path: createRequire(import.meta.url).resolve('solc/soljson.js') };
/** What counts the lines is too much for the stack of the release build. */
const covering = process.argv.includes('--coverage');
const covered = { yul: true, yulDetails: { stackAllocation: true, optimizerSteps: 'u' } };
const optimizer = covering ? { enabled: true, runs: 1, details: covered } : { enabled: true, runs: 10_000 };
const release = { ...solc, settings: { evmVersion: 'osaka', viaIR: true, optimizer } };

/** Tests whose own code is compiled in a tenth of the time: they contain no contract of ours but deploy the release build (Vm.sol). */
const LARGE_TESTS = [
  'acts/BatchGas.t.sol',
  'acts/CompactBatch.t.sol',
  'coalition/Coalition.invariant.t.sol',
].map((source) => `test/contracts/${source}`);
const quick = { ...solc, settings: { evmVersion: 'osaka', optimizer: { enabled: true, runs: 1 } } };

/** FUZZ_FACTOR=100 makes a long campaign of the Solidity tests, FUZZ_SEED=0x… another one. */
const fuzzFactor = Number(process.env.FUZZ_FACTOR ?? 1);
const fuzzSeed = process.env.FUZZ_SEED;

export default defineConfig({
  plugins: [
    hardhatEthers,
    hardhatEthersChaiMatchers,
    hardhatIgnitionEthers,
    hardhatMocha,
    hardhatNetworkHelpers,
    hardhatTypechain,
    literalAbis,
  ],
  paths: { ignition: 'scripts/ignition' },
  typechain: { outDir: 'artifacts/types' },
  solidity: {
    compilers: [release],
    overrides: Object.fromEntries(LARGE_TESTS.map((source) => [source, quick])),
    npmFilesToBuild: DEPLOYED_DEPENDENCIES,
  },
  networks: {
    default: {
      type: 'edr-simulated',
      chainType: 'l1',
      hardfork: 'osaka',
      // With --coverage Hardhat lifts this limit, and those of a transaction's gas and a contract's size.
      ...(!covering && { blockGasLimit: 60_000_000 }),
    },
    chain: {
      type: 'http',
      chainType: 'l1',
      url: process.env.RPC_URL ?? 'http://127.0.0.1:8545',
      // Without it the node's own accounts deploy.
      ...(process.env.DEPLOYER_KEY && { accounts: [process.env.DEPLOYER_KEY] }),
    },
  },
  test: {
    solidity: {
      fuzz: { runs: Math.ceil(256 * fuzzFactor), ...(fuzzSeed && { seed: fuzzSeed }) },
      invariant: { runs: Math.ceil(8 * fuzzFactor), depth: 100, failOnRevert: true, shrinkRunLimit: 200 },
    },
    mocha: { timeout: 60_000 },
  },
});

/** Everything that the pages talk to, for real: chain, contracts, database, the program with all its roles, and tills' keys. */
import { ROLES } from '../../backend/config.ts';
import { type Program, startProgram } from '../../backend/main.ts';
import { createApiKey } from '../../backend/partners/create-api-key.ts';
import { freePort } from '../../scripts/embedded/service.ts';
import { AURORA, BOREAL, type EngineNetwork, openEngine } from '../helpers/engine.ts';

export { AURORA, BOREAL, WOODLAND } from '../helpers/engine.ts';

export interface Stage {
  readonly network: EngineNetwork;
  readonly program: Program;
  /** Where the pages are. */
  readonly url: string;
  /** Where pages may send requests: the program and the chain's node. */
  readonly hosts: readonly string[];
  /** A key of each till. */
  readonly keys: { readonly aurora: string; readonly boreal: string };
  stop(): Promise<void>;
}

/**
 * Opens the stage; whoever opens it stops it. Aurora and Boreal have money, and a point is earned per cent. `webRoot` has the built pages, if
 * others than those of the build are to be served.
 */
export async function openStage({ webRoot = 'web/dist' } = {}): Promise<Stage> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const network = await openEngine({
    origins: [url],
    publicRequestsPerMinute: 100_000,
    batchIntervalMs: 200,
    secretsKeys: ['7e'.repeat(32)],
  });
  const program = await startProgram({
    ...network.deps.config,
    roles: [...ROLES],
    port: Number(port),
    webRoot,
  });
  const keyOf = async (partnerId: number) =>
    (await createApiKey(network.deps.prisma, { partnerId, name: 'till', scopes: ['till'], actor: 'test' }))
      .key;
  return {
    network,
    program,
    url,
    hosts: [url, new URL(network.url).origin],
    keys: { aurora: await keyOf(AURORA), boreal: await keyOf(BOREAL) },
    async stop() {
      await program.stop();
      await network.stop();
    },
  };
}

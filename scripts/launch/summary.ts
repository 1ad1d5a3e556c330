import { DEMO_BRANDS } from '../demo/brands.ts';
import { shown } from './data-folder.ts';

interface Running {
  readonly url: string;
  readonly data: string;
  readonly rpcUrl: string;
  readonly chainId: number;
  readonly coalition: string;
  readonly databaseUrl: string;
  readonly logFile: string;
  readonly tills: Readonly<Record<string, string>>;
  readonly offices: Readonly<Record<string, string>>;
  readonly members: readonly { name: string; code: string }[];
}

const WIDTH = 16;
const line = (label: string, text: string) => `  ${label.padEnd(WIDTH)} ${text}`;
const withoutPassword = (url: string) => url.replace(/:[^:@/]*@/, '@');

/** What a person needs to use the network that has just started, as text. */
export function summarise(network: Running): string {
  const { url } = network;
  const tills = DEMO_BRANDS.flatMap(({ slug, name }) => {
    const key = network.tills[slug];
    return key ? [line(name, `${url}/till#key=${key}`)] : [];
  });
  const office = DEMO_BRANDS.find(({ slug }) => network.offices[slug]);
  const members = network.members.map(({ name, code }) => `${name} ${code}`).join(', ');
  return [
    '',
    line('Wallet', `${url}/`),
    line('Audit', `${url}/audit`),
    line('API', `${url}/docs`),
    line('Metrics', `${url}/metrics`),
    line('Chain', `${network.rpcUrl} (chain ${network.chainId}, coalition ${network.coalition})`),
    line('Database', withoutPassword(network.databaseUrl)),
    line('Logs', shown(network.logFile)),
    ...(tills.length > 0 ? ['', '  A till of each brand, with its key:', ...tills] : []),
    ...(office
      ? [
          '',
          `  What happens at ${office.name}, as it happens:`,
          `  curl -N -H "authorization: Bearer ${network.offices[office.slug]}" ${url}/v1/partners/me/events`,
        ]
      : []),
    ...(members ? ['', '  Members to try there:', `  ${members}`] : []),
    '',
    `  npm run audit -- --rpc ${network.rpcUrl} --coalition ${network.coalition}`,
    '',
    `  Ctrl-C stops everything; it is kept in ${shown(network.data)} for the next start.`,
    '',
  ].join('\n');
}

/** The tills' keys of a running network: .tessera/keys.json, as `npm start` keeps them, or a file like `{"tills": {"slug": "tsk_…"}}`. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CommandFailure } from '../shared/failure.ts';
import { type Api, operation } from './api.ts';

const keysFile = z.object({ tills: z.record(z.string(), z.string().startsWith('tsk_')) });
const partnersAnswer = z.object({
  partners: z.array(
    z.object({
      id: z.int(),
      slug: z.string(),
      name: z.string(),
      earning: z.object({ currency: z.string() }),
    }),
  ),
  next: z.string().nullable(),
});

/** One brand's till: its number in the hub, its key, and the currency that it earns in. */
export interface Till {
  readonly partner: number;
  readonly slug: string;
  readonly name: string;
  readonly key: string;
  readonly currency: string;
}

/** Reads the keys and finds out whose they are, in the order of the brands' numbers. @throws CommandFailure */
export async function openTills(api: Api, file: string): Promise<Till[]> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CommandFailure(
      `There are no till keys in ${file}. Start a network with "npm start", or name a file with --keys.`,
    );
  });
  const parsed = keysFile.safeParse(parseJson(text));
  if (!parsed.success)
    throw new CommandFailure(`${file} is not {"tills": {"slug": "tsk_…"}}. Name another file with --keys.`);
  const partners = await readPartners(api);
  const tills = partners.flatMap(({ id, slug, name, earning }): Till[] => {
    const key = parsed.data.tills[slug];
    return key === undefined ? [] : [{ partner: id, slug, name, key, currency: earning.currency }];
  });
  if (tills.length === 0) {
    throw new CommandFailure(
      `None of the keys in ${file} is of a brand of this network. Was the network started anew? Name its file with --keys.`,
    );
  }
  return tills.toSorted((a, b) => a.partner - b.partner);
}

async function readPartners(api: Api) {
  const all: z.output<typeof partnersAnswer>['partners'] = [];
  let cursor: string | undefined;
  do {
    const { partners, next } = await api.must(
      operation('listPartners', { query: { cursor } }),
      partnersAnswer,
    );
    all.push(...partners);
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  return all;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

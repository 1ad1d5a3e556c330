/** Decisions of the coalition, prepared for those to sign who may, and the key that has them prepared over the API. */
import { writeFile } from 'node:fs/promises';
import { operatorActionSchema } from '../../backend/governance/action.ts';
import { type Prepared, prepareForOperator } from '../../backend/governance/prepare-transaction.ts';
import { readTransaction } from '../../backend/governance/read-transaction.ts';
import { COALITION, OPERATOR_SCOPE } from '../../backend/partners/api-key.ts';
import { createApiKey } from '../../backend/partners/create-api-key.ts';
import { parseRequest } from '../../backend/shared/requests.ts';
import { CommandFailure } from '../shared/failure.ts';
import { actor, type NetworkVerb } from './verbs.ts';

/** Makes an operator's API key. */
export const createKey: NetworkVerb = async (deps, { name }) => {
  if (!name?.trim()) throw new CommandFailure('Give --name "…": whose key it is.');
  const options = {
    partnerId: COALITION,
    name: name.trim(),
    scopes: [OPERATOR_SCOPE],
    actor: actor(),
  } as const;
  const { id, key } = await createApiKey(deps.prisma, options);
  return { lines: [key, 'Keep it: it is shown this once.'], result: { id, key }, isWell: true };
};

/** Prepares what is to be signed; with `--safe` also a file for Safe's transaction builder, one for each stage. */
export const prepare: NetworkVerb = async (deps, { wish, safe }) => {
  const key = { id: '', partnerId: COALITION, scopes: [OPERATOR_SCOPE], actor: actor() };
  const result = await prepareForOperator(deps, key, parseRequest(operatorActionSchema, parseWish(wish)));
  if (safe)
    for (const [index, batch] of result.safe.entries())
      await writeFile(index === 0 ? safe : `${safe}.${index + 1}`, `${JSON.stringify(batch, null, 2)}\n`);
  return { lines: describe(result), result, isWell: result.simulation.outcome === 'success' };
};

/** Reads back what became of it. */
export const transaction: NetworkVerb = async (deps, { id }) => {
  if (!id) throw new CommandFailure('Give --id ID, as prepare said it.');
  const result = await readTransaction(deps, { id, partner: null });
  return { lines: [...describe(result), `Status: ${result.progress.status}`], result, isWell: true };
};

function parseWish(text: string | undefined): unknown {
  const example = `--wish '{"action":"setFee","feeBps":100}'`;
  if (!text) throw new CommandFailure(`Give ${example}.`);
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandFailure(`This is not JSON. Give ${example}.`);
  }
}

function describe({
  id,
  signer,
  holders,
  stages,
  simulation,
  ...more
}: Omit<Prepared, 'sign'> & { id: string }): string[] {
  const held = holders.map(({ account, delaySeconds }) => `${account} (waits ${delaySeconds} s)`);
  return [
    `${id}: for ${signer}, held by ${held.join(', ') || 'nobody'}. Nothing was sent.`,
    ...stages.flatMap(({ afterSeconds, transactions }) =>
      transactions.flatMap(({ to, data, description }) => [
        `${afterSeconds > 0 ? `After ${afterSeconds} s: ` : ''}${description}`,
        `  to ${to}`,
        `  data ${data}`,
      ]),
    ),
    ...('invite' in more ? [`The first owner’s link, shown this once: ${more.invite}`] : []),
    simulation.outcome === 'success'
      ? 'As things stand, the chain would take it.'
      : `As things stand: ${simulation.outcome}: ${simulation.message}`,
  ];
}

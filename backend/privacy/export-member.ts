import type { Address } from 'viem';
import { bigintsAsStrings } from '../shared/http/answers.ts';
import { PERSONAL_DATA } from './personal-data.ts';
import type { ReadDeps } from './personal-section.ts';

/** What an export and an erasure say of the chain. */
export const ON_CHAIN =
  'Points, acts and keys are on a public blockchain under the account’s address, without a name. Nobody can erase them there.';

const json = (value: unknown): string => JSON.stringify(value, bigintsAsStrings);

/** Everything that is kept of a member, as the text of one JSON object; it is read while it is sent, so it may be of any length. */
export async function* exportMember(deps: ReadDeps, account: Address): AsyncGenerator<string> {
  const head = { account, madeAt: deps.clock.now().toISOString(), onChain: ON_CHAIN };
  yield `${json(head).slice(0, -1)},"data":{`;
  for (const [index, { name, read }] of PERSONAL_DATA.entries()) {
    yield `${index === 0 ? '' : ','}${json(name)}:[`;
    let isFirst = true;
    for await (const item of read(deps, account)) {
      yield `${isFirst ? '' : ','}${json(item)}`;
      isFirst = false;
    }
    yield ']';
  }
  yield '}}';
}

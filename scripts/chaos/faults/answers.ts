/** Endpoints that lose, delay and falsify answers to sends: 1 to 4, 7 and 15 of the table. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Hex, parseTransaction, recoverTransactionAddress } from 'viem';
import type { RpcCall, RpcFault, RpcRule } from '../../../test/helpers/faulty-rpc.ts';
import { type Fault, underLoad } from '../fault.ts';
import type { World } from '../world.ts';

const SEND = 'eth_sendRawTransaction';
/** Longer than the program waits for an endpoint. */
const TOO_LATE_MS = 6_000;

/** A fault of the endpoint that lasts as long as the load. */
const whileSelling =
  (ruleOf: (world: World) => RpcRule): Fault['run'] =>
  async (world, { purchases }) => {
    const program = await world.open();
    program.rpc.rule = ruleOf(world);
    return underLoad(world, { purchases, programs: [program] }, async ({ done }) => {
      await done;
      program.rpc.rule = undefined;
    });
  };

const sends =
  (fault: (call: RpcCall) => RpcFault | undefined): RpcRule =>
  (call) =>
    call.method === SEND ? fault(call) : undefined;

const lostAnswers = (percent: number): Fault => ({
  name: `lost-answers-${percent}`,
  of: 1,
  what: `of ${percent} % of the sends the answer is lost after delivery`,
  run: whileSelling(({ random }) => sends(() => (random() < percent / 100 ? { cut: true } : undefined))),
});

const LIES: readonly RpcFault[] = [
  { error: { code: -32000, message: 'already known' } },
  { error: { code: -32000, message: 'nonce too low' } },
  { error: { code: -32000, message: 'replacement transaction underpriced' } },
  { http: { status: 429, body: 'Too Many Requests' } },
  { http: { status: 200, body: '<!doctype html><title>502</title>' } },
  { http: { status: 200, body: '{"jsonrpc":"2.0","id":1,"res' } },
];

/** Answers that say the wrong thing, to a send that was delivered or was not; and reads that get no JSON now and then. */
const falseAnswers = ({ random }: World): RpcRule => {
  const pick = (list: readonly RpcFault[]) => list[Math.floor(random() * list.length)];
  return ({ method }) => {
    if (method !== SEND) return random() < 0.02 ? pick(LIES.slice(3)) : undefined;
    return random() < 0.6 ? { ...pick(LIES), delivered: random() < 0.5 } : undefined;
  };
};

/** A node whose memory takes no transaction above the account's next nonce. */
const refuseGaps = ({ rpc }: World): RpcRule =>
  async function refuse({ method, params }) {
    if (method !== SEND) return undefined;
    const raw = params[0] as `0x02${string}`;
    const { nonce = 0 } = parseTransaction(raw);
    const from = await recoverTransactionAddress({ serializedTransaction: raw });
    const next = Number(await rpc<Hex>('eth_getTransactionCount', from, 'pending'));
    const error = { code: -32000, message: `nonce gap: next ${next}, got ${nonce}` };
    return nonce > next ? { error, delivered: false } : undefined;
  };

const feeSpike: Fault['run'] = async (world, { purchases }) => {
  const program = await world.open();
  return underLoad(world, { purchases, programs: [program] }, async ({ reached }) => {
    await reached(0.3);
    const { baseFeePerGas } = await world.rpc<{ baseFeePerGas: Hex }>(
      'eth_getBlockByNumber',
      'latest',
      false,
    );
    const spike = 20n * (BigInt(baseFeePerGas) + 10n ** 9n);
    for (let block = 0; block < 20; block++) {
      await world.rpc('anvil_setNextBlockBaseFeePerGas', `0x${spike.toString(16)}`);
      await sleep(100);
    }
  });
};

export const ANSWER_FAULTS: readonly Fault[] = [
  lostAnswers(5),
  lostAnswers(20),
  lostAnswers(50),
  {
    name: 'dropped-sends',
    of: 2,
    what: 'half of the sends never arrive',
    run: whileSelling(({ random }) =>
      sends(() => (random() < 0.5 ? { delivered: false, cut: true } : undefined)),
    ),
  },
  {
    name: 'late-answers',
    of: 3,
    what: 'answers to sends come after the program has sent again',
    run: whileSelling(({ random }) => sends(() => (random() < 0.3 ? { delayMs: TOO_LATE_MS } : undefined))),
  },
  {
    name: 'false-answers',
    of: 4,
    what: '"already known", "nonce too low", "underpriced", 429, HTML, half a JSON; delivered or not',
    run: whileSelling(falseAnswers),
  },
  {
    name: 'refused-gaps',
    of: 7,
    what: 'the node takes no transaction above the next nonce, and a third of the sends is lost',
    run: whileSelling((world) => {
      const gaps = refuseGaps(world);
      return (call) =>
        call.method === SEND && world.random() < 0.33 ? { delivered: false, cut: true } : gaps(call);
    }),
  },
  { name: 'fee-spike', of: 15, what: 'the base fee is twenty times as high for two seconds', run: feeSpike },
];

import { expect } from 'chai';
import { type Abi, type Hex, toEventSelector, toFunctionSelector } from 'viem';
import { AccessManagerAbi, CoalitionAbi, MemberKeysAbi, PointsTokenAbi } from '../../artifacts/abi.ts';
import type { ChainLog } from '../../backend/audit/chain-event.ts';
import { authorityAbi, hubAbi, keysAbi, tokenAbi } from '../../web/audit/check/check-abi.ts';
import { authorityAbi as rolesAbi } from '../../web/shared/chain/authority.ts';
import { rememberLogs } from '../../web/shared/chain/cached-logs.ts';
import { ChainReplaced, readCoalition, StateMissing } from '../../web/shared/chain/coalition.ts';
import { checkFigures } from '../../web/shared/chain/coverage.ts';
import { type BlockHead, readHead } from '../../web/shared/chain/head.ts';
import { type Rpc, RpcProblem } from '../../web/shared/chain/rpc.ts';
import { HUB, SETTLEMENTS, TOKEN } from '../../web/shared/chain/selectors.ts';
import { readSettlements } from '../../web/shared/chain/settlements.ts';
import { clientOf, openCoalition, playHistory, type Stage } from '../backend/audit/coalition-history.ts';

/** What an ABI entry is to a caller: names and types, without the compiler's own names. */
const slim = (abi: Abi | readonly unknown[]) =>
  JSON.parse(JSON.stringify(abi), (key, value) =>
    key === 'internalType' || key === 'anonymous' || (key === 'indexed' && value === false)
      ? undefined
      : value,
  ) as { type: string; name: string }[];

describe('Reads without a library', function () {
  this.timeout(120_000);
  let stage: Stage;
  let rpc: Rpc;
  let head: BlockHead;

  before(async () => {
    stage = await openCoalition();
    await playHistory(stage, { seed: 7, steps: 40 });
    rpc = {
      url: 'in this process',
      ask: (method, params) => stage.provider.request({ method, params: [...params] }),
    };
    head = (await readHead(rpc, 'latest'))!;
  });
  after(() => stage.connection.close());

  describe('what is written out', () => {
    it('is what follows from the ABIs: selectors and topics', () => {
      const selectorsOf = (abi: Abi, names: object) =>
        Object.fromEntries(
          Object.keys(names).map((name) => {
            const item = abi.find((each) => each.type === 'function' && each.name === name);
            return [name, toFunctionSelector(item as never)];
          }),
        );
      expect(HUB).to.deep.equal(selectorsOf(CoalitionAbi, HUB));
      expect(TOKEN).to.deep.equal(selectorsOf(PointsTokenAbi, TOKEN));
      for (const [name, topic] of Object.entries(SETTLEMENTS)) {
        const item = CoalitionAbi.find((each) => each.type === 'event' && each.name === name);
        expect(topic).to.equal(toEventSelector(item as never));
      }
    });

    for (const [name, part, whole] of [
      ['hub', hubAbi, CoalitionAbi],
      ['authority', authorityAbi, AccessManagerAbi],
      ['authority’s roles', rolesAbi, [...AccessManagerAbi, ...CoalitionAbi]],
      ['members’ keys', keysAbi, MemberKeysAbi],
      ['token', tokenAbi, PointsTokenAbi],
    ] as const)
      it(`is what follows from the ABIs: the part of the ${name}`, () => {
        const all = slim(whole);
        for (const entry of slim(part))
          expect(all.filter((each) => each.type === entry.type && each.name === entry.name)).to.deep.equal([
            entry,
          ]);
      });
  });

  describe('readCoalition', () => {
    it('reads what the contracts’ own interface says, figure by figure', async () => {
      const figures = await readCoalition(rpc, stage.address, head);
      const reports = await stage.coalition.partnerReports();
      expect(figures.partners).to.have.lengthOf(reports.length);
      for (const [index, report] of reports.entries()) {
        const read = figures.partners[index]!;
        const token = await stage.ethers.getContractAt('PointsToken', report.token);
        expect(read).to.include({
          partner: Number(report.partner),
          token: report.token.toLowerCase(),
          admin: report.admin.toLowerCase(),
          halted: report.halted,
          leaving: report.leaving,
          coverageBps: Number(report.coverageBps),
          lastBatch: Number(report.lastBatch),
          supply: report.supply,
          liability: report.liability,
          required: report.required,
          reserve: report.reserve,
          matchBudget: report.matchBudget,
          freed: report.breakage.freed,
          name: await token.name(),
          symbol: await token.symbol(),
          quartersPerEpoch: Number(await token.quartersPerEpoch()),
          validity: Number(await token.validityDuration()),
        });
      }
      const sums = await stage.coalition.solvency();
      expect(figures).to.include({
        claimedHeld: sums.held,
        held: await stage.dollar.balanceOf(stage.address),
        reserves: sums.reserves,
        matchBudgets: sums.matchBudgets,
        charitiesPayable: sums.charitiesPayable,
        treasury: sums.treasury,
        membersFund: sums.membersFund,
        claimedSupply: sums.supply,
        claimedLiability: sums.liability,
        claimedRequired: sums.required,
        freed: sums.freed,
        feeBps: Number(await stage.coalition.feeBps()),
        halted: await stage.coalition.halted(),
      });
      expect(checkFigures(figures).every(({ holds }) => holds)).to.equal(true);
    });

    const withAnswer = (change: (method: string, answer: unknown) => unknown): Rpc => ({
      url: rpc.url,
      ask: async (method, params) => change(method, await rpc.ask(method, params)),
    });
    const failure = (asked: Promise<unknown>) =>
      asked.then(
        () => 'none',
        (error: Error) => (error instanceof RpcProblem ? error.failure : error.name),
      );

    it('finds no coalition where none is', async () => {
      expect(await failure(readCoalition(rpc, `0x${'11'.repeat(20)}`, head))).to.equal('unreadable');
    });
    it('takes no answer of another shape', async () => {
      const short = withAnswer((method, answer) =>
        method === 'eth_call' ? String(answer).slice(0, -64) : answer,
      );
      expect(await failure(readCoalition(short, stage.address, head))).to.equal('unreadable');
    });
    it('sees that the block was replaced while it was read', async () => {
      const forked = withAnswer((method, answer) =>
        method === 'eth_getBlockByNumber' ? { ...(answer as object), hash: `0x${'ab'.repeat(32)}` } : answer,
      );
      expect(await failure(readCoalition(forked, stage.address, head))).to.equal(ChainReplaced.name);
    });
    it('tells a node without archive from one that refuses', async () => {
      const refusing = (message: string): Rpc => ({
        url: rpc.url,
        ask: async (method, params) => {
          if (method === 'eth_call' && params[1] !== 'latest') throw new RpcProblem('refused', message);
          return rpc.ask(method, params);
        },
      });
      const read = (message: string) => failure(readCoalition(refusing(message), stage.address, head));
      expect(await read('missing trie node 12ab')).to.equal(StateMissing.name);
      expect(await read('historical state is not available')).to.equal(StateMissing.name);
      expect(await read('rate limit exceeded')).to.equal('refused');
    });
  });

  describe('readSettlements', () => {
    it('finds the last event of each brand that moved value to or from another', async () => {
      const { filters } = stage.coalition;
      const last = new Map<number, number>();
      const note = (block: number, ...brands: bigint[]) => {
        for (const brand of brands) last.set(Number(brand), Math.max(last.get(Number(brand)) ?? 0, block));
      };
      for (const { args, blockNumber } of await stage.coalition.queryFilter(filters.Redeemed()))
        if (args.issuer !== args.acceptor) note(blockNumber, args.issuer, args.acceptor);
      for (const { args, blockNumber } of await stage.coalition.queryFilter(filters.Exchanged()))
        note(blockNumber, args.issuer, args.target);
      for (const { args, blockNumber } of await stage.coalition.queryFilter(filters.Donated()))
        note(blockNumber, args.issuer);
      const found = await readSettlements(rpc, {
        coalition: stage.address,
        to: head.number,
        brands: [1, 2, 3, 4, 5],
      });
      expect([...found.byBrand].map(([brand, { block }]) => [brand, Number(block)]).toSorted()).to.deep.equal(
        [...last].toSorted(),
      );
    });
  });

  describe('rememberLogs', () => {
    const collect = async (
      read: ReturnType<typeof rememberLogs>,
      asked: string[],
      to: number,
      fork = false,
    ) => {
      const client = clientOf(stage, (method, answer) => {
        asked.push(method);
        if (!fork || method !== 'eth_getBlockByNumber') return answer;
        return { ...(answer as object), hash: `0x${'cd'.repeat(32)}` };
      });
      const logs: ChainLog[] = [];
      for await (const range of read(client, { addresses: [stage.address as Hex], from: 0, to }))
        logs.push(...range.logs);
      return logs;
    };

    it('gives the same logs again and asks for the newest only; on another fork it asks for all', async () => {
      const to = Number(head.number);
      const read = rememberLogs();
      const [first, second, third]: string[][] = [[], [], []];
      const logs = await collect(read, first!, to);
      expect(logs.length).to.be.greaterThan(50);
      expect(await collect(read, second!, to)).to.deep.equal(logs);
      const ranges = (asked: string[]) => asked.filter((method) => method === 'eth_getLogs').length;
      expect(ranges(second!)).to.be.lessThan(ranges(first!));
      expect(await collect(read, third!, to, true)).to.deep.equal(logs);
      expect(ranges(third!)).to.equal(ranges(first!));
    });
  });
});

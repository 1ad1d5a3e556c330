import { expect } from 'chai';
import fc from 'fast-check';
import { encodeFunctionData, type Hex, numberToHex } from 'viem';
import { CoalitionAbi } from '../../artifacts/abi.ts';
import { ACT_KINDS, type Act } from '../../backend/protocol/acts.ts';
import { packAct } from '../../backend/protocol/compact-acts.ts';
import { verdictOf } from '../../web/audit/check/evidence.ts';
import { findLogs } from '../../web/audit/check/find-logs.ts';
import { asCast, asCurl } from '../../web/audit/check/run-it.ts';
import { signedActs } from '../../web/audit/check/signed-act.ts';
import { readSubject } from '../../web/audit/check/subject.ts';
import { toCsv } from '../../web/audit/files/files.ts';
import { marks, scales, stepPath } from '../../web/audit/history/chart.ts';
import { linkTo, parseLink } from '../../web/audit/source/link.ts';
import { type Rpc, RpcProblem } from '../../web/shared/chain/rpc.ts';

const HASH: Hex = `0x${'ab'.repeat(32)}`;
const ACCOUNT: Hex = `0x${'01'.repeat(20)}`;

describe('Parts of the auditor’s page', () => {
  describe('parseLink', () => {
    it('reads what linkTo wrote', () => {
      const link = {
        source: { rpcUrl: 'https://node.example/key?a=b&c', coalition: ACCOUNT, chainId: 10 },
        view: 'check',
        block: 123n,
        brand: 4,
        check: '3/17',
        second: 'https://other.example',
      } as const;
      expect(parseLink(linkTo(link).slice(1))).to.deep.equal(link);
    });
    for (const [what, hash] of [
      ['an address that is none', `rpc=https://node&coalition=0x12`],
      ['a node that is no web address', `rpc=javascript:alert(1)&coalition=${ACCOUNT}`],
    ])
      it(`takes no source from ${what}`, () => {
        expect(parseLink(hash!).source).to.equal(undefined);
      });
    it('counts a block and a view that can’t be read as not said', () => {
      expect(parseLink('block=-1&view=money&brand=x')).to.include({
        block: undefined,
        view: 'now',
        brand: undefined,
      });
    });
  });

  describe('readSubject', () => {
    for (const [typed, kind] of [
      [ACCOUNT, 'account'],
      [HASH, 'hash'],
      [`${HASH}/3`, 'hash'],
      ['3/17', 'batch'],
      ['1234 5678', 'code'],
      ['0198c8a8-8a58-7cc0-8000-0123456789ab', 'act'],
      ['{"receipt":{}}', 'documents'],
      ['{"a":1}\n{"b":2}', 'documents'],
      [`https://tessera.example/#receipt/${HASH}`, 'hash'],
      ['{"a":1}\nnot json', 'unknown'],
      ['hello', 'unknown'],
      ['0x12', 'unknown'],
    ] as const)
      it(`takes ${JSON.stringify(typed.slice(0, 40))} for: ${kind}`, () => {
        expect(readSubject(typed).kind).to.equal(kind);
      });
  });

  describe('verdictOf', () => {
    const steps = (...results: ('yes' | 'no' | 'open')[]) =>
      results.map((result) => ({ what: '', detail: undefined, exchanges: [], result }));
    it('is a yes only when every step is one', () => {
      expect(verdictOf(steps('yes', 'yes'))).to.equal('proven');
      expect(verdictOf(steps('yes', 'open'))).to.equal('open');
      expect(verdictOf(steps('yes', 'open', 'no'))).to.equal('refuted');
      expect(verdictOf([])).to.equal('open');
    });
  });

  describe('signedActs', () => {
    const signature: Hex = `0x${'11'.repeat(32)}${'22'.repeat(32)}`;
    const anyAct = fc
      .record({
        kind: fc.constantFrom(...ACT_KINDS),
        counterparty: fc.nat(2 ** 31),
        amount: fc.bigInt(0n, 2n ** 48n - 1n),
        minimum: fc.bigInt(0n, 2n ** 48n - 1n),
        nonce: fc.nat(2 ** 31),
        deadline: fc.nat(2 ** 31),
      })
      .map((fields): Act => ({ ...fields, member: ACCOUNT, issuer: 7, ref: HASH }));

    it('reads acts back from both encodings of a batch', () => {
      fc.assert(
        fc.property(fc.array(anyAct, { minLength: 1, maxLength: 4 }), (acts) => {
          const bytes = acts.map((act) => packAct({ act, signature })?.slice(2)).join('');
          const structs = acts.map((act) => ({
            ...act,
            kind: ACT_KINDS.indexOf(act.kind),
            amount: Number(act.amount),
            minimum: Number(act.minimum),
          }));
          const compact = encodeFunctionData({
            abi: CoalitionAbi,
            functionName: 'executeCompactBatch',
            args: [7, `0x${bytes}`],
          });
          const plain = encodeFunctionData({
            abi: CoalitionAbi,
            functionName: 'executeBatch',
            args: [structs, acts.map(() => signature)],
          });
          const expected = acts.map((act) => ({ act, signature }));
          expect(signedActs(compact)).to.deep.equal(expected);
          expect(signedActs(plain)).to.deep.equal(expected);
        }),
      );
    });
    it('finds none in another call', () => {
      expect(signedActs('0x12345678')).to.equal(undefined);
    });
  });

  describe('findLogs', () => {
    /** A node that has a log in each block of `at` and takes ranges of `limit` blocks. */
    const nodeOf = (at: readonly number[], limit: number): { rpc: Rpc; asked: () => number } => {
      let asked = 0;
      const ask: Rpc['ask'] = async (_method, [filter]) => {
        asked += 1;
        const { fromBlock, toBlock, address } = filter as { fromBlock: Hex; toBlock: Hex; address: Hex };
        const [from, to] = [Number(fromBlock), Number(toBlock)];
        if (to - from + 1 > limit) throw new RpcProblem('refused', 'range too long');
        return at
          .filter((block) => block >= from && block <= to)
          .map((block) => ({ address, topics: [HASH], blockNumber: numberToHex(block), logIndex: '0x0' }));
      };
      return { rpc: { url: '', ask }, asked: () => asked };
    };
    const find = (rpc: Rpc, to: bigint) => findLogs(rpc, { address: ACCOUNT, topics: [HASH], to });

    it('finds each log once, however short the ranges that the node takes', async () => {
      const at = [0, 1, 499, 500, 501, 998, 999];
      for (const limit of [5_000, 400, 37]) {
        const found = await find(nodeOf(at, limit).rpc, 999n);
        expect(found.map(({ blockNumber }) => Number(blockNumber))).to.deep.equal(at);
      }
    });
    it('gives up instead of asking for ever', async () => {
      const { rpc, asked } = nodeOf([], 10);
      const failure = await find(rpc, 10_000_000n).catch((error: RpcProblem) => error.failure);
      expect(failure).to.equal('refused');
      expect(asked()).to.be.at.most(301);
    });
    it('takes no log that was not asked for', async () => {
      const rpc: Rpc = { url: '', ask: async () => [{ address: ACCOUNT, topics: [`0x${'cd'.repeat(32)}`] }] };
      expect(await find(rpc, 1n).catch((error: RpcProblem) => error.failure)).to.equal('unreadable');
    });
  });

  describe('asCurl, asCast', () => {
    const call = { method: 'eth_call', params: [{ to: ACCOUNT, data: '0xbfa4b833' }, '0x10'] };
    it('keep a node’s address from being more than a word of the shell', () => {
      const evil = "https://node/'; rm -rf ~; '";
      for (const command of [asCurl(evil, call), asCast(evil, call)])
        expect(command).to.contain(`'https://node/'\\''; rm -rf ~; '\\'''`);
    });
    it('name the block', () => {
      expect(asCast('https://node', call)).to.equal(
        `cast call --rpc-url 'https://node' --block 16 ${ACCOUNT} --data 0xbfa4b833`,
      );
    });
  });

  describe('toCsv', () => {
    it('quotes what needs it, and lets no text be a formula', () => {
      expect(toCsv(['a'], [['x,"y"'], ['=1+1'], [-5], ['-5'], [7n], [undefined]])).to.equal(
        'a\r\n"x,""y"""\r\n\'=1+1\r\n-5\r\n-5\r\n7\r\n\r\n',
      );
    });
  });

  describe('chart', () => {
    it('has two to six round marks that reach over everything', () => {
      fc.assert(
        fc.property(fc.double({ min: 1e-6, max: 1e15, noNaN: true }), (highest) => {
          const all = marks(highest);
          expect(all.length).to.be.within(2, 6);
          expect(all[0]).to.equal(0);
          expect(all.at(-1)).to.be.at.least(highest * (1 - 1e-9));
        }),
      );
    });
    it('draws steps, and nothing where there is no value', () => {
      const frame = { width: 120, height: 60, left: 10, right: 10, top: 5, bottom: 5 };
      const scale = scales(frame, [0, 50, 100], 4);
      const points = [
        { at: 0, value: undefined },
        { at: 50, value: 0 },
        { at: 100, value: 4 },
      ];
      expect(stepPath(points, scale)).to.equal('M60.0 55.0H110.0V5.0');
    });
  });
});

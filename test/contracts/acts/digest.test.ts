import { expect } from 'chai';
import { concat, dataSlice, id, keccak256, TypedDataEncoder } from 'ethers';
import type { Hex } from 'viem';
import {
  ACT_KINDS,
  ACT_TYPES,
  type Act,
  actDigest,
  domainOf,
  typedDataOf,
} from '../../../backend/protocol/acts.ts';
import { deployHub } from '../../../scripts/deploy/hub-contract.ts';
import { anAct, toStruct } from '../../helpers/acts.ts';
import { ethers, loadFixture } from '../../helpers/chain.ts';
import { AURORA, BISTRO, deployCoalition, NOBODY, openCoalition, WOODLAND } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

/** Acts of every kind with ordinary fields, with the smallest and with the largest. */
const ACTS: readonly Act[] = ACT_KINDS.flatMap((kind) => {
  const ordinary = anAct({ kind, member: NOBODY, issuer: AURORA, counterparty: BISTRO, amount: 250n });
  return [
    { ...ordinary, minimum: 1_000_000n, nonce: 7, deadline: 1_900_000_000 },
    {
      ...ordinary,
      issuer: 0,
      counterparty: 0,
      amount: 0n,
      minimum: 0n,
      deadline: 0,
      ref: `0x${'00'.repeat(32)}`,
    },
    {
      kind,
      member: `0x${'ff'.repeat(20)}`,
      issuer: 2 ** 32 - 1,
      counterparty: 2 ** 32 - 1,
      amount: 2n ** 48n - 1n,
      minimum: 2n ** 48n - 1n,
      ref: `0x${'ff'.repeat(32)}`,
      nonce: 2 ** 32 - 1,
      deadline: 2 ** 48 - 1,
    },
  ] satisfies Act[];
});

describe('Acts', () => {
  describe('actDigest', () => {
    it('is what ethers hashes, and what the project’s own protocol code hashes', async () => {
      const { hub, network } = await loadFixture(deployCoalition);
      for (const act of ACTS) {
        const { domain, types, message } = typedDataOf(act, network);
        const fields = Object.fromEntries(Object.entries(types).map(([name, list]) => [name, [...list]]));
        const digest = await hub.actDigest(toStruct(act));
        expect(digest).to.equal(TypedDataEncoder.hash(domain, fields, message));
        expect(digest).to.equal(actDigest(act, network));
      }
    });

    it('is another one for every field, kind, hub and chain', async () => {
      const { hub, network, authority, dollar } = await loadFixture(deployCoalition);
      const act = anAct({ kind: 'redemption', member: NOBODY, issuer: 1, counterparty: 2, amount: 3n });
      const changes: Partial<Act>[] = [
        { kind: 'exchange' },
        { kind: 'donation' },
        { member: network.coalition },
        { issuer: 2 },
        { counterparty: 1 },
        { amount: 4n },
        { minimum: 1n },
        { ref: id('order 2') as Hex },
        { nonce: 1 },
        { deadline: 0 },
      ];
      const variants = [act, ...changes.map((change) => ({ ...act, ...change }))];
      const digests = await Promise.all(variants.map((variant) => hub.actDigest(toStruct(variant))));
      const otherHub = await deployHub(ethers, { authority, stablecoin: dollar });
      digests.push(await otherHub.actDigest(toStruct(act)));
      digests.push(actDigest(act, { ...network, chainId: network.chainId + 1 }));
      expect(new Set(digests)).to.have.property('size', changes.length + 3);
    });

    it('can not be signed over words that are read as another value', async () => {
      const { hub, network, issue, aurora } = await loadFixture(openCoalition);
      const ana = eoaMember('Ana');
      await issue(AURORA, [ana.account, 10n]);
      const act = anAct({
        kind: 'donation',
        member: ana.account,
        issuer: AURORA,
        counterparty: WOODLAND,
        amount: 3n,
      });
      const to = await hub.getAddress();
      const domain = TypedDataEncoder.hashDomain(domainOf(network));
      const typehash = id(
        TypedDataEncoder.from({ Donation: [...ACT_TYPES.Donation] }).encodeType('Donation'),
      );
      /** The call with the first byte of a word of the act set, and a signature over just those words. */
      const callWith = (dirtyWord: number) => {
        const clean = hub.interface.encodeFunctionData('execute', [toStruct(act), '0x']);
        const at = 4 + 32 * dirtyWord;
        const words = dataSlice(concat([dataSlice(clean, 0, at), '0x01', dataSlice(clean, at + 1)]), 4, 292);
        const struct = keccak256(concat([typehash, dataSlice(words, 32)]));
        const digest = keccak256(concat(['0x1901', domain, struct]));
        const signature = ana.wallet.signingKey.sign(digest).serialized;
        const signed = hub.interface.encodeFunctionData('execute', [toStruct(act), signature]);
        return { to, data: concat([dataSlice(signed, 0, 4), words, dataSlice(signed, 292)]) };
      };
      const REF = 6; // fills its word: there the first byte is the reference's own
      for (let word = 0; word < 9; word += 1)
        if (word !== REF)
          await expect(ethers.provider.call(callWith(word)), `word ${word}`)
            .to.be.revertedWithCustomError(hub, 'ActMalformed')
            .withArgs(0n);
      await ethers.provider.call(callWith(REF));
      await hub.execute(toStruct(act), await ana.sign(act, network));
      expect(await aurora.balanceOf(ana.account)).to.equal(7n);
    });
  });

  describe('eip712Domain', () => {
    it('is the domain that members sign in', async () => {
      const { hub, network } = await loadFixture(deployCoalition);
      const { name, version, chainId, verifyingContract } = await hub.eip712Domain();
      expect({ name, version, chainId: Number(chainId), verifyingContract }).to.deep.equal(domainOf(network));
    });
  });
});

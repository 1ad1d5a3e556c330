import { expect } from 'chai';
import { Signature, Wallet } from 'ethers';
import { type Address, getAddress, type Hex, hashDomain, parseSignature } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { at, ethers, loadFixture, networkHelpers, START } from '../../helpers/chain.ts';
import { asHub, type OpenCoalition, openCoalition } from '../../helpers/coalition.ts';
import { SECP256K1_ORDER } from '../../helpers/members.ts';

const owner = new Wallet(ethers.id('owner of a permit'));
const DEADLINE = BigInt(START) + 86_400n;
const types = {
  Permit: [
    { name: 'owner', type: 'address' },
    { name: 'spender', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
};

/** The owner has 10 points at Bistro and at Aurora; the spender pays the gas. */
async function permitFixture() {
  const coalition = await openCoalition();
  const { aurora, bistro, stranger: spender } = coalition;
  for (const token of [aurora, bistro]) await (await asHub(token)).mint(owner.address, 10n);
  const { chainId } = await ethers.provider.getNetwork();
  const domainOf = async (token: OpenCoalition['aurora']) => ({
    name: 'Tessera Points',
    version: '1',
    chainId,
    verifyingContract: await token.getAddress(),
  });
  const permitOf = (changes: Partial<{ nonce: bigint; deadline: bigint; value: bigint }> = {}) => ({
    owner: owner.address,
    spender: spender.address,
    value: 6n,
    nonce: 0n,
    deadline: DEADLINE,
    ...changes,
  });
  /** Signs for `token` and hands the permit in at `at`, by default the same. */
  const permit = async (
    token: OpenCoalition['aurora'],
    { handedIn = token, ...changes }: Parameters<typeof permitOf>[0] & { handedIn?: typeof token } = {},
  ) => {
    const message = permitOf(changes);
    const signature = await owner.signTypedData(await domainOf(token), types, message);
    const { v, r, s } = Signature.from(signature);
    return handedIn
      .connect(spender)
      .permit(message.owner, message.spender, message.value, message.deadline, v, r, s);
  };
  return { ...coalition, spender, domainOf, permitOf, permit };
}

describe('PointsToken', () => {
  describe('permit', () => {
    describe('signed for this token', () => {
      it('sets the allowance, by which points then move', async () => {
        const { bistro, spender, permit } = await loadFixture(permitFixture);
        await expect(permit(bistro)).to.emit(bistro, 'Approval').withArgs(owner.address, spender, 6n);
        expect(await bistro.allowance(owner.address, spender)).to.equal(6n);
        expect(await bistro.nonces(owner.address)).to.equal(1n);
        expect(await bistro.nextNonce(owner.address)).to.equal(0n);
        await bistro.connect(spender).transferFrom(owner.address, spender, 6n);
        expect(await bistro.balanceOf(spender)).to.equal(6n);
      });

      it('is the same for viem', async () => {
        const { bistro, spender, domainOf, permitOf } = await loadFixture(permitFixture);
        const { verifyingContract, chainId, ...names } = await domainOf(bistro);
        const message = permitOf();
        const signature = await privateKeyToAccount(owner.privateKey as Hex).signTypedData({
          domain: { ...names, chainId, verifyingContract: getAddress(verifyingContract) },
          types,
          primaryType: 'Permit',
          message: { ...message, owner: message.owner as Address, spender: message.spender as Address },
        });
        const { r, s, yParity } = parseSignature(signature);
        await bistro
          .connect(spender)
          .permit(message.owner, message.spender, message.value, message.deadline, 27 + yParity, r, s);
        expect(await bistro.allowance(owner.address, spender)).to.equal(6n);
      });

      it('moves nothing where members may not transfer', async () => {
        const { aurora, spender, permit } = await loadFixture(permitFixture);
        await permit(aurora);
        await expect(
          aurora.connect(spender).transferFrom(owner.address, spender, 6n),
        ).to.be.revertedWithCustomError(aurora, 'PointsNotTransferable');
      });
    });

    describe('signed for another clone', () => {
      it('is refused', async () => {
        const { aurora, bistro, permit } = await loadFixture(permitFixture);
        await expect(permit(aurora, { handedIn: bistro })).to.be.revertedWithCustomError(
          bistro,
          'ERC2612InvalidSigner',
        );
        await permit(aurora);
      });

      it('is refused by the implementation too, and the implementation’s by the clones', async () => {
        const { hub, bistro, permit } = await loadFixture(permitFixture);
        const implementation = await ethers.getContractAt('PointsToken', await hub.tokenImplementation());
        await expect(permit(bistro, { handedIn: implementation })).to.be.revertedWithCustomError(
          bistro,
          'ERC2612InvalidSigner',
        );
        await expect(permit(implementation, { handedIn: bistro })).to.be.revertedWithCustomError(
          bistro,
          'ERC2612InvalidSigner',
        );
      });
    });

    describe('handed in again', () => {
      it('is refused, and so is a nonce ahead', async () => {
        const { bistro, permit } = await loadFixture(permitFixture);
        await expect(permit(bistro, { nonce: 1n })).to.be.revertedWithCustomError(
          bistro,
          'ERC2612InvalidSigner',
        );
        await permit(bistro);
        await expect(permit(bistro)).to.be.revertedWithCustomError(bistro, 'ERC2612InvalidSigner');
        await permit(bistro, { nonce: 1n });
      });
    });

    describe('after its deadline', () => {
      it('is refused with the deadline, and not in its last second', async () => {
        const { bistro, permit } = await loadFixture(permitFixture);
        const deadline = BigInt(at('2028-03-01'));
        await networkHelpers.time.setNextBlockTimestamp(deadline);
        await permit(bistro, { deadline });
        await networkHelpers.time.setNextBlockTimestamp(deadline + 1n);
        await expect(permit(bistro, { deadline, nonce: 1n }))
          .to.be.revertedWithCustomError(bistro, 'ERC2612ExpiredSignature')
          .withArgs(deadline);
      });
    });

    describe('with a signature that is none', () => {
      it('is refused: the wrong value, the other s, an impossible v', async () => {
        const { bistro, spender, domainOf, permitOf } = await loadFixture(permitFixture);
        const message = permitOf();
        const signed = Signature.from(await owner.signTypedData(await domainOf(bistro), types, message));
        const hand = (value: bigint, v: number, s: string) =>
          bistro.connect(spender).permit(message.owner, spender, value, DEADLINE, v, signed.r, s);
        await expect(hand(7n, signed.v, signed.s)).to.be.revertedWithCustomError(
          bistro,
          'ERC2612InvalidSigner',
        );
        const highS = ethers.toBeHex(SECP256K1_ORDER - BigInt(signed.s), 32);
        await expect(hand(6n, 55 - signed.v, highS))
          .to.be.revertedWithCustomError(bistro, 'ECDSAInvalidSignatureS')
          .withArgs(highS);
        await expect(hand(6n, 29, signed.s)).to.be.revertedWithCustomError(bistro, 'ECDSAInvalidSignature');
      });
    });
  });

  describe('eip712Domain', () => {
    it('names one domain for all brands and binds the brand’s own token', async () => {
      const { aurora, bistro, domainOf } = await loadFixture(permitFixture);
      const separators = new Set<string>();
      for (const token of [aurora, bistro]) {
        const { name, version, chainId, verifyingContract } = await domainOf(token);
        expect(await token.eip712Domain()).to.deep.equal([
          '0x0f',
          name,
          version,
          chainId,
          verifyingContract,
          ethers.ZeroHash,
          [],
        ]);
        const separator = await token.DOMAIN_SEPARATOR();
        expect(separator).to.equal(
          hashDomain({
            domain: { name, version, chainId, verifyingContract: getAddress(verifyingContract) },
            types: {
              EIP712Domain: [
                { name: 'name', type: 'string' },
                { name: 'version', type: 'string' },
                { name: 'chainId', type: 'uint256' },
                { name: 'verifyingContract', type: 'address' },
              ],
            },
          }),
        );
        separators.add(separator);
      }
      expect(separators.size).to.equal(2);
    });
  });
});

import { expect } from 'chai';
import { Signature, TypedDataEncoder, toBeHex, verifyTypedData, ZeroAddress } from 'ethers';
import { NEVER } from '../../helpers/acts.ts';
import { ethers, loadFixture } from '../../helpers/chain.ts';
import { deployCoalition, USD } from '../../helpers/coalition.ts';
import { SECP256K1_ORDER } from '../../helpers/members.ts';

describe('DemoDollar', () => {
  describe('metadata', () => {
    it('is that of a stablecoin with six decimals, and of nothing real', async () => {
      const { dollar } = await loadFixture(deployCoalition);
      expect(await dollar.name()).to.equal('Demo Dollar');
      expect(await dollar.symbol()).to.equal('dUSD');
      expect(await dollar.decimals()).to.equal(6n);
    });
  });

  describe('mint', () => {
    it('makes money for the owner', async () => {
      const { dollar, deployer, stranger } = await loadFixture(deployCoalition);
      expect(await dollar.owner()).to.equal(deployer.address);
      await expect(dollar.mint(stranger, 5n * USD))
        .to.emit(dollar, 'Transfer')
        .withArgs(ZeroAddress, stranger, 5n * USD);
      expect(await dollar.balanceOf(stranger)).to.equal(5n * USD);
      expect(await dollar.totalSupply()).to.equal(5n * USD);
    });

    it('is refused to anybody else', async () => {
      const { dollar, governor, stranger } = await loadFixture(deployCoalition);
      for (const caller of [governor, stranger])
        await expect(dollar.connect(caller).mint(caller, 1n))
          .to.be.revertedWithCustomError(dollar, 'OwnableUnauthorizedAccount')
          .withArgs(caller);
    });
  });

  describe('owner', () => {
    it('hands the press over, and can break it for good', async () => {
      const { dollar, deployer, stranger } = await loadFixture(deployCoalition);
      await expect(dollar.transferOwnership(stranger))
        .to.emit(dollar, 'OwnershipTransferred')
        .withArgs(deployer, stranger);
      await dollar.connect(stranger).mint(stranger, 1n);
      await expect(dollar.mint(deployer, 1n))
        .to.be.revertedWithCustomError(dollar, 'OwnableUnauthorizedAccount')
        .withArgs(deployer);
      await dollar.connect(stranger).renounceOwnership();
      await expect(dollar.connect(stranger).mint(stranger, 1n))
        .to.be.revertedWithCustomError(dollar, 'OwnableUnauthorizedAccount')
        .withArgs(stranger);
    });

    it('is never the zero address at the start', async () => {
      const { dollar } = await loadFixture(deployCoalition);
      await expect(ethers.deployContract('DemoDollar', [ZeroAddress]))
        .to.be.revertedWithCustomError(dollar, 'OwnableInvalidOwner')
        .withArgs(ZeroAddress);
    });
  });

  describe('transfer', () => {
    it('moves money and refuses what is not there', async () => {
      const { dollar, deployer, stranger } = await loadFixture(deployCoalition);
      await dollar.mint(deployer, 3n);
      await dollar.transfer(stranger, 2n);
      expect(await dollar.balanceOf(stranger)).to.equal(2n);
      await expect(dollar.transfer(stranger, 2n))
        .to.be.revertedWithCustomError(dollar, 'ERC20InsufficientBalance')
        .withArgs(deployer, 1n, 2n);
    });

    it('moves what was approved and no more', async () => {
      const { dollar, deployer, stranger, relay } = await loadFixture(deployCoalition);
      await dollar.mint(deployer, 3n);
      await expect(dollar.approve(relay, 2n)).to.emit(dollar, 'Approval').withArgs(deployer, relay, 2n);
      await dollar.connect(relay).transferFrom(deployer, stranger, 1n);
      expect(await dollar.allowance(deployer, relay)).to.equal(1n);
      await expect(dollar.connect(relay).transferFrom(deployer, stranger, 2n))
        .to.be.revertedWithCustomError(dollar, 'ERC20InsufficientAllowance')
        .withArgs(relay, 1n, 2n);
    });

    it('refuses the zero address in every place', async () => {
      const { dollar, deployer } = await loadFixture(deployCoalition);
      for (const paying of [() => dollar.transfer(ZeroAddress, 0n), () => dollar.mint(ZeroAddress, 1n)])
        await expect(paying())
          .to.be.revertedWithCustomError(dollar, 'ERC20InvalidReceiver')
          .withArgs(ZeroAddress);
      await expect(dollar.approve(ZeroAddress, 1n))
        .to.be.revertedWithCustomError(dollar, 'ERC20InvalidSpender')
        .withArgs(ZeroAddress);
      await expect(dollar.transferFrom(ZeroAddress, deployer, 0n))
        .to.be.revertedWithCustomError(dollar, 'ERC20InvalidApprover')
        .withArgs(ZeroAddress);
    });
  });

  describe('permit', () => {
    /** A stranger lets the deployer spend 9 µUSD; sign() makes the signature. */
    async function permitOf({
      dollar,
      deployer,
      stranger,
      network,
    }: Awaited<ReturnType<typeof deployCoalition>>) {
      const domain = {
        name: 'Demo Dollar',
        version: '1',
        chainId: network.chainId,
        verifyingContract: await dollar.getAddress(),
      };
      const types = {
        Permit: [
          { name: 'owner', type: 'address' },
          { name: 'spender', type: 'address' },
          { name: 'value', type: 'uint256' },
          { name: 'nonce', type: 'uint256' },
          { name: 'deadline', type: 'uint256' },
        ],
      };
      const message = { owner: stranger.address, spender: deployer.address, value: 9n, nonce: 0n };
      const sign = async (deadline: number) =>
        Signature.from(await stranger.signTypedData(domain, types, { ...message, deadline }));
      return { domain, types, message, sign };
    }

    it('lets a signature stand for an approval, once', async () => {
      const coalition = await loadFixture(deployCoalition);
      const { dollar, deployer, stranger } = coalition;
      const { domain, types, message, sign } = await permitOf(coalition);
      const signature = await sign(NEVER);
      const { v, r, s } = signature;
      expect(await dollar.nonces(stranger)).to.equal(0n);
      await dollar.permit(stranger, deployer, 9n, NEVER, v, r, s);
      expect(await dollar.nonces(stranger)).to.equal(1n);
      expect(await dollar.allowance(stranger, deployer)).to.equal(9n);
      // With the next nonce the same signature is that of some key nobody knows.
      const unknown = verifyTypedData(domain, types, { ...message, nonce: 1n, deadline: NEVER }, signature);
      await expect(dollar.permit(stranger, deployer, 9n, NEVER, v, r, s))
        .to.be.revertedWithCustomError(dollar, 'ERC2612InvalidSigner')
        .withArgs(unknown, stranger);
    });

    it('refuses one that is late or malformed', async () => {
      const coalition = await loadFixture(deployCoalition);
      const { dollar, deployer, stranger } = coalition;
      const { sign } = await permitOf(coalition);
      const late = await sign(1);
      await expect(dollar.permit(stranger, deployer, 9n, 1, late.v, late.r, late.s))
        .to.be.revertedWithCustomError(dollar, 'ERC2612ExpiredSignature')
        .withArgs(1n);
      const { v, r, s } = await sign(NEVER);
      await expect(dollar.permit(stranger, deployer, 9n, NEVER, 0, r, s)).to.be.revertedWithCustomError(
        dollar,
        'ECDSAInvalidSignature',
      );
      const high = toBeHex(SECP256K1_ORDER - BigInt(s), 32);
      await expect(dollar.permit(stranger, deployer, 9n, NEVER, v === 27 ? 28 : 27, r, high))
        .to.be.revertedWithCustomError(dollar, 'ECDSAInvalidSignatureS')
        .withArgs(high);
    });

    it('is signed in the domain that the token shows', async () => {
      const coalition = await loadFixture(deployCoalition);
      const { dollar } = coalition;
      const { domain } = await permitOf(coalition);
      expect(await dollar.DOMAIN_SEPARATOR()).to.equal(TypedDataEncoder.hashDomain(domain));
      const shown = await dollar.eip712Domain();
      expect([shown.name, shown.version, Number(shown.chainId), shown.verifyingContract]).to.deep.equal(
        Object.values(domain),
      );
    });
  });
});

import { expect } from 'chai';
import { loadFixture, mineAt, time } from '../../helpers/chain.ts';
import { eoaKey, FULL, keysFixture, NOBODY, NONE, type Signer, strangerKey, WAIT } from './stage.ts';

const [ben, dan, eva] = [eoaKey('ben'), eoaKey('dan'), eoaKey('eva')];
const [fresh, other] = [eoaKey('fresh'), eoaKey('other')];

/** Dan and eva are recovery keys, ben is a full one; dan has asked for `fresh`. */
async function askedFixture() {
  const stage = await keysFixture();
  const { keys, ana, add, submit } = stage;
  await add(ben, 'full');
  await add(dan, 'recovery');
  await add(eva, 'recovery');
  const ask = (by: Signer, key: Signer) => submit({ key: key.name, role: 'full' }, by);
  const isAsked = await ask(dan, fresh);
  const asked = await time.latest();
  const pending = () => keys.pendingKeyOf(ana.name);
  return { ...stage, ask, asked, isAsked, pending };
}

describe('MemberKeys, recovery', () => {
  it('has no power but to ask', async () => {
    const { authorityOf } = await loadFixture(askedFixture);
    expect(await authorityOf(dan)).to.equal(NOBODY);
  });

  describe('of a key', () => {
    it('is active after the wait, to the second, without another call', async () => {
      const { keys, ana, asked, isAsked, authorityOf, pending, submit } = await loadFixture(askedFixture);
      await expect(isAsked)
        .to.emit(keys, 'KeyChanged')
        .withArgs(ana.name, fresh.name, FULL, 0, asked + WAIT, dan.name, 3);
      expect(await keys.keyOf(ana.name, fresh.name)).to.deep.equal([1n, 0n, 0n, BigInt(asked + WAIT)]);
      await mineAt(asked + WAIT - 1);
      expect([await authorityOf(fresh), await pending()]).to.deep.equal([NOBODY, fresh.name]);
      await mineAt(asked + WAIT);
      expect([await authorityOf(fresh), await pending()]).to.deep.equal([ana.name, NOBODY]);
      await submit({ key: ben.name, role: 'none' }, fresh);
    });

    it('can sign no change of keys while it waits', async () => {
      const { keys, asked, submit } = await loadFixture(askedFixture);
      await time.setNextBlockTimestamp(asked + WAIT - 1);
      await expect(submit({ key: other.name }, fresh)).to.be.revertedWithCustomError(
        keys,
        'KeySignatureInvalid',
      );
      await time.setNextBlockTimestamp(asked + WAIT);
      await submit({ key: other.name }, fresh);
    });

    it('stays full when its recovery key is removed after the wait', async () => {
      const { asked, add, authorityOf, ana } = await loadFixture(askedFixture);
      await time.setNextBlockTimestamp(asked + WAIT);
      await add(dan, 'none');
      expect(await authorityOf(fresh)).to.equal(ana.name);
    });
  });

  describe('asked for again', () => {
    it('starts the wait again for the same key', async () => {
      const { asked, ask, authorityOf, ana } = await loadFixture(askedFixture);
      await time.setNextBlockTimestamp(asked + WAIT - 1);
      await ask(dan, fresh);
      await mineAt(asked + 2 * WAIT - 2);
      expect(await authorityOf(fresh)).to.equal(NOBODY);
      await mineAt(asked + 2 * WAIT - 1);
      expect(await authorityOf(fresh)).to.equal(ana.name);
    });

    it('replaces the key that waits, whichever recovery key asks, and says so', async () => {
      const { keys, ana, asked, ask, authorityOf, pending, roleOf } = await loadFixture(askedFixture);
      const second = asked + WAIT - 1;
      await time.setNextBlockTimestamp(second);
      const replaced = ask(eva, other);
      await expect(replaced)
        .to.emit(keys, 'KeyChanged')
        .withArgs(ana.name, fresh.name, NONE, 0, second, eva.name, 4);
      await expect(replaced)
        .to.emit(keys, 'KeyChanged')
        .withArgs(ana.name, other.name, FULL, 0, second + WAIT, eva.name, 4);
      expect([await roleOf(fresh), await pending()]).to.deep.equal([NONE, other.name]);
      await mineAt(second + WAIT);
      expect([await authorityOf(fresh), await authorityOf(other)]).to.deep.equal([NOBODY, ana.name]);
    });

    it('leaves a key that has become active alone', async () => {
      const { asked, ask, authorityOf, pending, ana } = await loadFixture(askedFixture);
      await time.setNextBlockTimestamp(asked + WAIT);
      await ask(dan, other);
      expect([await authorityOf(fresh), await pending()]).to.deep.equal([ana.name, other.name]);
    });
  });

  describe('refused', () => {
    it('for a key that has a role: nobody loses one by it', async () => {
      const { keys, ana, asked, add, ask } = await loadFixture(askedFixture);
      const till = strangerKey();
      await add(till, 'limited', 5n);
      for (const [key, role] of [
        [ben, 1],
        [till, 2],
        [dan, 3],
        [eva, 3],
      ] as const)
        await expect(ask(dan, key))
          .to.be.revertedWithCustomError(keys, 'KeyAlreadyAdded')
          .withArgs(ana.name, key.name, role);
      await time.setNextBlockTimestamp(asked + WAIT);
      await expect(ask(dan, fresh), 'active by now')
        .to.be.revertedWithCustomError(keys, 'KeyAlreadyAdded')
        .withArgs(ana.name, fresh.name, 1);
    });
  });

  describe('vetoed', () => {
    for (const [who, signer] of [
      ['the member’s own key', undefined],
      ['an added full key', ben],
    ] as const)
      it(`by ${who} in the last second, is over`, async () => {
        const { keys, ana, asked, authorityOf, pending, submit } = await loadFixture(askedFixture);
        await time.setNextBlockTimestamp(asked + WAIT - 1);
        await expect(submit({ key: fresh.name, role: 'none' }, signer))
          .to.emit(keys, 'KeyChanged')
          .withArgs(ana.name, fresh.name, NONE, 0, asked + WAIT - 1, (signer ?? ana).name, 4);
        await mineAt(asked + 2 * WAIT);
        expect([await authorityOf(fresh), await pending()]).to.deep.equal([NOBODY, NOBODY]);
      });

    it('can be asked for again, and waits again', async () => {
      const { add, ask, authorityOf, ana } = await loadFixture(askedFixture);
      await add(fresh, 'none');
      await ask(eva, fresh);
      const asked = await time.latest();
      await mineAt(asked + WAIT - 1);
      expect(await authorityOf(fresh)).to.equal(NOBODY);
      await mineAt(asked + WAIT);
      expect(await authorityOf(fresh)).to.equal(ana.name);
    });
  });

  describe('whose recovery key', () => {
    for (const role of ['none', 'limited', 'full'] as const)
      it(`becomes ${role}, is over, and says so`, async () => {
        const { keys, ana, asked, add, authorityOf, pending } = await loadFixture(askedFixture);
        await time.setNextBlockTimestamp(asked + 60);
        const removed = add(dan, role, role === 'limited' ? 1n : 0n);
        await expect(removed)
          .to.emit(keys, 'KeyChanged')
          .withArgs(ana.name, fresh.name, NONE, 0, asked + 60, ana.name, 4);
        await mineAt(asked + WAIT);
        expect([await authorityOf(fresh), await pending()]).to.deep.equal([NOBODY, NOBODY]);
      });

    it('is another one, or stays a recovery key, goes on', async () => {
      const { asked, add, authorityOf, pending, ana } = await loadFixture(askedFixture);
      await add(eva, 'none');
      await add(dan, 'recovery');
      expect(await pending()).to.equal(fresh.name);
      await mineAt(asked + WAIT);
      expect(await authorityOf(fresh)).to.equal(ana.name);
    });

    it('asked before another did, ends nothing', async () => {
      const { add, ask, pending } = await loadFixture(askedFixture);
      await ask(eva, other);
      await add(dan, 'none');
      expect(await pending()).to.equal(other.name);
    });
  });

  describe('of a key that a full key then adds', () => {
    it('is no recovery any more: it has its role at once, and outlives the recovery key', async () => {
      const { add, authorityOf, pending, ana } = await loadFixture(askedFixture);
      await add(fresh, 'full');
      expect([await authorityOf(fresh), await pending()]).to.deep.equal([ana.name, NOBODY]);
      await add(dan, 'none');
      expect(await authorityOf(fresh)).to.equal(ana.name);
    });

    it('can be a limited one, which the next request doesn’t touch', async () => {
      const { add, ask, authorityOf, pending } = await loadFixture(askedFixture);
      await add(fresh, 'limited', 3n);
      await ask(dan, other);
      expect([await authorityOf(fresh), await pending()]).to.deep.equal([fresh.name, other.name]);
    });
  });

  it('ends with a successor', async () => {
    const { keys, asked, add, authorityOf, pending, ana } = await loadFixture(askedFixture);
    await add(other, 'successor');
    expect(await pending()).to.equal(NOBODY);
    await mineAt(asked + WAIT);
    expect(await authorityOf(fresh)).to.equal(NOBODY);
    expect((await keys.keyOf(ana.name, fresh.name)).role).to.equal(NONE);
  });
});

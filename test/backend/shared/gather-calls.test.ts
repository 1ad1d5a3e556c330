import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { DomainError } from '../../../backend/shared/errors.ts';
import { gatherCalls } from '../../../backend/shared/gather-calls.ts';

/** Works like a database that takes a while: a group is under way until it is let go. */
function slowWork(judge: (items: readonly number[]) => readonly (number | DomainError)[]) {
  const groups: number[][] = [];
  const gates: (() => void)[] = [];
  const work = async (items: readonly number[]) => {
    groups.push([...items]);
    await new Promise<void>((resolve) => gates.push(resolve));
    return judge(items);
  };
  const letGo = () => {
    for (const open of gates.splice(0)) open();
  };
  return { groups, work, letGo };
}

const outcome = (promise: Promise<number>) => promise.then(String, (error: DomainError) => error.code);

describe('gatherCalls', () => {
  it('works at once on the first, and together on what comes meanwhile', async () => {
    const { groups, work, letGo } = slowWork((items) => items.map((item) => item * 10));
    const call = gatherCalls<number, number>({ size: 3, groups: 1, limit: 10, work });
    const first = call(1);
    await turn();
    await turn();
    const rest = [2, 3, 4, 5].map(call);
    for (let round = 0; round < 6; round++) {
      letGo();
      await turn();
    }
    expect(await Promise.all([first, ...rest])).to.deep.equal([10, 20, 30, 40, 50]);
    expect(groups).to.deep.equal([[1], [2, 3, 4], [5]]);
  });

  it('answers each by itself, and tries halves when a group fails', async () => {
    const groups: number[][] = [];
    const work = async (items: readonly number[]) => {
      groups.push([...items]);
      if (items.includes(3)) throw new Error('a bad one');
      return items.map((item) => (item === 2 ? new DomainError('ACT_REFUSED') : item));
    };
    const call = gatherCalls<number, number>({ size: 10, groups: 1, limit: 10, work });
    const answers = await Promise.all([1, 2, 3, 4].map((item) => outcome(call(item))));
    expect(answers).to.deep.equal(['1', 'ACT_REFUSED', 'INTERNAL', '4']);
    expect(groups).to.deep.equal([[1, 2, 3, 4], [1, 2], [3, 4], [3], [4]]);
  });

  it('refuses more than may wait, and asks an absent database once', async () => {
    let asked = 0;
    const work = async () => {
      asked += 1;
      throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
    };
    const call = gatherCalls<number, number>({ size: 10, groups: 1, limit: 3, work });
    const answers = await Promise.all([1, 2, 3, 4].map((item) => outcome(call(item))));
    expect(answers).to.deep.equal([...Array(3).fill('DATABASE_UNAVAILABLE'), 'OVERLOADED']);
    expect(asked).to.equal(1);
  });
});

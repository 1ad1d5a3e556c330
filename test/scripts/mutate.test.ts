import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { INVARIANT_FAULTS, invariantMutant } from '../../scripts/mutate/invariants.ts';
import { mutantsOf, shuffled } from '../../scripts/mutate/operators.ts';
import { ROOT } from '../../scripts/shared/run-tool.ts';

const SOURCE = `// SPDX-License-Identifier: MIT
import {A} from "./A.sol";

contract C {
    uint256 private constant LIMIT = 1_024; // 5 < 6
    /// @notice 1 + 1
    function pay(uint256 a) external restricted {
        if (a > LIMIT) revert TooMuch(a);
        if (!open) {
            revert Closed();
        }
        _paid[msg.sender] += a;
        emit Paid(a + 7);
    }
}`;

const faultsOn = (line: number) =>
  mutantsOf('C.sol', SOURCE)
    .filter((mutant) => mutant.line === line)
    .map(({ fault, after }) => [fault, after.trim()]);

describe('scripts/mutate', () => {
  describe('mutantsOf', () => {
    it('puts one fault into one line', () => {
      const lines = SOURCE.split('\n');
      const mutants = mutantsOf('C.sol', SOURCE);
      for (const { line, before, after } of mutants) {
        expect(before).to.equal(lines[line - 1]);
        expect(after).not.to.equal(before);
        expect(after).not.to.include('\n');
      }
      expect(new Set(mutants.map(({ line, after }) => `${line} ${after}`)).size).to.equal(mutants.length);
    });

    it('leaves comments and imports alone', () => {
      expect([1, 2, 3, 4, 6].flatMap(faultsOn)).to.deep.equal([]);
      expect(faultsOn(5)).to.deep.equal([
        ['1_024 becomes 1025', 'uint256 private constant LIMIT = 1025; // 5 < 6'],
      ]);
    });

    it('takes modifiers, checks and statements away', () => {
      expect(faultsOn(7)).to.deep.equal([['restricted is gone', 'function pay(uint256 a) external {']]);
      expect(faultsOn(8)).to.deep.equal([
        ['> becomes >=', 'if (a >= LIMIT) revert TooMuch(a);'],
        ['a check is gone', ''],
      ]);
      expect(faultsOn(9)).to.deep.equal([
        ['if (! becomes if (', 'if (open) {'],
        ['a check is gone', 'if (false) {'],
      ]);
      expect(faultsOn(12)).to.deep.equal([
        ['+= becomes -=', '_paid[msg.sender] -= a;'],
        ['a statement is gone', ''],
      ]);
    });

    it('keeps events, but not what is in them', () => {
      expect(faultsOn(13).map(([fault]) => fault)).to.deep.equal(['+ becomes -', '7 becomes 8']);
    });
  });

  describe('invariantMutant', () => {
    for (const fault of INVARIANT_FAULTS)
      it(`finds the line of ${fault.invariant}`, () => {
        const source = readFileSync(join(ROOT, fault.file), 'utf8');
        const { line, before, after } = invariantMutant(fault, source);
        expect(source.split('\n')[line - 1]).to.equal(before);
        expect(after).not.to.equal(before);
      });

    it('refuses a line that stands there twice or not at all', () => {
      const [fault] = INVARIANT_FAULTS;
      if (!fault) throw new Error('no fault');
      expect(() => invariantMutant(fault, `${fault.before}\n${fault.before}`)).to.throw('not exactly one');
      expect(() => invariantMutant(fault, '')).to.throw('not exactly one');
    });
  });

  describe('shuffled', () => {
    const mutants = mutantsOf('C.sol', SOURCE);

    it('gives every mutant once, in an order that the seed fixes', () => {
      const one = shuffled(mutants, 1);
      expect(one).to.have.members(mutants);
      expect(shuffled(mutants, 1)).to.deep.equal(one);
      expect(shuffled(mutants, 2)).not.to.deep.equal(one);
    });
  });
});

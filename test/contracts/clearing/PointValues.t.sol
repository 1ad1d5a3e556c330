// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PointValues} from "../../../contracts/clearing/PointValues.sol";
import {ValueLists} from "../twins/ValueList.sol";
import {vm, within} from "../Vm.sol";

/// @dev The one-word value table does what a list with a value for every epoch does.
contract PointValuesTest {
    using PointValues for uint256;
    using ValueLists for ValueLists.ValueList;

    uint256 private constant POINTS_MAX = (1 << 48) - 1;
    uint256 private constant VALUE_MAX = (1 << 40) - 1;
    uint256 private constant LAST_EPOCH = 0xffff;

    ValueLists.ValueList private _twin;
    uint256 private _word;
    uint256 private _epoch;

    function testFuzz_YearsOfValuesEqualList(
        uint256[24] calldata steps,
        uint256 value,
        uint256 epoch
    ) external {
        _begin(within(value, 1, VALUE_MAX), within(epoch, 4, LAST_EPOCH - 500));
        for (uint256 i; i < steps.length; ++i) {
            uint256 random = steps[i] >> 8;
            if (steps[i] % 4 == 0) _epoch += random % 11;
            else if (steps[i] % 4 == 1) _announce(within(random, 1, VALUE_MAX));
            else if (steps[i] % 4 == 2) _raise(random);
            // Every fourth step only looks, with the word as it was last written.
            _requireSame();
        }
    }

    function test_RollAtEveryGap() external {
        _begin(11, 8);
        for (uint256 epoch = 9; epoch < 12; ++epoch) {
            _announce(epoch * 5);
            _epoch = epoch;
            _requireSame();
        }
        _announce(VALUE_MAX);
        for (uint256 gap; gap <= 10; ++gap) {
            ++_epoch;
            _requireSame();
        }
        uint256 far = _word.rolled(LAST_EPOCH);
        for (uint256 i; i <= 4; ++i) vm.assertEq(far.valueAt(i), VALUE_MAX, "value at last");
        vm.assertEq(far >> PointValues.EPOCH_SHIFT, LAST_EPOCH, "epoch at last");
    }

    function test_FirstValueHoldsForAllEpochs() external {
        _begin(VALUE_MAX, LAST_EPOCH);
        _requireSame();
    }

    function testFuzz_WithChangesOneValueOnly(
        uint256 word,
        uint256 index,
        uint256 value
    ) external pure {
        word = word & ((1 << 216) - 1);
        index = within(index, 0, 4);
        value = within(value, 0, VALUE_MAX);
        uint256 changed = word.with(index, value);
        for (uint256 i; i <= 4; ++i) {
            vm.assertEq(changed.valueAt(i), i == index ? value : word.valueAt(i), "value");
        }
        vm.assertEq(changed >> 200, word >> 200, "epoch");
    }

    /// @dev All sums that a supply can have: four buckets of 2^48 − 1 points together at most.
    function testFuzz_WorthEqualsSumOverLots(
        uint256[4] memory points,
        uint256[4] memory values
    ) external pure {
        uint256 left = POINTS_MAX;
        for (uint256 i; i < 4; ++i) {
            points[i] = within(points[i], 0, left);
            left -= points[i];
            values[i] = within(values[i], 0, VALUE_MAX);
        }
        _requireWorth(points, values);
    }

    function test_WorthAtItsLargest() external pure {
        for (uint256 i; i < 4; ++i) {
            uint256[4] memory points;
            uint256[4] memory values = [VALUE_MAX, VALUE_MAX, VALUE_MAX, VALUE_MAX];
            points[i] = POINTS_MAX;
            _requireWorth(points, values);
        }
    }

    function _begin(uint256 value, uint256 epoch) private {
        _word = PointValues.initial(value, epoch);
        _epoch = epoch;
        _twin.start(value, epoch);
    }

    function _announce(uint256 value) private {
        _word = _word.rolled(_epoch).with(PointValues.NEXT, value);
        _twin.advance(_epoch);
        _twin.next = value;
    }

    function _raise(uint256 random) private {
        uint256 index = random % 4;
        uint256 value = within(random >> 2, 1, VALUE_MAX);
        _word = _word.rolled(_epoch).with(index, value);
        _twin.advance(_epoch);
        _twin.valueOf[_epoch - (3 - index)] = value;
    }

    function _requireSame() private {
        _twin.advance(_epoch);
        uint256 word = _word.rolled(_epoch);
        for (uint256 i; i <= 4; ++i) {
            vm.assertEq(word.valueAt(i), _twin.valueIn(_epoch + i - 3), "value of the epoch");
        }
        vm.assertEq(word >> PointValues.EPOCH_SHIFT, _epoch, "epoch");
    }

    /// @dev The words are put together here by multiplication, which needs no shift.
    function _requireWorth(uint256[4] memory points, uint256[4] memory values) private pure {
        uint256 buckets = (7 << 208) | (33 << 192); // nonces and an epoch, which don't count
        uint256 word = (9 << 160) | (33 << 200); // the next epoch's value doesn't count either
        uint256 sum;
        for (uint256 i; i < 4; ++i) {
            buckets += points[i] * (2 ** 48) ** i;
            word += values[i] * (2 ** 40) ** i;
            sum += points[i] * values[i];
        }
        vm.assertEq(word.worth(buckets), sum, "worth");
    }
}

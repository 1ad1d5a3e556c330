// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountWord} from "../../../contracts/points/AccountWord.sol";
import {LotAccounts} from "../twins/LotAccount.sol";
import {vm, within} from "../Vm.sol";

/// @dev The one-word account does what an account of lots does.
contract AccountWordTest {
    using AccountWord for uint256;
    using LotAccounts for LotAccounts.LotAccount;

    uint256 private constant MAX = (1 << 48) - 1;
    uint256 private constant LAST_EPOCH = 0xffff;

    LotAccounts.LotAccount private _twin;
    uint256 private _word;
    uint256 private _epoch;

    function testFuzz_LifeOfAnAccountEqualsLots(
        uint256[24] calldata steps,
        uint256 validity,
        uint256 epoch
    ) external {
        validity = within(validity, 1, 4);
        _epoch = within(epoch, 3, LAST_EPOCH - 2_000);
        for (uint256 i; i < steps.length; ++i) {
            uint256 choice = steps[i] % 8;
            uint256 random = steps[i] >> 8;
            if (choice == 0) _epoch += random % 11;
            else if (choice == 1 && random % 16 == 0) _epoch += random % 700;
            else if (choice < 5) _earn(random, validity);
            else _spend(random, validity);
            _requireSame(validity);
        }
    }

    /// @dev Any word at all, full buckets included; a first-time account has epoch 0.
    function testFuzz_RollKeepsLiveBucketsOnly(
        uint256 word,
        uint256 gap,
        uint256 validity
    ) external pure {
        _requireRolls(word, within(gap, 0, LAST_EPOCH - word.epochOf()), within(validity, 1, 4));
    }

    function test_RollAtEveryGapAndValidity() external pure {
        uint256 full = (1 << 192) - 1;
        uint256 distinct = 1 | (2 << 48) | (3 << 96) | (MAX << 144) | (7 << 208) | (1 << 240);
        for (uint256 validity = 1; validity <= 4; ++validity) {
            for (uint256 gap; gap <= 10; ++gap) {
                _requireRolls(full, gap, validity);
                _requireRolls(distinct | (200 << 192), gap, validity);
            }
            _requireRolls(full, LAST_EPOCH, validity);
            _requireRolls(distinct, LAST_EPOCH, validity);
        }
    }

    function testFuzz_TakeIsEarliestFirst(uint256 word, uint256 amount) external pure {
        _requireTakes(word, within(amount, 0, 5 * MAX));
    }

    function test_TakeAtBucketEdges() external pure {
        uint256 full = (1 << 192) - 1;
        for (uint256 buckets; buckets <= 4; ++buckets) {
            uint256 edge = buckets * MAX;
            _requireTakes(full, edge);
            _requireTakes(full, edge + 1);
            if (edge != 0) _requireTakes(full, edge - 1);
        }
        _requireTakes(0, 1);
        _requireTakes(MAX << 144, MAX);
        _requireTakes(MAX << 144, MAX + 1);
    }

    function test_NonceWindowEdges() external {
        _useNonce(1_024); // as far as a first act may jump
        vm.assertTrue(_word.isNonceOpen(1_009), "15 behind the highest is open");
        vm.assertTrue(!_word.isNonceOpen(1_008), "16 behind the highest is closed");
        vm.assertTrue(_word.isNonceOpen(2_049), "1,024 beyond the next is open");
        vm.assertTrue(!_word.isNonceOpen(2_050), "1,025 beyond the next is closed");
        _useNonce(1_009);
        vm.assertTrue(!_word.isNonceOpen(1_009), "used once");
        _useNonce(1_025);
        _useNonce(2_050);
        _requireSameNonces();
    }

    function test_NonceRangeEndsOneBelowItsMask() external pure {
        uint256 last = uint256(0xfffffffe);
        uint256 word = last << 208;
        vm.assertTrue(word.isNonceOpen(last), "the last nonce can be used");
        vm.assertTrue(!word.isNonceOpen(last + 1), "the one above it would wrap");
        word = word.withNonceUsed(last);
        vm.assertEq(word.nextNonce(), last + 1, "next");
        vm.assertTrue(!word.isNonceOpen(last), "used");
        vm.assertTrue(!word.isNonceOpen(last + 1), "never opens");
        vm.assertTrue(word.isNonceOpen(last - 15), "the window still works");
    }

    /// @dev 32 nonces around the window's edges, in any order, from any start.
    function testFuzz_NonceWindowEqualsSet(uint8[32] calldata around, uint16 start) external {
        _useNonce(uint256(start) % 1_025);
        for (uint256 i; i < around.length; ++i) {
            uint256 next = _word.nextNonce();
            uint256 back = around[i] % 64;
            // Mostly 23 ahead to 40 behind, seldom at the jump's bound: 1,022 to 1,027 ahead.
            if (around[i] < 250 && back > next + 23) continue;
            uint256 nonce = around[i] < 250 ? next + 23 - back : next + 772 + around[i];
            bool open = _word.isNonceOpen(nonce);
            vm.assertTrue(open == _twin.isOpen(nonce), "open as in the set");
            if (open) _useNonce(nonce);
        }
        _requireSameNonces();
    }

    function testFuzz_NonceUseTouchesNothingElse(uint256 word, uint256 jump) external pure {
        uint256 nonce = word.nextNonce() + within(jump, 0, 1_024);
        if (!word.isNonceOpen(nonce)) return;
        uint256 low = (1 << 208) - 1;
        vm.assertEq(word.withNonceUsed(nonce) & low, word & low, "buckets and epoch");
    }

    function _earn(uint256 random, uint256 validity) private {
        uint256 held = _twin.balance(_epoch, validity);
        // The supply's cap is the account's: see PointsToken.SUPPLY_CAP.
        uint256 amount = random % 4 == 0 ? MAX - held : (random >> 2) % (MAX - held + 1);
        _word = _word.rolled(_epoch, validity) + (amount << AccountWord.CURRENT_SHIFT);
        _twin.earn(_epoch, amount);
    }

    function _spend(uint256 random, uint256 validity) private {
        uint256 held = _twin.balance(_epoch, validity);
        uint256 amount = random % 8 == 0 ? held + ((random >> 3) % 3) : (random >> 3) % (held + 1);
        uint256 rolled = _word.rolled(_epoch, validity);
        (uint256 taken, uint256 short) = rolled.take(amount);
        (LotAccounts.Lot[] memory lots, uint256 twinShort) = _twin.spend(amount, _epoch, validity);
        vm.assertEq(short, twinShort, "short by as much");
        if (short != 0) return;
        for (uint256 i; i < lots.length; ++i) {
            vm.assertEq(taken.bucket(3 - (_epoch - lots[i].epoch)), lots[i].amount, "taken");
        }
        uint256 nonce = _word.nextNonce() + ((random >> 128) % 3);
        vm.assertTrue(_word.isNonceOpen(nonce), "a near nonce is open");
        _twin.useNonce(nonce);
        _word = rolled.withNonceUsed(nonce) - taken;
    }

    function _useNonce(uint256 nonce) private {
        vm.assertTrue(_word.isNonceOpen(nonce), "open before its use");
        _word = _word.withNonceUsed(nonce);
        _twin.useNonce(nonce);
    }

    function _requireSame(uint256 validity) private view {
        uint256 word = _word.rolled(_epoch, validity);
        vm.assertEq(word.epochOf(), _epoch, "epoch");
        vm.assertEq(word.total(), _twin.balance(_epoch, validity), "balance");
        for (uint256 i; i < 4; ++i) {
            uint256 held = _twin.heldOf(_epoch + i - 3, _epoch, validity);
            vm.assertEq(word.bucket(i), held, "bucket");
        }
        vm.assertEq(word >> 208, _word >> 208, "nonces survive a roll");
        _requireSameNonces();
    }

    function _requireSameNonces() private view {
        uint256 next = _word.nextNonce();
        vm.assertEq(next, _twin.next(), "next nonce");
        for (uint256 back; back < 20 && back < next; ++back) {
            uint256 nonce = next - 1 - back;
            vm.assertTrue(_word.isNonceOpen(nonce) == _twin.isOpen(nonce), "nonce behind");
        }
        for (uint256 jump = 1_022; jump < 1_028; ++jump) {
            uint256 nonce = next + jump;
            vm.assertTrue(_word.isNonceOpen(nonce) == _twin.isOpen(nonce), "nonce ahead");
        }
        vm.assertTrue(_word.isNonceOpen(next), "the next nonce is always open");
    }

    /// @dev Bucket by bucket: the points of epoch e are in bucket 3 − (now − e), or nowhere.
    function _requireRolls(uint256 word, uint256 gap, uint256 validity) private pure {
        uint256 epoch = word.epochOf() + gap;
        uint256 rolled = word.rolled(epoch, validity);
        uint256 sum;
        for (uint256 i; i < 4; ++i) {
            bool live = i >= 4 - validity && i + gap < 4;
            uint256 expected = live ? (word >> (48 * (i + gap))) & MAX : 0;
            vm.assertEq(rolled.bucket(i), expected, "bucket after the roll");
            sum += expected;
        }
        vm.assertEq(rolled.total(), sum, "total");
        vm.assertEq(rolled.epochOf(), epoch, "epoch");
        vm.assertEq(rolled >> 208, word >> 208, "nonces");
    }

    function _requireTakes(uint256 word, uint256 amount) private pure {
        (uint256 taken, uint256 short) = word.take(amount);
        uint256 left = amount;
        for (uint256 i; i < 4; ++i) {
            uint256 held = word.bucket(i);
            uint256 part = held < left ? held : left;
            vm.assertEq(taken.bucket(i), part, "taken from the bucket");
            left -= part;
        }
        vm.assertEq(short, left, "short");
        vm.assertEq(taken >> 192, 0, "nothing above the buckets");
        vm.assertTrue(short == 0 || taken == word & ((1 << 192) - 1), "all, if it falls short");
    }
}

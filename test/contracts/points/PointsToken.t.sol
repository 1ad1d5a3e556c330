// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountWord} from "../../../contracts/points/AccountWord.sol";
import {IPointsToken} from "../../../contracts/points/IPointsToken.sol";
import {PointsToken} from "../../../contracts/points/PointsToken.sol";
import {TokenTerms} from "../../../contracts/points/TokenTerms.sol";
import {LotAccounts} from "../twins/LotAccount.sol";
import {SlowCalendar} from "../twins/SlowCalendar.sol";
import {vm} from "../Vm.sol";

/// @dev A brand's token, over years of real time, does what accounts of lots and a counted
/// calendar do. This contract stands in the coalition's place.
contract PointsTokenTest {
    using AccountWord for uint256;
    using LotAccounts for LotAccounts.LotAccount;

    uint256 private constant START = 1_763_769_600; // 2025-11-22
    uint256 private constant MEMBERS = 3;

    address private immutable _implementation = address(new PointsToken());

    IPointsToken private _token;
    uint256 private _quarters;
    uint256 private _validity;
    uint256 private _clock;
    mapping(address member => LotAccounts.LotAccount) private _twins;

    function testFuzz_YearsOfATokenEqualLots(uint256[24] calldata steps, uint256 terms) external {
        _open(terms % 3, (terms >> 8) % 4);
        for (uint256 i; i < steps.length; ++i) {
            uint256 random = steps[i] >> 8;
            if (steps[i] % 8 < 2) _mint(random);
            else if (steps[i] % 8 == 2) _mintBatch(random);
            else if (steps[i] % 8 < 5) _spend(random);
            else if (steps[i] % 8 == 5) _transfer(random);
            else _pass(random);
            _requireSame();
        }
    }

    /// @dev Usable through the last second; gone in the next one.
    function test_PointsLastThroughTheLastSecondAtEveryCalendar() external {
        for (uint256 length; length < 3; ++length) {
            for (uint256 validity; validity < 4; ++validity) {
                _open(length, validity);
                _token.mint(_member(0), 5);
                uint256 expiry = _token.expiresAt(_token.currentEpoch());
                vm.warp(expiry - 1);
                vm.assertEq(_token.balanceOf(_member(0)), 5, "held in the last second");
                _token.spend(_member(0), 1, 0);
                vm.assertEq(_token.totalSupply(), 4, "spent in the last second");
                vm.warp(expiry);
                vm.assertEq(_token.balanceOf(_member(0)), 0, "gone");
                vm.assertEq(_token.totalSupply(), 0, "and out of the supply");
                bytes memory spend = abi.encodeCall(IPointsToken.spend, (_member(0), 1, 1));
                vm.assertTrue(!_try(spend), "an expired point can't be spent");
            }
        }
    }

    function _open(uint256 length, uint256 validity) private {
        _quarters = 2 ** length;
        _validity = validity + 1;
        _clock = START;
        vm.warp(_clock);
        TokenTerms.Calendar memory calendar = TokenTerms.Calendar(_quarters, _validity, true);
        _token = IPointsToken(TokenTerms.deploy(_implementation, "Points", "PTS", calendar));
        vm.assertEq(_token.quartersPerEpoch(), _quarters, "quarters");
        vm.assertEq(_token.validityDuration(), _validity, "validity");
    }

    function _mint(uint256 random) private {
        address member = _member(random);
        uint256 amount = _mintable(random >> 8);
        _token.mint(member, amount);
        _twins[member].earn(_epoch(), amount);
    }

    /// @dev The same member may be there twice.
    function _mintBatch(uint256 random) private {
        bytes32[] memory mints = new bytes32[](3);
        uint256 room = _mintable(0);
        for (uint256 i; i < mints.length; ++i) {
            address member = _member(random >> (8 * i));
            uint256 amount = (random >> (32 + 40 * i)) % (room / 3 + 1);
            mints[i] = bytes32((uint256(uint160(member)) << 96) | amount);
            _twins[member].earn(_epoch(), amount);
        }
        _token.mintBatch(mints);
    }

    function _spend(uint256 random) private {
        address member = _member(random);
        uint256 amount = _spendable(member, random >> 8);
        uint256 nonce = _twins[member].next() + ((random >> 160) % 20);
        nonce = nonce < 17 ? nonce : nonce - 17;
        bool open = _twins[member].isOpen(nonce);
        bool done = _try(abi.encodeCall(IPointsToken.spend, (member, amount, nonce)));
        vm.assertTrue(_token.isNonceOpen(member, nonce) == (open && !done), "nonce");
        if (!open) return vm.assertTrue(!done, "a used nonce does nothing");
        (, uint256 short) = _twins[member].spend(amount, _epoch(), _validity);
        vm.assertTrue(done == (short == 0), "spends what is there and no more");
        if (done) _twins[member].useNonce(nonce);
    }

    /// @dev A moved point keeps its epoch; a member can send to itself.
    function _transfer(uint256 random) private {
        address from = _member(random);
        address to = _member(random >> 8);
        uint256 amount = _spendable(from, random >> 16);
        (LotAccounts.Lot[] memory lots, uint256 short) = _twins[from].spend(
            amount,
            _epoch(),
            _validity
        );
        for (uint256 i; i < lots.length; ++i) _twins[to].earn(lots[i].epoch, lots[i].amount);
        vm.prank(from);
        bool done = _try(abi.encodeCall(_token.transfer, (to, amount)));
        vm.assertTrue(done == (short == 0), "moves what is there and no more");
    }

    /// @dev Seconds, days, to the edges of an epoch, or years.
    function _pass(uint256 random) private {
        uint256 kind = random % 8;
        random >>= 8;
        if (kind < 4) _clock += random % 60 days;
        else if (kind < 6) _clock = _token.expiresAt(_epoch() - _validity + 1) + (random % 3) - 1;
        else if (kind == 6) _clock += random % 1_500 days;
        vm.warp(_clock);
    }

    function _requireSame() private view {
        uint256 epoch = _epoch();
        vm.assertEq(_token.currentEpoch(), epoch, "epoch");
        uint256 supply;
        uint256[4] memory held;
        for (uint256 m; m < MEMBERS; ++m) {
            address member = _member(m);
            uint256 balance = _twins[member].balance(epoch, _validity);
            vm.assertEq(_token.balanceOf(member), balance, "balance");
            vm.assertEq(_token.nextNonce(member), _twins[member].next(), "next nonce");
            supply += balance;
            for (uint256 i; i < 4; ++i) {
                uint256 earned = _twins[member].heldOf(epoch - i, epoch, _validity);
                vm.assertEq(_token.balanceOfAtEpoch(epoch - i, member), earned, "of epoch");
                held[i] += earned;
            }
            vm.assertEq(_token.balanceOfAtEpoch(epoch - 4, member), 0, "of long ago");
            vm.assertEq(_token.balanceOfAtEpoch(epoch + 1, member), 0, "of the future");
        }
        vm.assertEq(_token.totalSupply(), supply, "supply");
        uint256 word = _token.supplyWord();
        for (uint256 i; i < 4; ++i) vm.assertEq(word.bucket(3 - i), held[i], "supply of epoch");
    }

    function _epoch() private view returns (uint256) {
        return SlowCalendar.epochAt(_clock, _quarters);
    }

    function _member(uint256 random) private pure returns (address) {
        return address(uint160(0xA11CE + (random % MEMBERS)));
    }

    /// @dev Up to all that the supply's cap leaves.
    function _mintable(uint256 random) private view returns (uint256) {
        uint256 room = (1 << 48) - 1 - _token.totalSupply();
        return random % 4 == 0 ? room : (random >> 2) % (room + 1);
    }

    /// @dev Seldom one too many.
    function _spendable(address member, uint256 random) private view returns (uint256) {
        uint256 held = _twins[member].balance(_epoch(), _validity);
        return random % 8 == 0 ? held + ((random >> 3) % 2) : (random >> 3) % (held + 1);
    }

    function _try(bytes memory data) private returns (bool done) {
        (done, ) = address(_token).call(data);
    }
}

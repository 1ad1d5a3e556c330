// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountWord} from "../../../contracts/points/AccountWord.sol";
import {IPointsToken} from "../../../contracts/points/IPointsToken.sol";
import {PointsToken} from "../../../contracts/points/PointsToken.sol";
import {TokenTerms} from "../../../contracts/points/TokenTerms.sol";
import {LotAccounts} from "../twins/LotAccount.sol";
import {LotSupplies} from "../twins/LotSupply.sol";
import {SlowCalendar} from "../twins/SlowCalendar.sol";
import {Log, vm} from "../Vm.sol";

/// @dev A brand's token, over years of real time, does what accounts of lots and a counted
/// calendar do. This contract stands in the coalition's place.
contract PointsTokenTest {
    using AccountWord for uint256;
    using LotAccounts for LotAccounts.LotAccount;
    using LotSupplies for LotSupplies.LotSupply;

    uint256 private constant START = 1_763_769_600; // 2025-11-22
    uint256 private constant MEMBERS = 3;

    address private immutable _implementation = address(new PointsToken());

    IPointsToken private _token;
    uint256 private _quarters;
    uint256 private _validity;
    uint256 private _clock;
    uint256 private _firstEpoch;
    LotSupplies.LotSupply private _supplyTwin;
    mapping(address member => LotAccounts.LotAccount) private _twins;
    /// @dev What spends and gifts took, to be given back.
    uint256[] private _taken;

    function testFuzz_YearsOfATokenEqualLots(uint256[32] calldata steps, uint256 terms) external {
        _open(terms % 3, (terms >> 8) % 4);
        for (uint256 i; i < steps.length; ++i) {
            uint256 choice = steps[i] % 32;
            uint256 random = steps[i] >> 8;
            if (choice < 7) _mint(random);
            else if (choice < 10) _mintBatch(random);
            else if (choice < 15) _spend(random);
            else if (choice < 17) _transfer(random);
            else if (choice < 19) _gift(random);
            else if (choice < 21) _transferAtEpoch(random);
            else if (choice < 24) _restore(random);
            else if (choice == 24) _cancel(random);
            else if (choice == 25 && random % 4 == 0) _moveAccount(random >> 8);
            else if (choice == 26) _token.rollSupply();
            else _pass(random);
            _requireSame();
        }
    }

    /// @dev What is said to have expired, once for each epoch, is what has.
    function testFuzz_ExpiryIsSaidOnceAndExactly(
        uint256[24] calldata steps,
        uint256 terms
    ) external {
        _open(terms % 3, (terms >> 8) % 4);
        vm.recordLogs();
        for (uint256 i; i < steps.length; ++i) {
            uint256 random = steps[i] >> 8;
            if (steps[i] % 8 < 3) _mint(random);
            else if (steps[i] % 8 == 3) _spend(random);
            else if (steps[i] % 8 == 4) {
                // What a call emits before it reverts is recorded as well: let it be said before.
                _token.rollSupply();
                _restore(random);
            } else _pass(random);
        }
        _token.rollSupply();
        uint256[] memory said = new uint256[](_epoch() - _firstEpoch + 1);
        Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != IPointsToken.PointsExpired.selector) continue;
            uint256 index = uint256(logs[i].topics[1]) - _firstEpoch;
            vm.assertEq(said[index], 0, "said twice");
            said[index] = abi.decode(logs[i].data, (uint256));
            vm.assertTrue(said[index] != 0, "said for nothing");
        }
        for (uint256 i; i < said.length; ++i) {
            (, , uint256 expired) = _supplyTwin.totals(_firstEpoch + i, _epoch(), _validity);
            vm.assertEq(said[i], expired, "said to have expired");
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
        _firstEpoch = _epoch();
    }

    function _mint(uint256 random) private {
        address member = _member(random);
        uint256 amount = _mintable(random >> 8);
        _token.mint(member, amount);
        _earn(member, amount);
    }

    /// @dev The same member may be there twice.
    function _mintBatch(uint256 random) private {
        bytes32[] memory mints = new bytes32[](3);
        uint256 room = _mintable(0);
        for (uint256 i; i < mints.length; ++i) {
            address member = _member(random >> (8 * i));
            uint256 amount = (random >> (32 + 40 * i)) % (room / 3 + 1);
            mints[i] = bytes32((uint256(uint160(member)) << 96) | amount);
            _earn(member, amount);
        }
        _token.mintBatch(mints);
    }

    function _spend(uint256 random) private {
        address member = _member(random);
        uint256 amount = _spendable(member, random >> 8);
        uint256 nonce = _nonce(member, random >> 160);
        bool open = _twins[member].isOpen(nonce);
        (bool done, bytes memory answer) = address(_token).call(
            abi.encodeCall(IPointsToken.spend, (member, amount, nonce))
        );
        vm.assertTrue(_token.isNonceOpen(member, nonce) == (open && !done), "nonce");
        if (!open) return vm.assertTrue(!done, "a used nonce does nothing");
        (LotAccounts.Lot[] memory lots, uint256 short) = _twins[member].spend(
            amount,
            _epoch(),
            _validity
        );
        vm.assertTrue(done == (short == 0), "spends what is there and no more");
        if (!done) return;
        _twins[member].useNonce(nonce);
        uint256 taken = abi.decode(answer, (uint256));
        _requireTaken(taken, lots);
        _taken.push(taken);
        for (uint256 i; i < lots.length; ++i) _supplyTwin.spend(lots[i].epoch, lots[i].amount);
    }

    /// @dev A transfer that uses up a nonce.
    function _gift(uint256 random) private {
        address from = _member(random);
        address to = _member(random >> 8);
        uint256 amount = _spendable(from, random >> 16);
        uint256 nonce = _nonce(from, random >> 160);
        bool open = _twins[from].isOpen(nonce);
        (bool done, bytes memory answer) = address(_token).call(
            abi.encodeCall(IPointsToken.gift, (from, to, amount, nonce))
        );
        vm.assertTrue(_token.isNonceOpen(from, nonce) == (open && !done), "nonce of a gift");
        if (!open) return vm.assertTrue(!done, "a used nonce gives nothing");
        (LotAccounts.Lot[] memory lots, uint256 short) = _twins[from].spend(
            amount,
            _epoch(),
            _validity
        );
        vm.assertTrue(done == (short == 0), "gives what is there and no more");
        if (!done) return;
        _twins[from].useNonce(nonce);
        _requireTaken(abi.decode(answer, (uint256)), lots);
        for (uint256 i; i < lots.length; ++i) _twins[to].earn(lots[i].epoch, lots[i].amount);
    }

    /// @dev Of the live epochs, the one before them and the one after.
    function _transferAtEpoch(uint256 random) private {
        address from = _member(random);
        address to = _member(random >> 8);
        uint256 epoch = _epoch() + 1 - ((random >> 16) % (_validity + 2));
        uint256 held = _twins[from].heldOf(epoch, _epoch(), _validity);
        uint256 amount = (random >> 24) % 8 == 0 ? held + 1 : (random >> 27) % (held + 1);
        vm.prank(from);
        bool done = _try(abi.encodeCall(_token.transferAtEpoch, (epoch, to, amount)));
        bool may = epoch + _validity > _epoch() && !_twins[from].closed;
        vm.assertTrue(done == (may && amount <= held), "moves of a live epoch only");
        if (!done) return;
        vm.assertTrue(_twins[from].takeOf(epoch, amount, _epoch(), _validity), "twin holds it");
        _twins[to].earn(epoch, amount);
    }

    /// @dev What was once taken, the whole or a part, perhaps a second time.
    function _restore(uint256 random) private {
        if (_taken.length == 0) return;
        address member = _member(random);
        uint256 taken = _taken[(random >> 8) % _taken.length];
        uint256 since = taken.epochOf();
        uint256 room = _twinRoom();
        bool fits = true;
        uint256 sum;
        for (uint256 i; i < 4; ++i) {
            uint256 epoch = since + i - 3;
            uint256 amount = taken.bucket(i);
            if (amount == 0 || epoch + _validity <= _epoch()) continue;
            sum += amount;
            (uint256 minted, uint256 live, ) = _supplyTwin.totals(epoch, _epoch(), _validity);
            if (live + amount > minted) fits = false;
        }
        if (sum > room) fits = false;
        bool done = _try(abi.encodeCall(IPointsToken.restore, (member, taken)));
        vm.assertTrue(done == fits, "gives back no more than was minted");
        if (!done) return;
        for (uint256 i; i < 4; ++i) {
            uint256 epoch = since + i - 3;
            if (epoch + _validity <= _epoch()) continue;
            _twins[member].earn(epoch, taken.bucket(i));
            _supplyTwin.restore(epoch, taken.bucket(i));
        }
    }

    function _cancel(uint256 random) private {
        address member = _member(random);
        uint256 nonce = _nonce(member, random >> 8);
        bool open = _twins[member].isOpen(nonce);
        bool done;
        if (random % 2 == 0) {
            vm.prank(member);
            done = _try(abi.encodeCall(IPointsToken.cancelNonce, (nonce)));
        } else {
            done = _try(abi.encodeCall(IPointsToken.cancel, (member, nonce)));
        }
        vm.assertTrue(done == open, "cancels what is open");
        if (done) _twins[member].useNonce(nonce);
    }

    function _moveAccount(uint256 random) private {
        address from = _member(random);
        address to = _member(random + 1 + ((random >> 8) % (MEMBERS - 1)));
        uint256 balance = _twins[from].balance(_epoch(), _validity);
        (LotAccounts.Lot[] memory lots, ) = _twins[from].spend(balance, _epoch(), _validity);
        for (uint256 i; i < lots.length; ++i) _twins[to].earn(lots[i].epoch, lots[i].amount);
        _twins[from].close();
        vm.assertEq(_token.moveAccount(from, to), balance, "moved");
        vm.assertTrue(!_token.isNonceOpen(from, (random >> 16) % (1 << 33)), "closed");
    }

    /// @dev A moved point keeps its epoch; a member can send to itself.
    function _transfer(uint256 random) private {
        address from = _member(random);
        address to = _member(random >> 8);
        uint256 amount = _spendable(from, random >> 16);
        vm.prank(from);
        bool done = _try(abi.encodeCall(_token.transfer, (to, amount)));
        if (_twins[from].closed) return vm.assertTrue(!done, "a closed account moves nothing");
        (LotAccounts.Lot[] memory lots, uint256 short) = _twins[from].spend(
            amount,
            _epoch(),
            _validity
        );
        for (uint256 i; i < lots.length; ++i) _twins[to].earn(lots[i].epoch, lots[i].amount);
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
        for (uint256 e = _firstEpoch - 1; e <= epoch + 1; ++e) _requireSameTotals(e, epoch);
        uint256 word = _token.supplyWord();
        for (uint256 i; i < 4; ++i) vm.assertEq(word.bucket(3 - i), held[i], "supply of epoch");
    }

    function _requireSameTotals(uint256 epoch, uint256 current) private view {
        (uint256 minted, uint256 live, uint256 expired) = _token.epochTotals(epoch);
        (uint256 twinMinted, uint256 twinLive, uint256 twinExpired) = _supplyTwin.totals(
            epoch,
            current,
            _validity
        );
        vm.assertEq(minted, twinMinted, "minted in the epoch");
        vm.assertEq(live, twinLive, "live of the epoch");
        vm.assertEq(expired, twinExpired, "expired of the epoch");
    }

    function _requireTaken(uint256 taken, LotAccounts.Lot[] memory lots) private view {
        vm.assertEq(taken >> 192, _epoch(), "taken at");
        for (uint256 i; i < lots.length; ++i) {
            uint256 bucket = taken.bucket(3 - (_epoch() - lots[i].epoch));
            vm.assertEq(bucket, lots[i].amount, "taken of the epoch");
        }
    }

    function _earn(address member, uint256 amount) private {
        _twins[member].earn(_epoch(), amount);
        _supplyTwin.mint(_epoch(), amount);
    }

    /// @dev From 17 behind the next to 2 ahead.
    function _nonce(address member, uint256 random) private view returns (uint256 nonce) {
        nonce = _twins[member].next() + (random % 20);
        return nonce < 17 ? nonce : nonce - 17;
    }

    function _epoch() private view returns (uint256) {
        return SlowCalendar.epochAt(_clock, _quarters);
    }

    function _member(uint256 random) private pure returns (address) {
        return address(uint160(0xA11CE + (random % MEMBERS)));
    }

    /// @dev Points that can be live beside those that are.
    function _twinRoom() private view returns (uint256 room) {
        room = (1 << 48) - 1;
        for (uint256 m; m < MEMBERS; ++m) {
            room -= _twins[_member(m)].balance(_epoch(), _validity);
        }
    }

    /// @dev Up to all that the caps of the supply and of the epoch leave.
    function _mintable(uint256 random) private view returns (uint256) {
        uint256 room = _twinRoom();
        (uint256 minted, , ) = _supplyTwin.totals(_epoch(), _epoch(), _validity);
        if (room > (1 << 48) - 1 - minted) room = (1 << 48) - 1 - minted;
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

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRefunds} from "../../../../contracts/clearing/IRefunds.sol";
import {LotAccounts} from "../../twins/LotAccount.sol";
import {LotSupplies} from "../../twins/LotSupply.sol";
import {ValueLists} from "../../twins/ValueList.sol";
import {ActActions} from "./ActActions.sol";

/// @dev Redemptions that are taken back: in whole, in part, twice, too much, too late, by anybody.
abstract contract RefundActions is ActActions {
    using LotAccounts for LotAccounts.LotAccount;
    using LotSupplies for LotSupplies.LotSupply;
    using ValueLists for ValueLists.ValueList;

    IRefunds.Refund[] private _refunds;

    function refund(uint256 seed) external watched(false) {
        seed = _mix(seed);
        if (_redemptions.length == 0) return;
        IRefunds.Refund memory r = _draftRefund(seed);
        address caller = _refunder(r.acceptor, seed >> 128);
        string memory action = r.acceptor == r.issuer ? "refundOwn" : "refundOther";
        uint256 points = _restorable(r.issuer, r.buckets);
        uint256 value = _worthOf(r.issuer, r.buckets);
        bool expected = points != 0 && _mayRefund(r, caller) && _mayPayBack(r, points, value);
        uint256 minted = _countsAsMinted(r.acceptor, caller, value);
        expected = expected && minted <= _allowance(r.acceptor);
        bytes memory data = abi.encodeCall(IRefunds.refund, (r));
        (bool success, bytes memory answer) = _call(caller, address(hub), data);
        if (success) {
            // As if the issuer issued them again.
            promised += value;
            _requireCovered(r.issuer);
            if (r.acceptor != r.issuer) _requireCovered(r.acceptor);
        }
        if (!_expect(action, success, expected)) return;
        if (keccak256(answer) != keccak256(abi.encode(points, value))) {
            _breach("twin", "a refund gave something else back");
        }
        _useAllowance(r.acceptor, minted);
        _follow(r, value);
    }

    /// @dev Points of the acceptor that a refund by the issuer role is worth, rounded up.
    function _countsAsMinted(
        uint32 acceptor,
        address caller,
        uint256 value
    ) private view returns (uint256) {
        Brand storage b = _brands[acceptor];
        if (caller == _adminOf(acceptor) || caller == b.issuingKey) return 0;
        uint256 price = _currentValue(acceptor);
        return value / price + (value % price == 0 ? 0 : 1);
    }

    function _follow(IRefunds.Refund memory r, uint256 value) private {
        _refunds.push(r);
        _refundIds[keccak256(abi.encode(r.acceptor, r.id))] = true;
        for (uint256 back; back < 4; ++back) {
            uint256 points = _stillLive(r.issuer, r.buckets, back);
            if (points == 0) continue;
            uint256 epoch = _writtenIn(r.buckets) - back;
            _brands[r.issuer].accounts[r.member].earn(epoch, points);
            _brands[r.issuer].supply.restore(epoch, points);
        }
        if (r.acceptor == r.issuer) return;
        _brands[r.acceptor].reserve -= value;
        _brands[r.issuer].reserve += value;
    }

    function _draftRefund(uint256 seed) private view returns (IRefunds.Refund memory r) {
        uint256 recent = _redemptions.length < 8 ? _redemptions.length : 8;
        uint256 mode = (seed >> 64) % 16;
        if (mode == 0) recent = _redemptions.length;
        r = _redemptions[_redemptions.length - 1 - (seed % recent)];
        r.id = bytes32(seed);
        if (mode == 1 && _refunds.length != 0) r = _refunds[seed % _refunds.length];
        if (mode == 2) r.acceptor = _brand(seed >> 72);
        if (mode > 2 && mode < 6) r.buckets = _scaled(r.buckets, 1, 2);
        if (mode == 6) r.buckets = _scaled(r.buckets, 3, 2);
        if (mode == 7) r.buckets += 1 << 192;
        if (mode == 8) r.buckets |= seed << 208;
        if (mode == 9) r.buckets = (seed >> 72) % 2 ** 192 | (_epochOf(r.issuer) << 192);
    }

    function _refunder(uint32 acceptor, uint256 seed) private view returns (address) {
        uint256 mode = seed % 8;
        address key = acceptor <= _brandCount ? _brands[acceptor].issuingKey : address(0);
        if (mode == 0) return RELAY;
        if (mode == 1) return GOVERNOR;
        if (mode < 4) return ISSUER;
        return mode == 4 && key != address(0) ? key : _adminOf(acceptor);
    }

    function _mayRefund(IRefunds.Refund memory r, address caller) private view returns (bool) {
        if (_halted || !_isActive(r.acceptor) || !_isActive(r.issuer)) return false;
        bool admitted = caller == _adminOf(r.acceptor) || caller == ISSUER;
        if (!admitted && caller != _brands[r.acceptor].issuingKey) return false;
        if (_refundIds[keccak256(abi.encode(r.acceptor, r.id))]) return false;
        return _writtenIn(r.buckets) <= _epochOf(r.issuer);
    }

    /// @dev No epoch can have more points than it was minted, and both brands are to be covered.
    function _mayPayBack(
        IRefunds.Refund memory r,
        uint256 points,
        uint256 value
    ) private view returns (bool) {
        Brand storage b = _brands[r.issuer];
        for (uint256 back; back < 4; ++back) {
            uint256 part = _stillLive(r.issuer, r.buckets, back);
            if (part == 0) continue;
            uint256 epoch = _writtenIn(r.buckets) - back;
            (uint256 minted, uint256 live, ) = b.supply.totals(epoch, epoch, b.validity);
            if (live + part > minted) return false;
        }
        if (_supply(r.issuer) + points > CAP) return false;
        uint256 liability = _liability(r.issuer) + value;
        if (r.acceptor == r.issuer) return _covers(r.issuer, b.reserve, liability);
        uint256 reserve = _brands[r.acceptor].reserve;
        if (reserve < value) return false;
        bool covered = _covers(r.acceptor, reserve - value, _liability(r.acceptor));
        return covered && _covers(r.issuer, b.reserve + value, liability);
    }

    function _restorable(uint32 brand, uint256 buckets) private view returns (uint256 sum) {
        for (uint256 back; back < 4; ++back) sum += _stillLive(brand, buckets, back);
    }

    function _worthOf(uint32 brand, uint256 buckets) private view returns (uint256 sum) {
        for (uint256 back; back < 4; ++back) {
            uint256 points = _stillLive(brand, buckets, back);
            if (points == 0) continue;
            sum += points * _brands[brand].values.valueIn(_writtenIn(buckets) - back);
        }
    }

    function _writtenIn(uint256 buckets) private pure returns (uint256) {
        return (buckets / 2 ** 192) % 2 ** 16;
    }

    function _scaled(uint256 buckets, uint256 up, uint256 down) private pure returns (uint256 s) {
        s = (buckets >> 192) << 192;
        for (uint256 i; i < 4; ++i) {
            uint256 points = (buckets >> (48 * i)) % 2 ** 48;
            s |= ((points * up) / down) << (48 * i);
        }
    }
}

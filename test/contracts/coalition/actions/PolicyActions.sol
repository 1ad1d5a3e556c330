// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReserves} from "../../../../contracts/clearing/IReserves.sol";
import {IHalts} from "../../../../contracts/governance/IHalts.sol";
import {IPartners} from "../../../../contracts/partners/IPartners.sol";
import {SlowCalendar} from "../../twins/SlowCalendar.sol";
import {ValueLists} from "../../twins/ValueList.sol";
import {within} from "../../Vm.sol";
import {MoneyActions} from "./MoneyActions.sol";

/// @dev Point values, coverage policy and halts.
abstract contract PolicyActions is MoneyActions {
    using ValueLists for ValueLists.ValueList;

    uint256 private constant HALT_LASTS = 3;

    uint32 private _haltedBrand;
    uint256 private _haltedAtCall;

    function announceValue(uint256 seed) external watched(false) {
        seed = _mix(seed);
        uint32 brand = _brand(seed);
        uint256 next = _brands[brand].values.next;
        uint256 value = (next * within(seed >> 8, 50, 150)) / 100 + ((seed >> 16) % 3);
        if (value > type(uint40).max) value = type(uint40).max;
        uint256 begins = SlowCalendar.startOf(_epochOf(brand) + 1, _brands[brand].quarters);
        bool inTime = value >= next || _clock + 30 days <= begins;
        bytes memory data = abi.encodeCall(IReserves.scheduleValue, (brand, uint40(value)));
        (bool success, ) = _call(_adminOf(brand), address(hub), data);
        if (!_expect("announceValue", success, value != 0 && inTime)) return;
        _recordBreakage(brand);
        _brands[brand].values.next = value;
    }

    function raiseValue(uint256 seed) external watched(false) {
        seed = _mix(seed);
        uint32 brand = _brand(seed);
        uint256 current = _epochOf(brand);
        uint256 validity = _brands[brand].validity;
        uint256 epoch = current - ((seed >> 8) % validity);
        if ((seed >> 16) % 8 == 0) epoch = current - validity;
        if ((seed >> 16) % 8 == 1) epoch = current + 1;
        uint256 old = _brands[brand].values.valueIn(epoch);
        uint256 value = (old * within(seed >> 24, 92, 110)) / 100 + ((seed >> 32) % 2);
        if (value > type(uint40).max) value = type(uint40).max;
        uint256 owed = (value - (value < old ? value : old)) * _earnedIn(brand, epoch);
        bool expected =
            epoch <= current &&
                epoch + validity > current &&
                value > old &&
                _covers(brand, _shares(brand).reserve, _liability(brand) + owed);
        bytes memory data = abi.encodeCall(IReserves.raiseValue, (brand, epoch, uint40(value)));
        (bool success, ) = _call(_adminOf(brand), address(hub), data);
        if (success) {
            _recordBreakage(brand);
            _brands[brand].values.valueOf[epoch] = value;
            promised += owed;
            _requireCovered(brand);
        }
        _expect("raiseValue", success, expected);
    }

    function setCoverage(uint256 seed) external watched(true) {
        seed = _mix(seed);
        uint32 brand = _brand(seed);
        uint16 bps = uint16(within(seed >> 8, 4_000, 12_000));
        if ((seed >> 32) % 16 == 0) bps = uint16([uint256(0), 1, 20_000, 20_001][(seed >> 40) % 4]);
        bytes memory data = abi.encodeCall(IPartners.setCoveragePolicy, (brand, bps));
        (bool success, ) = _call(GOVERNOR, address(hub), data);
        if (!_expect("setCoverage", success, bps != 0 && bps <= 20_000)) return;
        _brands[brand].coverageBps = bps;
    }

    /// @dev A brand, seldom all of the coalition, or withdrawals.
    function halt(uint256 seed) external watched(true) {
        seed = _mix(seed);
        uint256 kind = (seed >> 8) % 8;
        if (kind == 0) return _haltAll();
        if (kind == 1) return _haltWithdrawals();
        _haltedBrand = _brand(seed);
        _haltedAtCall = calls;
        bytes memory data = abi.encodeCall(IHalts.haltPartner, (_haltedBrand));
        (bool success, ) = _call(GUARDIAN, address(hub), data);
        if (_expect("haltPartner", success, true)) _brands[_haltedBrand].halted = true;
    }

    function _resumeInTime() internal override {
        if (_haltedAtCall == 0 || calls < _haltedAtCall + HALT_LASTS) return;
        _haltedAtCall = 0;
        bytes memory all = abi.encodeCall(IHalts.resume, ());
        (bool success, ) = _call(GOVERNOR, address(hub), all);
        if (_expect("resume", success, true)) _halted = false;
        for (uint32 i = 1; i <= _brandCount; ++i) {
            if (!_brands[i].halted) continue;
            bytes memory data = abi.encodeCall(IHalts.resumePartner, (i));
            (success, ) = _call(GOVERNOR, address(hub), data);
            if (_expect("resumePartner", success, true)) _brands[i].halted = false;
        }
    }

    function _haltAll() private {
        _haltedAtCall = calls;
        (bool success, ) = _call(GUARDIAN, address(hub), abi.encodeCall(IHalts.halt, ()));
        if (_expect("halt", success, true)) _halted = true;
    }

    /// @dev Seven days, and none for seven days after that.
    function _haltWithdrawals() private {
        bool expected = _withdrawalsHaltedUntil == 0 || _clock >= _withdrawalsHaltedUntil + 7 days;
        bytes memory data = abi.encodeCall(IHalts.haltWithdrawals, ());
        (bool success, ) = _call(GUARDIAN, address(hub), data);
        if (!_expect("haltWithdrawals", success, expected)) return;
        _withdrawalsHaltedUntil = _clock + 7 days;
    }

    function _earnedIn(uint32 brand, uint256 epoch) private view returns (uint256 sum) {
        for (uint256 i; i < _holders.length; ++i) {
            sum += _heldOf(brand, _holders[i], epoch);
        }
    }
}

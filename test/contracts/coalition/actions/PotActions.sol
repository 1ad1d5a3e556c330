// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICharities} from "../../../../contracts/charities/ICharities.sol";
import {IBreakage} from "../../../../contracts/clearing/IBreakage.sol";
import {ITreasury} from "../../../../contracts/clearing/ITreasury.sol";
import {within} from "../../Vm.sol";
import {PolicyActions} from "./PolicyActions.sol";

/// @dev The fee and the coalition's own money, matches of donations, and breakage.
abstract contract PotActions is PolicyActions {
    function setFee(uint256 seed) external watched(true) {
        seed = _mix(seed);
        uint16 bps = uint16(within(seed, 0, 700));
        (bool success, ) = _call(GOVERNOR, address(hub), abi.encodeCall(ITreasury.setFee, (bps)));
        if (_expect("setFee", success, bps <= 500)) _fee = bps;
    }

    function withdrawTreasury(uint256 seed) external watched(false) {
        seed = _mix(seed);
        uint256 amount = seed % (_treasury + 2);
        bytes memory data = abi.encodeCall(ITreasury.withdrawTreasury, (amount, address(0xBA4C)));
        uint256 held = dollar.balanceOf(address(hub));
        (bool success, ) = _call(GOVERNOR, address(hub), data);
        paidOut += held - dollar.balanceOf(address(hub));
        bool expected = amount <= _treasury && _clock >= _withdrawalsHaltedUntil;
        if (_expect("withdrawTreasury", success, expected)) _treasury -= amount;
    }

    function grantFromFund(uint256 seed) external watched(true) {
        seed = _mix(seed);
        uint32 brand = _brand(seed);
        uint256 amount = (seed >> 8) % (_fund + 2);
        bytes memory data = abi.encodeCall(ITreasury.grantFromFund, (brand, amount));
        (bool success, ) = _call(GOVERNOR, address(hub), data);
        bool expected = amount <= _fund && !_brands[brand].leaving;
        if (!_expect("grantFromFund", success, expected)) return;
        _fund -= amount;
        _brands[brand].reserve += amount;
    }

    function suspendCharity(uint256 seed) external watched(true) {
        seed = _mix(seed);
        uint32 charity = uint32(1 + (seed % (_charityCount + 1)));
        bool suspended = (seed >> 8) % 3 == 0;
        bytes memory data = abi.encodeCall(ICharities.setCharitySuspended, (charity, suspended));
        (bool success, ) = _call(GOVERNOR, address(hub), data);
        if (_expect("suspendCharity", success, charity <= _charityCount)) {
            _suspended[charity] = suspended;
        }
    }

    /// @dev Out of what is free, or back.
    function setMatch(uint256 seed) external watched(false) {
        seed = _mix(seed);
        uint32 brand = _brand(seed);
        Match storage m = _brands[brand].matching;
        uint256 bps = within(seed >> 8, 0, 10_500);
        uint256 budget = within(seed >> 32, 0, m.budget + _brands[brand].reserve / 4);
        if ((seed >> 128) % 8 == 0) budget = m.budget + _brands[brand].reserve + 1;
        bool expected = bps <= 10_000;
        uint256 reserve = _brands[brand].reserve + m.budget;
        if (budget > m.budget) {
            reserve = _shares(brand).reserve + m.budget;
            expected = expected && !_brands[brand].leaving && budget <= reserve;
            expected = expected && _covers(brand, reserve - budget, _liability(brand));
        }
        bytes memory data = abi.encodeCall(
            ICharities.setMatch,
            (brand, uint16(bps), uint72(budget))
        );
        (bool success, ) = _call(_adminOf(brand), address(hub), data);
        if (success && budget > m.budget) _requireCovered(brand);
        if (!_expect("setMatch", success, expected)) return;
        if (budget > m.budget) _recordBreakage(brand);
        _brands[brand].reserve = reserve - budget;
        (m.bps, m.budget) = (bps, budget);
    }

    function recordBreakage(uint256 seed) external watched(false) {
        seed = _mix(seed);
        uint32 brand = seed % 16 == 0 ? _brandCount + 1 : _brand(seed >> 8);
        uint256 fund = hub.solvency().membersFund;
        bytes memory data = abi.encodeCall(IBreakage.recordBreakage, (brand));
        (bool success, ) = _call(RELAY, address(hub), data);
        if (!_expect("recordBreakage", success, brand <= _brandCount)) return;
        if (hub.solvency().membersFund != fund) _count("fundShare", true);
        _recordBreakage(brand);
    }
}

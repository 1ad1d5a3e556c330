// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICharities} from "../../../../contracts/charities/ICharities.sol";
import {IReserves} from "../../../../contracts/clearing/IReserves.sol";
import {IPartners} from "../../../../contracts/partners/IPartners.sol";
import {within} from "../../Vm.sol";
import {Watch} from "../Watch.sol";

/// @dev Money into and out of the coalition.
abstract contract MoneyActions is Watch {
    uint256 internal constant DEPOSIT_MAX = 200e6;

    /// @notice µUSD that went in by deposits less what went out, and what was sent without asking.
    uint256 public deposited;
    uint256 public paidOut;
    uint256 public given;

    function deposit(uint256 seed) external watched(false) {
        seed = _mix(seed);
        uint32 brand = seed % 32 == 0 ? _brandCount + 1 : _brand(seed);
        uint256 amount = (seed >> 8) % 32 == 0 ? 0 : within(seed >> 16, 1, DEPOSIT_MAX);
        _deposit(brand, amount);
    }

    function withdraw(uint256 seed) external watched(false) {
        seed = _mix(seed);
        uint32 brand = _brand(seed);
        uint256 reserve = _shares(brand).reserve;
        uint256 required = _requiredNow(brand);
        uint256 free = reserve > required ? reserve - required : 0;
        uint256 mode = (seed >> 8) % 8;
        uint256 amount = (seed >> 16) % (free / 3 + 1);
        if (mode == 0) amount = free + 1 + ((seed >> 16) % 3);
        if (mode == 1) amount = free;
        if (mode == 2) amount = reserve + ((seed >> 16) % 2);
        bool expected =
            amount != 0 &&
                _clock >= _withdrawalsHaltedUntil &&
                amount <= reserve &&
                !(_brands[brand].leaving && _supply(brand) != 0) &&
                _covers(brand, reserve - amount, _liability(brand));
        address to = address(0xBA4C);
        bytes memory data = abi.encodeCall(IReserves.withdraw, (brand, amount, to));
        uint256 held = dollar.balanceOf(address(hub));
        (bool success, ) = _call(_adminOf(brand), address(hub), data);
        paidOut += held - dollar.balanceOf(address(hub));
        if (success) _requireCovered(brand);
        if (!_expect("withdraw", success, expected)) return;
        _recordBreakage(brand);
        _brands[brand].reserve -= amount;
    }

    function payCharity(uint256 seed) external watched(false) {
        seed = _mix(seed);
        uint32 charity = uint32(1 + (seed % (CHARITIES + 1)));
        bytes memory data = abi.encodeCall(ICharities.payCharity, (charity));
        uint256 held = dollar.balanceOf(address(hub));
        (bool success, ) = _call(RELAY, address(hub), data);
        uint256 amount = held - dollar.balanceOf(address(hub));
        paidOut += amount;
        if (!_expect("payCharity", success, _payable[charity] != 0)) return;
        if (amount != _payable[charity]) _breach("twin", "a charity was paid something else");
        _payable[charity] = 0;
    }

    /// @dev Stablecoin that somebody sends to the hub belongs to nobody, and harms nobody.
    function sendMoneyUnasked(uint256 seed) external watched(true) {
        seed = _mix(seed);
        uint256 amount = seed % 1e6;
        dollar.mint(address(hub), amount);
        given += amount;
        _count("sendMoneyUnasked", true);
    }

    function _deposit(uint32 brand, uint256 amount) internal {
        dollar.mint(DEPOSITOR, amount);
        bytes memory data = abi.encodeCall(IReserves.deposit, (brand, amount));
        (bool success, ) = _call(DEPOSITOR, address(hub), data);
        if (success) deposited += amount;
        if (!_expect("deposit", success, amount != 0 && brand <= _brandCount)) return;
        _brands[brand].reserve += amount;
    }

    /// @dev I6, by the coalition's own figures and by the points and values that the twin knows.
    function _requireCovered(uint32 brand) internal {
        IPartners.PartnerReport memory report = hub.partnerReport(brand);
        bool covered = report.reserve >= report.required;
        if (!covered || !_covers(brand, report.reserve, _liability(brand))) {
            _breach("I6", "a brand is under its coverage after it issued or withdrew");
        }
    }

    function _brand(uint256 seed) internal view returns (uint32) {
        return uint32(1 + (seed % _brandCount));
    }
}

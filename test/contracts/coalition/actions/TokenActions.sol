// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {LotAccounts} from "../../twins/LotAccount.sol";
import {BatchActions} from "./BatchActions.sol";

/// @dev Members' own transfers, by themselves or by whom they approved.
abstract contract TokenActions is BatchActions {
    using LotAccounts for LotAccounts.LotAccount;

    function transfer(uint256 seed) external watched(true) {
        seed = _mix(seed);
        (uint32 brand, address from, address to, uint256 amount) = _draftTransfer(seed);
        bytes memory data = abi.encodeCall(IERC20.transfer, (to, amount));
        (bool success, ) = _call(from, address(_tokenOf(brand)), data);
        if (_expect("transfer", success, _mayMove(brand, from, amount))) {
            _move(brand, from, to, amount);
        }
    }

    function transferFrom(uint256 seed) external watched(true) {
        seed = _mix(seed);
        (uint32 brand, address from, address to, uint256 amount) = _draftTransfer(seed);
        uint256 approved = (seed >> 64) % 4 == 0 ? amount - 1 : amount;
        _allowed[brand][from] = approved;
        _approve(brand, from, approved);
        bytes memory data = abi.encodeCall(IERC20.transferFrom, (from, to, amount));
        (bool success, ) = _call(RELAY, address(_tokenOf(brand)), data);
        bool expected = approved == amount && _mayMove(brand, from, amount);
        if (_expect("transferFrom", success, expected)) _move(brand, from, to, amount);
        _approve(brand, from, 0);
    }

    function _approve(uint32 brand, address from, uint256 amount) private {
        bytes memory data = abi.encodeCall(IERC20.approve, (RELAY, amount));
        _call(from, address(_tokenOf(brand)), data);
    }

    function _draftTransfer(
        uint256 seed
    ) private returns (uint32 brand, address from, address to, uint256 amount) {
        uint256 sender;
        (brand, sender) = _holder(seed);
        from = _members[sender].account;
        to = _members[(seed >> 16) % MEMBERS].account;
        uint256 held = _balance(brand, from);
        amount = 1 + ((seed >> 24) % (held / 2 + 2));
        if ((seed >> 56) % 16 == 0) amount = held + 1;
        _allowed[brand][from] = amount;
    }

    function _mayMove(uint32 brand, address from, uint256 amount) private view returns (bool) {
        return _brands[brand].transferable && amount <= _balance(brand, from);
    }

    function _move(uint32 brand, address from, address to, uint256 amount) private {
        Brand storage b = _brands[brand];
        (LotAccounts.Lot[] memory lots, ) = b.accounts[from].spend(
            amount,
            _epochOf(brand),
            b.validity
        );
        for (uint256 i; i < lots.length; ++i) {
            if (lots[i].amount != 0) b.accounts[to].earn(lots[i].epoch, lots[i].amount);
        }
    }
}

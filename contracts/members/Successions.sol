// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CoalitionState} from "../CoalitionState.sol";
import {ICoalition} from "../ICoalition.sol";
import {IPointsToken} from "../points/IPointsToken.sol";
import {IMemberKeys} from "./IMemberKeys.sol";
import {ISuccessions} from "./ISuccessions.sol";

/// @title How an account passes to another
abstract contract Successions is ISuccessions, CoalitionState {
    /// @inheritdoc ISuccessions
    function succeed(
        uint32 issuer,
        address member
    ) external whenNotHalted returns (uint256 amount) {
        Partner storage p = _active(issuer);
        IMemberKeys keys = IMemberKeys(ICoalition(address(this)).memberKeys());
        address successor = keys.successorOf(member);
        if (successor == address(0)) revert SuccessorUnknown(member);
        amount = IPointsToken(p.token).moveAccount(member, successor);
        emit AccountSucceeded(issuer, member, successor, amount);
    }
}

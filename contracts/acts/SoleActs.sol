// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CoalitionState} from "../CoalitionState.sol";
import {PointValues} from "../clearing/PointValues.sol";
import {AccountWord} from "../points/AccountWord.sol";
import {IPointsToken} from "../points/IPointsToken.sol";
import {ActReader} from "./ActReader.sol";
import {IActs} from "./IActs.sol";

/// @title Exchanges, gifts and cancellations, done one by one
/// @dev Their signature has been checked, and that their issuer is active.
abstract contract SoleActs is IActs, CoalitionState {
    using AccountWord for uint256;
    using ActReader for Act;
    using PointValues for uint256;

    /// @return value µUSD that the points of `act` were worth.
    /// @return received Points received in an exchange, 0 otherwise.
    function _doAlone(Act memory act) internal returns (uint256 value, uint256 received) {
        if (act.isA(ActKind.Exchange)) return _exchange(act);
        if (act.isA(ActKind.Gift)) return (_gift(act), 0);
        IPointsToken(_partner(act.issuer).token).cancel(act.member, act.nonce);
        emit ActCancelled(act.member, act.issuer, act.nonce);
    }

    /// @dev Rounds the points received down, in favour of the target's reserve, which gets the
    /// whole value: no cycle of exchanges can gain.
    function _exchange(Act memory act) private returns (uint256 value, uint256 received) {
        Partner storage issuer = _partner(act.issuer);
        uint256 taken = IPointsToken(issuer.token).spend(act.member, act.amount, act.nonce);
        // Points that have an issued value of at least one µUSD each: no division, no rounding.
        value = _valuesAt(issuer, taken.epochOf()).worth(taken);

        Partner storage target = _partner(act.counterparty);
        _requireStaying(act.counterparty, target);
        IPointsToken token = IPointsToken(target.token);
        uint256 values = _valuesAt(target, token.currentEpoch());
        received = value / values.valueAt(PointValues.CURRENT);
        if (received == 0) revert ActWorthless(act.issuer, act.amount);
        if (received < act.minimum) revert ActMinimumNotMet(received, act.minimum);
        _debit(act.issuer, issuer, value);
        _credit(target, value);
        uint256 supply = token.mint(act.member, received);
        _requireCovered(act.counterparty, target, supply);
        emit Exchanged(
            act.member,
            act.issuer,
            act.counterparty,
            act.amount,
            value,
            received,
            act.nonce,
            act.ref
        );
    }

    function _gift(Act memory act) private returns (uint256 value) {
        if (act.amount == 0) revert ActWorthless(act.issuer, act.amount);
        Partner storage issuer = _partner(act.issuer);
        address recipient = act.recipientOf();
        uint256 taken = IPointsToken(issuer.token).gift(
            act.member,
            recipient,
            act.amount,
            act.nonce
        );
        value = _valuesAt(issuer, taken.epochOf()).worth(taken);
        emit Gifted(act.member, act.issuer, recipient, act.amount, act.nonce);
    }
}

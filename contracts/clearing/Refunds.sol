// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {CoalitionState} from "../CoalitionState.sol";
import {AccountWord} from "../points/AccountWord.sol";
import {IPointsToken} from "../points/IPointsToken.sol";
import {IRefunds} from "./IRefunds.sol";
import {PointValues} from "./PointValues.sol";

/// @title Refunds of redemptions
abstract contract Refunds is IRefunds, CoalitionState {
    using AccountWord for uint256;
    using PointValues for uint256;

    /// @inheritdoc IRefunds
    function refund(
        Refund calldata refund_
    ) external whenNotHalted returns (uint256 points, uint256 value) {
        Partner storage acceptor = _active(refund_.acceptor);
        bool own = msg.sender == acceptor.admin || msg.sender == acceptor.issuingKey;
        if (!own) _checkCanCall(msg.sender, msg.data);
        Partner storage issuer = _active(refund_.issuer);
        bytes32 key = keccak256(abi.encode(refund_.acceptor, refund_.id));
        if (_refunded[key]) revert RefundRepeated(refund_.acceptor, refund_.id);
        _refunded[key] = true;

        IPointsToken token = IPointsToken(issuer.token);
        (uint256 restored, uint256 supply) = token.restore(refund_.member, refund_.buckets);
        points = restored.total();
        if (points == 0) revert RefundExpired(refund_.issuer, refund_.buckets);
        value = _valuesAt(issuer, supply.epochOf()).worth(restored);
        if (!own) _consumeAllowance(refund_.acceptor, acceptor, value);
        if (refund_.acceptor != refund_.issuer) {
            _debit(refund_.acceptor, acceptor, value);
            _credit(issuer, value);
            _requireCovered(refund_.acceptor, acceptor, IPointsToken(acceptor.token).supplyWord());
        }
        _requireCovered(refund_.issuer, issuer, supply);
        emit Refunded(
            refund_.member,
            refund_.issuer,
            refund_.acceptor,
            refund_.nonce,
            refund_.id,
            refund_.buckets,
            points,
            value,
            msg.sender
        );
    }

    /// @dev As if the acceptor's own points of that worth were minted; rounded up, in its favour.
    function _consumeAllowance(uint32 partner, Partner storage p, uint256 value) private {
        uint256 epoch = IPointsToken(p.token).currentEpoch();
        uint256 worth = _valuesAt(p, epoch).valueAt(PointValues.CURRENT);
        _consume(partner, p, Math.ceilDiv(value, worth));
    }
}

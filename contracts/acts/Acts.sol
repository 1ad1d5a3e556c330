// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Charities} from "../charities/Charities.sol";
import {PointValues} from "../clearing/PointValues.sol";
import {AccountWord} from "../points/AccountWord.sol";
import {IPointsToken} from "../points/IPointsToken.sol";
import {IActs} from "./IActs.sol";
import {MemberSignatures} from "./MemberSignatures.sol";

/// @title What members do with their points
/// @dev There is no trusted forwarder and no multicall: whoever submits an act has no power over
/// it, because everything that matters is in what the member signed.
abstract contract Acts is IActs, Charities, EIP712 {
    using AccountWord for uint256;
    using PointValues for uint256;

    /// @notice The most acts in a batch.
    uint256 public constant ACTS_LIMIT = 256;

    bytes32 public constant REDEMPTION_TYPEHASH = keccak256(
        "Redemption(address member,uint32 issuer,uint32 acceptor,uint48 amount,uint48 minValue,bytes32 ref,uint32 nonce,uint48 deadline)"
    );
    bytes32 public constant EXCHANGE_TYPEHASH = keccak256(
        "Exchange(address member,uint32 issuer,uint32 target,uint48 amount,uint48 minReceived,bytes32 ref,uint32 nonce,uint48 deadline)"
    );
    bytes32 public constant DONATION_TYPEHASH = keccak256(
        "Donation(address member,uint32 issuer,uint32 charity,uint48 amount,uint48 minValue,bytes32 ref,uint32 nonce,uint48 deadline)"
    );

    constructor() EIP712("Tessera", "1") {}

    /// @inheritdoc IActs
    function execute(
        Act calldata act,
        bytes calldata signature
    ) external whenNotHalted returns (uint256 value, uint256 received) {
        if (block.timestamp > act.deadline) revert ActExpired(act.deadline, block.timestamp);
        bytes32 digest = actDigest(act);
        if (!MemberSignatures.isValid(act.member, digest, signature)) {
            revert ActSignatureInvalid(act.member, digest);
        }
        Partner storage issuer = _active(act.issuer);
        uint256 taken = IPointsToken(issuer.token).spend(act.member, act.amount, act.nonce);
        // Points that have an issued value of at least one µUSD each: no division, no rounding.
        value = issuer.values.rolled(taken.epochOf()).worth(taken);
        if (value == 0) revert ActWorthless(act.issuer, act.amount);

        if (act.kind == ActKind.Redemption) _redeem(act, issuer, value);
        else if (act.kind == ActKind.Exchange) received = _exchange(act, issuer, value);
        else _donate(act, issuer, value);
    }

    /// @inheritdoc IActs
    function executeBatch(
        Act[] calldata acts,
        bytes[] calldata signatures
    ) external returns (uint256 executed) {
        if (acts.length != signatures.length || acts.length > ACTS_LIMIT) {
            revert ActBatchInvalid(acts.length, signatures.length, ACTS_LIMIT);
        }
        for (uint256 i; i < acts.length; ++i) {
            try this.execute(acts[i], signatures[i]) {
                ++executed;
            } catch (bytes memory reason) {
                // Every refusal of ours carries data; none at all means that the gas ran out,
                // and a submitter must not be able to have acts skipped by sending too little.
                if (reason.length == 0) revert ActGasInsufficient(i);
                Act calldata act = acts[i];
                emit ActSkipped(act.member, act.issuer, act.ref, act.nonce, reason);
            }
        }
    }

    /// @inheritdoc IActs
    function actDigest(Act calldata act) public view returns (bytes32) {
        bytes32 typehash =
            act.kind == ActKind.Redemption
                ? REDEMPTION_TYPEHASH
                : act.kind == ActKind.Exchange
                    ? EXCHANGE_TYPEHASH
                    : DONATION_TYPEHASH;
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        typehash,
                        act.member,
                        act.issuer,
                        act.counterparty,
                        act.amount,
                        act.minimum,
                        act.ref,
                        act.nonce,
                        act.deadline
                    )
                )
            );
    }

    /// @dev Burning is all that happens at the issuer's own counter: it draws no money, so it
    /// goes on when the reserve is exhausted.
    function _redeem(Act calldata act, Partner storage issuer, uint256 value) private {
        if (value < act.minimum) revert ActMinimumNotMet(value, act.minimum);
        if (act.counterparty != act.issuer) {
            _debit(act.issuer, issuer, value);
            _credit(_active(act.counterparty), value);
        }
        emit Redeemed(
            act.member,
            act.issuer,
            act.counterparty,
            act.amount,
            value,
            act.nonce,
            act.ref
        );
    }

    /// @dev Rounds the points received down, in favour of the target's reserve, which gets the
    /// whole value: no cycle of exchanges can gain.
    function _exchange(
        Act calldata act,
        Partner storage issuer,
        uint256 value
    ) private returns (uint256 received) {
        if (act.counterparty == act.issuer) {
            revert ActCounterpartyInvalid(act.issuer, act.counterparty);
        }
        Partner storage target = _active(act.counterparty);
        IPointsToken token = IPointsToken(target.token);
        uint256 values = target.values.rolled(token.currentEpoch());
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

    function _donate(Act calldata act, Partner storage issuer, uint256 value) private {
        if (value < act.minimum) revert ActMinimumNotMet(value, act.minimum);
        _debit(act.issuer, issuer, value);
        _creditCharity(act.counterparty, value);
        emit Donated(
            act.member,
            act.issuer,
            act.counterparty,
            act.amount,
            value,
            act.nonce,
            act.ref
        );
    }
}

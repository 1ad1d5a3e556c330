// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Charities} from "../charities/Charities.sol";
import {PointValues} from "../clearing/PointValues.sol";
import {AccountWord} from "../points/AccountWord.sol";
import {IPointsToken} from "../points/IPointsToken.sol";
import {IActs} from "./IActs.sol";
import {ISignatureVerifier} from "./ISignatureVerifier.sol";
import {SignatureVerifier} from "./SignatureVerifier.sol";

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

    /// @notice Who checks signatures of accounts that are not plain EOAs.
    ISignatureVerifier public immutable signatureVerifier = new SignatureVerifier();

    constructor() EIP712("Tessera", "1") {}

    /// @inheritdoc IActs
    function execute(
        Act calldata act,
        bytes calldata signature
    ) external whenNotHalted returns (uint256 value, uint256 received) {
        if (block.timestamp > act.deadline) revert ActExpired(act.deadline, block.timestamp);
        bytes32 digest = actDigest(act);
        if (!_isSignedBy(act.member, digest, signature)) {
            revert ActSignatureInvalid(act.member, digest);
        }
        Partner storage issuer = _active(act.issuer);
        uint256 taken = IPointsToken(issuer.token).spend(act.member, act.amount, act.nonce);
        // Points that have an issued value of at least one µUSD each: no division, no rounding.
        value = _valuesAt(issuer, taken.epochOf()).worth(taken);
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
            Act calldata act = acts[i];
            (bool done, bytes memory reason) = _attempt(act, signatures[i]);
            if (done) {
                ++executed;
                continue;
            }
            // Every refusal of ours carries data; none at all means that the gas ran out, and a
            // submitter must not be able to have acts skipped by sending too little.
            if (reason.length == 0) revert ActGasInsufficient(i);
            emit ActSkipped(act.member, act.issuer, act.ref, act.nonce, reason);
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
        bytes32 structHash;
        assembly ("memory-safe") {
            // An Act in calldata is nine words, `kind` first: with the type hash in the place of
            // `kind` they are the encoding that EIP-712 hashes. Words with dirty high bits can't
            // be used to sign one thing and do another: `execute` reads every field through
            // Solidity, which reverts on them.
            let data := mload(0x40)
            mstore(data, typehash)
            calldatacopy(add(data, 0x20), add(act, 0x20), 0x100)
            structHash := keccak256(data, 0x120)
        }
        return _hashTypedDataV4(structHash);
    }

    /// @dev EOAs first, those with an EIP-7702 delegation too, because most members are.
    /// @param signature 65 bytes (r, s, v) or 64 (r, vs; EIP-2098) of an EOA, high s refused;
    /// otherwise see ISignatureVerifier.
    function _isSignedBy(
        address member,
        bytes32 digest,
        bytes calldata signature
    ) private view returns (bool) {
        address signer;
        ECDSA.RecoverError failure = ECDSA.RecoverError.InvalidSignatureLength;
        if (signature.length == 65) {
            (signer, failure, ) = ECDSA.tryRecoverCalldata(digest, signature);
        } else if (signature.length == 64) {
            (signer, failure, ) = ECDSA.tryRecover(
                digest,
                bytes32(signature[0:32]),
                bytes32(signature[32:64])
            );
        }
        if (failure == ECDSA.RecoverError.NoError && signer == member) return true;
        return signatureVerifier.isValid(member, digest, signature);
    }

    /// @dev Calls `execute` of this contract, so that a refused act leaves nothing behind.
    /// The call's data is written over the same free memory for each act of a batch.
    function _attempt(
        Act calldata act,
        bytes calldata signature
    ) private returns (bool done, bytes memory reason) {
        bytes4 selector = this.execute.selector;
        assembly ("memory-safe") {
            // selector, the act's nine words, offset of the signature (ten words), length, bytes
            let data := mload(0x40)
            mstore(data, selector)
            calldatacopy(add(data, 0x04), act, 0x120)
            mstore(add(data, 0x124), 0x140)
            mstore(add(data, 0x144), signature.length)
            calldatacopy(add(data, 0x164), signature.offset, signature.length)
            done := call(gas(), address(), 0, data, add(0x164, signature.length), 0, 0)
        }
        if (!done) reason = _returnData();
    }

    function _returnData() private pure returns (bytes memory data) {
        assembly ("memory-safe") {
            data := mload(0x40)
            mstore(data, returndatasize())
            returndatacopy(add(data, 0x20), 0, returndatasize())
            mstore(0x40, add(data, and(add(returndatasize(), 0x3f), not(0x1f))))
        }
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

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {MemberAccounts} from "../members/MemberAccounts.sol";
import {IMemberKeys} from "../members/IMemberKeys.sol";
import {MemberKeys} from "../members/MemberKeys.sol";
import {ActReader} from "./ActReader.sol";
import {ActRuns} from "./ActRuns.sol";
import {IActs} from "./IActs.sol";
import {Refusals} from "./Refusals.sol";
import {SoleActs} from "./SoleActs.sol";

/// @title What members do with their points
/// @dev There is no trusted forwarder and no multicall: whoever submits an act has no power over
/// it, because everything that matters is in what the member signed.
abstract contract Acts is IActs, ActRuns, SoleActs, EIP712 {
    using ActReader for Act;
    using ActReader for Act[];

    /// @inheritdoc IActs
    uint256 public constant ACTS_LIMIT = 256;

    /// @dev See ICoalition.
    address public immutable memberKeys = address(new MemberKeys());

    constructor() EIP712("Tessera", "1") {}

    /// @inheritdoc IActs
    function execute(
        Act calldata act,
        bytes calldata signature
    ) external returns (uint256 value, uint256 received) {
        Run memory run = _newRun(1, _domainSeparatorV4());
        run.strict = true;
        run.acts.readAbi(0, act);
        Act memory read = run.acts[0];
        (address authority, bytes memory refusal) = _judge(run, read, 0, signature);
        if (refusal.length != 0) _refuse(run, read, refusal);
        if (read.isRunnable()) {
            _enter(run, read, 0);
            _settle(run, 1);
            value = run.value;
        } else {
            (value, received) = _doAlone(read);
        }
        if (authority != read.member) IMemberKeys(memberKeys).charge(read.member, authority, value);
    }

    /// @inheritdoc IActs
    function executeBatch(
        Act[] calldata acts,
        bytes[] calldata signatures
    ) external returns (uint256 executed) {
        uint256 count = acts.length;
        if (count != signatures.length || count > ACTS_LIMIT) {
            revert ActBatchInvalid(count, signatures.length, ACTS_LIMIT);
        }
        Run memory run = _newRun(count, _domainSeparatorV4());
        for (uint256 i; i < count; ++i) {
            run.acts.readAbi(i, acts[i]);
            _advance(run, i, signatures[i]);
        }
        _settle(run, count);
        executed = run.done;
    }

    /// @inheritdoc IActs
    function executeCompactBatch(
        uint32 issuer,
        bytes calldata acts
    ) external returns (uint256 executed) {
        uint256 count = acts.length / ActReader.STRIDE;
        if (acts.length % ActReader.STRIDE != 0 || count > ACTS_LIMIT) {
            revert ActBytesInvalid(acts.length, ActReader.STRIDE, ACTS_LIMIT);
        }
        Run memory run = _newRun(count, _domainSeparatorV4());
        for (uint256 i; i < count; ++i) {
            run.acts.readCompact(i, acts, issuer);
            _advance(run, i, ActReader.compactSignature(acts, i));
        }
        _settle(run, count);
        executed = run.done;
    }

    /// @inheritdoc IActs
    function actDigest(Act calldata act) external view returns (bytes32) {
        Act[] memory acts = ActReader.room(1);
        acts.readAbi(0, act);
        return _hashTypedDataV4(acts[0].structHash());
    }

    /// @dev Lets act `index` wait in the run, or does it, or skips it. Before anything else than
    /// waiting, the acts before it are settled, so that all happens in order.
    function _advance(Run memory run, uint256 index, bytes calldata signature) private {
        Act memory act = run.acts[index];
        bytes memory refusal;
        if (act.isRunnable()) {
            address authority;
            (authority, refusal) = _judge(run, act, index, signature);
            if (refusal.length == 0 && authority == act.member) {
                _enter(run, act, index);
                return;
            }
        }
        _settle(run, index);
        if (refusal.length == 0) {
            refusal = _tryAlone(act, signature, index);
            if (refusal.length == 0) ++run.done;
        }
        run.first = index + 1;
        if (refusal.length != 0) _refuse(run, act, refusal);
    }

    /// @dev Whether `act`, which is entry `index`, can be done as far as that can be said without the
    /// member's account.
    /// @return authority Who signed it: the member, or a key of limited power.
    /// @return refusal Why it can't be done, else empty.
    function _judge(
        Run memory run,
        Act memory act,
        uint256 index,
        bytes calldata signature
    ) private returns (address authority, bytes memory refusal) {
        if (act.issuer != run.issuer) {
            _settle(run, index);
            _open(run, act.issuer);
        }
        refusal = _termsRefusal(run, act);
        if (refusal.length != 0) return (authority, refusal);
        bytes32 digest = MessageHashUtils.toTypedDataHash(run.domain, act.structHash());
        if (_isSignedByEoa(act.member, digest, signature)) return (act.member, refusal);
        // A contract account may look at what the acts before have changed. A key can't.
        if (!MemberAccounts.isNamedBy(act.member, signature)) _settle(run, index);
        authority = _authorityOf(act.member, digest, signature, index);
        if (authority == address(0)) {
            refusal = Refusals.encode(
                ActSignatureInvalid.selector,
                uint160(act.member),
                uint256(digest)
            );
        }
    }

    /// @dev In a call frame of its own, because what comes after the spend may refuse: the target to
    /// mint, or the limit of a key.
    function _tryAlone(
        Act memory act,
        bytes calldata signature,
        uint256 index
    ) private returns (bytes memory refusal) {
        try this.execute(act, signature) {
            return "";
        } catch (bytes memory reason) {
            // Every refusal of ours carries data; none at all means that the gas ran out, and a
            // submitter must not be able to have acts skipped by sending too little.
            if (reason.length == 0 || bytes4(reason) == ActGasInsufficient.selector) {
                revert ActGasInsufficient(index);
            }
            return reason;
        }
    }

    /// @dev Why the act can't be done, as far as that can be said without its signature and the
    /// member's account, else empty.
    function _termsRefusal(
        Run memory run,
        Act memory act
    ) private view returns (bytes memory refusal) {
        refusal = run.refusal;
        if (refusal.length != 0) return refusal;
        if (block.timestamp > act.deadline) {
            return Refusals.encode(ActExpired.selector, act.deadline, block.timestamp);
        }
        uint256 payee = act.payeeOf();
        if (payee == act.issuer && act.isA(ActKind.Exchange)) {
            return Refusals.encode(ActCounterpartyInvalid.selector, act.issuer, act.counterparty);
        }
        if (payee == run.payee) return refusal;
        refusal = _payeeRefusal(payee);
        if (refusal.length == 0) run.payee = payee;
    }

    /// @dev EOAs first, those with an EIP-7702 delegation too, because most members are.
    /// @param signature 65 bytes (r, s, v) or 64 (r, vs; EIP-2098), high s refused.
    function _isSignedByEoa(
        address member,
        bytes32 digest,
        bytes calldata signature
    ) private pure returns (bool) {
        address signer;
        if (signature.length == 65) {
            (signer, , ) = ECDSA.tryRecoverCalldata(digest, signature);
        } else if (signature.length == 64) {
            bytes32 r;
            bytes32 vs;
            assembly ("memory-safe") {
                r := calldataload(signature.offset)
                vs := calldataload(add(signature.offset, 0x20))
            }
            (signer, , ) = ECDSA.tryRecover(digest, r, vs);
        }
        return signer == member && signer != address(0); // 0 stands for every failure
    }

    function _authorityOf(
        address member,
        bytes32 digest,
        bytes calldata signature,
        uint256 index
    ) private view returns (address) {
        try IMemberKeys(memberKeys).authorityOf(member, digest, signature) returns (
            address authority
        ) {
            return authority;
        } catch {
            // It reverts for nothing but want of gas.
            revert ActGasInsufficient(index);
        }
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IActs} from "./IActs.sol";

/// @title Acts read from calldata, in either encoding, and their EIP-712 hash
/// @dev In memory an Act is nine words in the order of its fields. All are clean after reading:
/// no bit above a field's width is set, so that what is hashed is what is done. A tenth word behind
/// them is its payee.
library ActReader {
    /// @notice Bytes of an act and its signature in the layout of IActs.executeCompactBatch.
    uint256 internal constant STRIDE = 142;

    /// @notice Marks the number of a charity as a payee.
    uint256 internal constant CHARITY = 1 << 32;

    bytes32 internal constant REDEMPTION_TYPEHASH = keccak256(
        "Redemption(address member,uint32 issuer,uint32 acceptor,uint48 amount,uint48 minValue,bytes32 ref,uint32 nonce,uint48 deadline)"
    );
    bytes32 internal constant EXCHANGE_TYPEHASH = keccak256(
        "Exchange(address member,uint32 issuer,uint32 target,uint48 amount,uint48 minReceived,bytes32 ref,uint32 nonce,uint48 deadline)"
    );
    bytes32 internal constant DONATION_TYPEHASH = keccak256(
        "Donation(address member,uint32 issuer,uint32 charity,uint48 amount,uint48 minValue,bytes32 ref,uint32 nonce,uint48 deadline)"
    );
    bytes32 internal constant GIFT_TYPEHASH = keccak256(
        "Gift(address member,uint32 issuer,address recipient,uint48 amount,uint32 nonce,uint48 deadline)"
    );
    bytes32 internal constant CANCELLATION_TYPEHASH = keccak256(
        "Cancellation(address member,uint32 issuer,uint32 nonce,uint48 deadline)"
    );

    /// @notice Room for `count` acts. An entry can be used when it has been read.
    function room(uint256 count) internal pure returns (IActs.Act[] memory acts) {
        assembly ("memory-safe") {
            // An array of structs is an array of pointers to them; `new IActs.Act[](count)` would
            // fill `count` structs with zeros first.
            acts := mload(0x40)
            mstore(acts, count)
            mstore(0x40, add(add(acts, 0x20), mul(count, 0x20)))
        }
    }

    /// @notice Reads `source` into entry `index` of `acts`, which must be within it.
    function readAbi(
        IActs.Act[] memory acts,
        uint256 index,
        IActs.Act calldata source
    ) internal pure {
        uint256 dirt;
        assembly ("memory-safe") {
            let act := mload(0x40)
            mstore(0x40, add(act, 0x140))
            calldatacopy(act, source, 0x120)
            mstore(add(add(acts, 0x20), mul(index, 0x20)), act)
            // The compiler checks a field where it reads it from calldata. These are all fields that
            // are narrower than a word.
            dirt := or(gt(mload(act), 4), shr(160, mload(add(act, 0x20))))
            dirt := or(dirt, shr(32, or(mload(add(act, 0x40)), mload(add(act, 0x60)))))
            dirt := or(dirt, shr(48, or(mload(add(act, 0x80)), mload(add(act, 0xa0)))))
            dirt := or(dirt, or(shr(32, mload(add(act, 0xe0))), shr(48, mload(add(act, 0x100)))))
        }
        if (dirt != 0) revert IActs.ActMalformed(index);
        _findPayee(acts, index);
    }

    /// @notice Reads act `index` of `source` into the entry `index` of `acts`; it must be in both.
    function readCompact(
        IActs.Act[] memory acts,
        uint256 index,
        bytes calldata source,
        uint32 issuer
    ) internal pure {
        uint256 kind;
        assembly ("memory-safe") {
            let act := mload(0x40)
            mstore(0x40, add(act, 0x140))
            mstore(add(add(acts, 0x20), mul(index, 0x20)), act)
            // Each field is what is left of the word that starts with it; none reaches beyond the
            // signature that ends the act.
            let item := add(source.offset, mul(index, 142))
            kind := byte(0, calldataload(item))
            mstore(act, kind)
            mstore(add(act, 0x20), shr(96, calldataload(add(item, 5)))) // member
            mstore(add(act, 0x40), and(issuer, 0xffffffff))
            mstore(add(act, 0x60), shr(224, calldataload(add(item, 1)))) // counterparty
            mstore(add(act, 0x80), shr(208, calldataload(add(item, 25)))) // amount
            mstore(add(act, 0xa0), shr(208, calldataload(add(item, 31)))) // minimum
            mstore(add(act, 0xc0), calldataload(add(item, 37))) // ref
            mstore(add(act, 0xe0), shr(224, calldataload(add(item, 69)))) // nonce
            mstore(add(act, 0x100), shr(216, calldataload(add(item, 73)))) // deadline
        }
        if (kind > uint256(type(IActs.ActKind).max)) revert IActs.ActMalformed(index);
        _findPayee(acts, index);
    }

    /// @notice The signature of act `index` of `source`, which must be within it: r, vs (EIP-2098).
    function compactSignature(
        bytes calldata source,
        uint256 index
    ) internal pure returns (bytes calldata signature) {
        assembly ("memory-safe") {
            signature.offset := add(source.offset, add(mul(index, 142), 78))
            signature.length := 64
        }
    }

    /// @notice Whether `act` is of `kind`.
    function isA(IActs.Act memory act, IActs.ActKind kind) internal pure returns (bool same) {
        assembly ("memory-safe") {
            same := eq(mload(act), kind) // checked when it was read
        }
    }

    /// @notice Whether acts of this kind are done in runs, see ActRuns: the others change more than
    /// their member's points.
    function isRunnable(IActs.Act memory act) internal pure returns (bool runnable) {
        assembly ("memory-safe") {
            runnable := iszero(and(mload(act), not(2))) // Redemption is 0, Donation is 2
        }
    }

    /// @notice Who gets the value of an act: the brand, or CHARITY and the charity. The issuer is paid
    /// nothing: at its own counter burning is all that happens, so that goes on when the reserve is
    /// exhausted. Gifts and cancellations are between a member and the issuer alone.
    function payeeOf(IActs.Act memory act) internal pure returns (uint256 payee) {
        assembly ("memory-safe") {
            payee := mload(add(act, 0x120))
        }
    }

    /// @notice Who gets a gift.
    function recipientOf(IActs.Act memory act) internal pure returns (address) {
        return address(uint160(uint256(act.ref))); // the bits above are not signed
    }

    /// @notice EIP-712's hashStruct of `act`.
    function structHash(IActs.Act memory act) internal pure returns (bytes32 hash) {
        bytes32 typehash = REDEMPTION_TYPEHASH;
        if (!isA(act, IActs.ActKind.Redemption)) {
            if (isA(act, IActs.ActKind.Gift)) return _giftHash(act);
            if (isA(act, IActs.ActKind.Cancellation)) return _cancellationHash(act);
            bool exchange = isA(act, IActs.ActKind.Exchange);
            typehash = exchange ? EXCHANGE_TYPEHASH : DONATION_TYPEHASH;
        }
        assembly ("memory-safe") {
            // With the type hash in the place of `kind` the nine words are the encoding that
            // EIP-712 hashes. `kind` is put back after it.
            let kind := mload(act)
            mstore(act, typehash)
            hash := keccak256(act, 0x120)
            mstore(act, kind)
        }
    }

    function _findPayee(IActs.Act[] memory acts, uint256 index) private pure {
        assembly ("memory-safe") {
            let act := mload(add(add(acts, 0x20), mul(index, 0x20)))
            let kind := mload(act)
            let payee := mload(add(act, 0x60)) // counterparty
            if gt(kind, 1) {
                switch kind
                case 2 {
                    payee := or(payee, CHARITY)
                }
                default {
                    payee := mload(add(act, 0x40)) // issuer
                }
            }
            mstore(add(act, 0x120), payee)
        }
    }

    function _giftHash(IActs.Act memory act) private pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    GIFT_TYPEHASH,
                    act.member,
                    act.issuer,
                    recipientOf(act),
                    act.amount,
                    act.nonce,
                    act.deadline
                )
            );
    }

    function _cancellationHash(IActs.Act memory act) private pure returns (bytes32) {
        return
            keccak256(
                abi.encode(CANCELLATION_TYPEHASH, act.member, act.issuer, act.nonce, act.deadline)
            );
    }
}

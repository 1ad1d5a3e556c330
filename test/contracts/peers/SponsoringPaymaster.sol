// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

/// @dev ERC-4337's, from version 0.7 on.
struct PackedUserOperation {
    address sender;
    uint256 nonce;
    bytes initCode;
    bytes callData;
    bytes32 accountGasLimits;
    uint256 preVerificationGas;
    bytes32 gasFees;
    bytes paymasterAndData;
    bytes signature;
}

/// @dev The usual way to let members act without gas by ERC-4337: a paymaster pays for what the
/// operator has signed. Does what the well-known verifying paymaster does, and no more.
contract SponsoringPaymaster {
    error CallerNotEntryPoint(address caller);

    /// @dev Where its own data starts: behind its address and two limits of gas.
    uint256 private constant DATA_OFFSET = 52;
    /// @dev Two words before the signature: until when and from when on it is valid.
    uint256 private constant SIGNATURE_OFFSET = 64;

    address private immutable _entryPoint;
    address private immutable _signer;

    constructor(address entryPoint, address signer) {
        (_entryPoint, _signer) = (entryPoint, signer);
    }

    function validatePaymasterUserOp(
        PackedUserOperation calldata op,
        bytes32,
        uint256
    ) external view returns (bytes memory context, uint256 validationData) {
        if (msg.sender != _entryPoint) revert CallerNotEntryPoint(msg.sender);
        bytes calldata data = op.paymasterAndData[DATA_OFFSET:];
        (uint48 validUntil, uint48 validAfter) = abi.decode(
            data[:SIGNATURE_OFFSET],
            (uint48, uint48)
        );
        bytes32 hash = MessageHashUtils.toEthSignedMessageHash(
            approvalOf(op, validUntil, validAfter)
        );
        bool failed = ECDSA.recover(hash, data[SIGNATURE_OFFSET:]) != _signer;
        validationData =
            (failed ? 1 : 0) |
            (uint256(validUntil) << 160) |
            (uint256(validAfter) << 208);
        return ("", validationData);
    }

    /// @dev What the operator signs.
    function approvalOf(
        PackedUserOperation calldata op,
        uint48 validUntil,
        uint48 validAfter
    ) public view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    op.sender,
                    op.nonce,
                    keccak256(op.initCode),
                    keccak256(op.callData),
                    op.accountGasLimits,
                    bytes32(op.paymasterAndData[20:DATA_OFFSET]),
                    op.preVerificationGas,
                    op.gasFees,
                    block.chainid,
                    address(this),
                    validUntil,
                    validAfter
                )
            );
    }
}

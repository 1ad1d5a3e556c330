// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";

/// @title Signatures of members
/// @notice An account is named by its first key, so nothing has to be deployed or registered
/// before a member can sign:
/// - a secp256k1 key: the address of the EOA;
/// - a P-256 key (a device key): the last 20 bytes of keccak256(ACCOUNT_DOMAIN, x, y).
library MemberSignatures {
    bytes32 internal constant ACCOUNT_DOMAIN = keccak256("Tessera P-256 account");

    /// @notice The account that is named by the P-256 public key (x, y).
    function accountOf(bytes32 x, bytes32 y) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(ACCOUNT_DOMAIN, x, y)))));
    }

    /// @notice Whether `signature` is `member`'s for `digest`.
    /// @param signature 65 bytes (r, s, v) or 64 bytes (r, vs; EIP-2098): ECDSA over `digest`.
    /// 128 bytes (x, y, r, s): P-256 over SHA-256(`digest`), which is what WebCrypto makes when it
    /// is asked to sign the digest's 32 bytes. High s is refused in all of them.
    function isValid(
        address member,
        bytes32 digest,
        bytes calldata signature
    ) internal view returns (bool) {
        if (signature.length == 128) return _isDeviceSignature(member, digest, signature);
        address signer;
        ECDSA.RecoverError failure;
        if (signature.length == 64) {
            (signer, failure, ) = ECDSA.tryRecover(
                digest,
                bytes32(signature[0:32]),
                bytes32(signature[32:64])
            );
        } else {
            (signer, failure, ) = ECDSA.tryRecoverCalldata(digest, signature);
        }
        return failure == ECDSA.RecoverError.NoError && signer == member;
    }

    function _isDeviceSignature(
        address member,
        bytes32 digest,
        bytes calldata signature
    ) private view returns (bool) {
        bytes32 x = bytes32(signature[0:32]);
        bytes32 y = bytes32(signature[32:64]);
        if (accountOf(x, y) != member) return false;
        return
            P256.verify(
                sha256(abi.encodePacked(digest)),
                bytes32(signature[64:96]),
                bytes32(signature[96:128]),
                x,
                y
            );
    }
}

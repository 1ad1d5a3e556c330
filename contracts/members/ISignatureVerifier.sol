// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Signatures of accounts that are not plain EOAs
/// @notice Stateless and without any power: it answers whether a signature is a member's.
interface ISignatureVerifier {
    /// @notice Whether `signature` is `member`'s for `digest`. It never reverts for what the
    /// signature holds, only, without data, for too little gas to know. By form:
    /// - 128 bytes (x, y, r, s) of the account named by the P-256 key (x, y), a device key: over
    ///   SHA-256(`digest`), which is what WebCrypto makes when it signs the digest's 32 bytes.
    /// - (x, y), then abi.encode of the six fields of WebAuthn.WebAuthnAuth one by one, of the
    ///   account named by the passkey (x, y): an assertion whose challenge is `digest`, with the
    ///   user verified.
    /// - anything, of a contract account that answers by ERC-1271 within ERC1271_GAS.
    /// High s is refused in the first two.
    function isValid(
        address member,
        bytes32 digest,
        bytes calldata signature
    ) external view returns (bool);
}

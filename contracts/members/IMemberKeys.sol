// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Who signs for a member
/// @notice A member is an account, and the key that its address is named by signs for it: an EOA's
/// key, a P-256 key (see MemberAccounts), or a contract's code by ERC-1271. That is its own key: it
/// has full power always, needs no registration and can't be removed. A member may add others, each
/// named by an address in the same way, and name who inherits. Every change is signed, and anyone
/// may submit it; nobody else has any power here, the coalition and its governance neither.
interface IMemberKeys {
    /// @notice What a key may do.
    /// - None: nothing. It was never added, or was removed.
    /// - Full: every act and every change of keys.
    /// - Limited: acts worth up to its daily limit, and no changes of keys.
    /// - Recovery: nothing but ask for a new full key, which waits for RECOVERY_WAIT.
    /// - Successor: no key at all but the account that inherits.
    enum KeyRole {
        None,
        Full,
        Limited,
        Recovery,
        Successor
    }

    /// @notice What is signed to change the keys of `member`. By role:
    /// - Full, Limited, Recovery: adds `key`, or gives it another role or limit. Signed by a recovery
    ///   key it can only be Full, for a `key` that has no role yet.
    /// - None: removes `key`; of a key that waits, that is the veto.
    /// - Successor: `key` inherits. Final: from then on only the member's own key signs for it, and
    ///   its keys can't be changed any more.
    /// @param dailyLimit µUSD a UTC day; more than 0 for Limited, 0 for all others.
    /// @param nonce `nextNonce` of the member.
    /// @param deadline The last second in which the change can be submitted.
    struct KeyChange {
        address member;
        address key;
        KeyRole role;
        uint48 dailyLimit;
        uint32 nonce;
        uint48 deadline;
    }

    /// @notice A key as it counts now.
    /// @param dailyLimit µUSD a UTC day, of a limited key.
    /// @param spentToday µUSD charged to it on the present UTC day, in whatever role it was then.
    /// @param activeFrom The second from which it counts; in the future it waits, and has no power.
    struct Key {
        KeyRole role;
        uint48 dailyLimit;
        uint48 spentToday;
        uint48 activeFrom;
    }

    /// @notice `key` of `member` has `role` from `activeFrom` on, None if it is removed. The last of
    /// these events for a key is what holds, until one with the role Successor ends them all.
    /// @param by The key that signed the change, the member itself if it is its own.
    /// @param nonce Of the change; a change that ends a waiting key too has an event for that before
    /// its own, with the same nonce.
    event KeyChanged(
        address indexed member,
        address indexed key,
        KeyRole role,
        uint48 dailyLimit,
        uint48 activeFrom,
        address by,
        uint32 nonce
    );
    /// @notice A limited key spent `value` µUSD, `spentToday` altogether on this UTC day.
    event KeyCharged(
        address indexed member,
        address indexed key,
        uint256 value,
        uint256 spentToday
    );

    /// @notice The chain can't check signatures on the curve P-256 (EIP-7951).
    error KeyCurveMissing();
    /// @notice Only the coalition charges keys.
    error KeyCallerNotCoalition(address caller);
    /// @notice The deadline has passed.
    error KeyChangeExpired(uint48 deadline, uint256 timestamp);
    /// @notice Changes of a member's keys are numbered from 0 up without a gap.
    error KeyNonceInvalid(address member, uint256 nonce, uint256 next);
    /// @notice The signature is of no key of the member that counts now, for this change on this
    /// chain and contract.
    error KeySignatureInvalid(address member, bytes32 digest);
    /// @notice `by` signed, but its role doesn't let it give `role` to a key.
    error KeyPowerInsufficient(address member, address by, KeyRole held, KeyRole role);
    /// @notice The member itself and the zero address are neither added nor removed.
    error KeyInvalid(address member, address key);
    /// @notice There is no such key to remove.
    error KeyUnknown(address member, address key);
    /// @notice A recovery key can't touch a key that has a role.
    error KeyAlreadyAdded(address member, address key, KeyRole role);
    /// @notice Limited keys have a limit, others have none.
    error KeyDailyLimitInvalid(KeyRole role, uint48 dailyLimit);
    /// @notice `value` µUSD is more than what is left for the key on this UTC day.
    error KeyLimitExceeded(address key, uint256 available, uint256 value);
    /// @notice `member` has a successor already: it can change no key, and can't inherit.
    error KeyMemberSucceeded(address member, address successor);

    /// @notice Changes the keys of a member. Anyone may submit it.
    /// @param signature By a full key of the member, or by a recovery key that asks for a full one;
    /// in any form that `authorityOf` takes.
    function changeKey(KeyChange calldata change, bytes calldata signature) external;

    /// @notice Adds `value` µUSD to what a limited key spent today, or reverts with
    /// KeyLimitExceeded. Only the coalition; it can neither lower what was spent nor raise a limit.
    function charge(address member, address key, uint256 value) external;

    /// @notice In whose power `signature` lets `member` do what `digest` stands for. It never
    /// reverts for what the signature holds, only, without data, for too little gas to know. The
    /// forms, in the order in which they are tried:
    /// 1. By the member's own key:
    ///    - 65 bytes (r, s, v) or 64 (r, vs; EIP-2098): ECDSA by the EOA, delegated (EIP-7702) or not.
    ///    - 128 bytes (x, y, r, s) by the P-256 key (x, y), a device key: over SHA-256(`digest`),
    ///      which is what WebCrypto makes when it signs the digest's 32 bytes.
    ///    - (x, y), then abi.encode of the six fields of WebAuthn.WebAuthnAuth one by one, by the
    ///      passkey (x, y): an assertion whose challenge is `digest`, with the user verified.
    /// 2. Anything that a member with code accepts by ERC-1271 within ERC1271_GAS. What its code
    ///    says yes to has full power, whichever added key may have signed as well.
    /// 3. By an added key, if nothing before it held: the three forms of 1., or the 20 bytes of a
    ///    contract's address and then anything that the contract accepts by ERC-1271 within
    ///    ERC1271_GAS.
    /// High s is refused everywhere.
    /// @return authority The member if with full power; the key if it is a limited one; 0 if the
    /// signature is not the member's, or is of a key that has no power over acts or waits.
    function authorityOf(
        address member,
        bytes32 digest,
        bytes calldata signature
    ) external view returns (address authority);

    /// @notice A key of `member` as it counts now. The member's own key is Full; with a successor,
    /// that account is the Successor and every added key is None.
    function keyOf(address member, address key) external view returns (Key memory);

    /// @notice The key that a recovery key asked for and that isn't active yet, 0 if there is none.
    function pendingKeyOf(address member) external view returns (address);

    /// @notice The account that inherits, 0 if there is none.
    function successorOf(address member) external view returns (address);

    /// @notice The nonce of the member's next key change.
    function nextNonce(address member) external view returns (uint256);

    /// @notice The digest that is signed for `change`.
    function keyChangeDigest(KeyChange calldata change) external view returns (bytes32);
}

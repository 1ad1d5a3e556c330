// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What members do with their points
/// @notice A member signs an act (EIP-712); anyone may submit it and pay for it. The struct that
/// is signed is named for the act:
///
/// Redemption(address member,uint32 issuer,uint32 acceptor,uint48 amount,uint48 minValue,bytes32 ref,uint32 nonce,uint48 deadline)
/// Exchange(address member,uint32 issuer,uint32 target,uint48 amount,uint48 minReceived,bytes32 ref,uint32 nonce,uint48 deadline)
/// Donation(address member,uint32 issuer,uint32 charity,uint48 amount,uint48 minValue,bytes32 ref,uint32 nonce,uint48 deadline)
///
/// A signature is 65 or 64 bytes (ECDSA; EIP-2098) of an EOA, or that of a P-256 device key, a
/// passkey or a contract account, see IMemberKeys.
interface IActs {
    enum ActKind {
        Redemption,
        Exchange,
        Donation
    }

    /// @notice What was signed.
    /// @param issuer Whose points are spent.
    /// @param counterparty The acceptor of a redemption, the brand whose points an exchange
    /// yields, or the charity.
    /// @param amount Points to spend, earliest expiry first.
    /// @param minimum µUSD that the points must be worth at least, or, in an exchange, points to
    /// receive at least.
    /// @param ref The member's or the acceptor's reference, an order for example.
    /// @param nonce Of the account in the issuer's token; each is used once.
    /// @param deadline The last second at which the act can be done.
    struct Act {
        ActKind kind;
        address member;
        uint32 issuer;
        uint32 counterparty;
        uint48 amount;
        uint48 minimum;
        bytes32 ref;
        uint32 nonce;
        uint48 deadline;
    }

    /// @notice Points were spent at `acceptor`; between brands, `value` µUSD moved from the
    /// issuer's reserve to the acceptor's.
    event Redeemed(
        address indexed member,
        uint32 indexed issuer,
        uint32 indexed acceptor,
        uint256 amount,
        uint256 value,
        uint32 nonce,
        bytes32 ref
    );
    /// @notice Points of `issuer` became `received` points of `target`; `value` µUSD moved between
    /// their reserves.
    event Exchanged(
        address indexed member,
        uint32 indexed issuer,
        uint32 indexed target,
        uint256 amount,
        uint256 value,
        uint256 received,
        uint32 nonce,
        bytes32 ref
    );
    /// @notice `value` µUSD moved from the issuer's reserve to what is payable to the charity.
    event Donated(
        address indexed member,
        uint32 indexed issuer,
        uint32 indexed charity,
        uint256 amount,
        uint256 value,
        uint32 nonce,
        bytes32 ref
    );
    /// @notice An act of a batch was refused; nothing of it happened. `reason` is the custom error
    /// with its arguments.
    event ActSkipped(
        address indexed member,
        uint32 indexed issuer,
        bytes32 indexed ref,
        uint32 nonce,
        bytes reason
    );

    /// @notice The deadline has passed.
    error ActExpired(uint48 deadline, uint256 timestamp);
    /// @notice The signature is not the member's for this act on this chain and contract.
    error ActSignatureInvalid(address member, bytes32 digest);
    /// @notice An exchange needs two different brands.
    error ActCounterpartyInvalid(uint32 issuer, uint32 counterparty);
    /// @notice A spend that yields nothing is refused.
    error ActWorthless(uint32 issuer, uint256 amount);
    /// @notice The act would yield `yielded`, less than the signed `minimum`.
    error ActMinimumNotMet(uint256 yielded, uint256 minimum);
    /// @notice A batch has as many signatures as acts, and at most `limit`.
    error ActBatchInvalid(uint256 acts, uint256 signatures, uint256 limit);
    /// @notice A compact batch is whole acts of `stride` bytes, at most `limit` of them.
    error ActBytesInvalid(uint256 length, uint256 stride, uint256 limit);
    /// @notice Act `index` is of no known kind, or a field is wider than it can be.
    error ActMalformed(uint256 index);
    /// @notice The transaction has too little gas to give act `index`, or one that waits with it, a
    /// fair try.
    error ActGasInsufficient(uint256 index);

    /// @notice Does one act, or reverts with the reason. Anyone may call.
    /// @return value µUSD that the points were worth.
    /// @return received Points received in an exchange, 0 otherwise.
    function execute(
        Act calldata act,
        bytes calldata signature
    ) external returns (uint256 value, uint256 received);

    /// @notice Does many acts in order; one that is refused is skipped with ActSkipped and can't
    /// stop the others. Anyone may call.
    /// @dev Each contract's events come in the order of the acts. A token's Transfer events of
    /// several acts may come before these acts' own events.
    /// @return executed How many were done.
    function executeBatch(
        Act[] calldata acts,
        bytes[] calldata signatures
    ) external returns (uint256 executed);

    /// @notice Does what `executeBatch` does, for acts of one issuer that are signed by ECDSA, in a
    /// third of the bytes. Anyone may call.
    /// @param acts 142 bytes an act: kind (1), counterparty (4), member (20), amount (6),
    /// minimum (6), ref (32), nonce (4), deadline (5), signature (r, vs; EIP-2098; 64). A deadline
    /// of 2^40 or later needs `executeBatch`.
    /// @return executed How many were done.
    function executeCompactBatch(
        uint32 issuer,
        bytes calldata acts
    ) external returns (uint256 executed);

    /// @notice The digest that a member signs for `act`.
    function actDigest(Act calldata act) external view returns (bytes32);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Refunds of redemptions
/// @notice A brand that takes a sale back pays the points' value back to the issuer, and the points
/// return to the epochs that they came from, as the acceptor names them: the contract sees to it that
/// no epoch has more live points than were minted in it, the audit that they are those of the
/// redemption.
interface IRefunds {
    /// @notice What an acceptor gives back.
    /// @param acceptor Who honoured the points and pays for them now.
    /// @param issuer Whose points they are.
    /// @param member Who spent them.
    /// @param nonce Of the redemption, for whoever compares the two.
    /// @param id Of the refund, chosen by the acceptor: one that is sent again is refused.
    /// @param buckets The points by epoch, and the last of these four epochs, as in AccountWord.
    struct Refund {
        uint32 acceptor;
        uint32 issuer;
        address member;
        uint32 nonce;
        bytes32 id;
        uint256 buckets;
    }

    /// @notice `points` of `buckets` were still live and returned; between brands, `value` µUSD moved
    /// from the acceptor's reserve to the issuer's.
    event Refunded(
        address indexed member,
        uint32 indexed issuer,
        uint32 indexed acceptor,
        uint32 nonce,
        bytes32 id,
        uint256 buckets,
        uint256 points,
        uint256 value,
        address by
    );

    /// @notice The acceptor has used this id before.
    error RefundRepeated(uint32 acceptor, bytes32 id);
    /// @notice All of the points have expired since.
    error RefundExpired(uint32 issuer, uint256 buckets);

    /// @notice Gives points back. Only the acceptor's admin or issuing key, or the issuer role, whose
    /// refunds use up the acceptor's mint allowance as if its own points of that worth were minted.
    /// @dev An epoch's live points can't rise above what was minted in it, so all refunds together give
    /// back no more of it than was spent. That these points were spent here, by this member, is for
    /// auditors to see: the redemption's event has the same member, issuer, acceptor and nonce. After
    /// it both brands are covered.
    /// @return points How many are live again.
    /// @return value µUSD that they are worth.
    function refund(Refund calldata refund_) external returns (uint256 points, uint256 value);
}

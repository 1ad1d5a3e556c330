// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Issuance of earned points
interface IIssuance {
    /// @notice One partner's batch.
    /// @param number One above the partner's last batch: a batch sent again can't mint twice.
    /// @param receiptsRoot Merkle root of the receipts that the batch settles (OpenZeppelin
    /// merkle-tree's standard leaves).
    /// @param mints 32 bytes a member: account (20), points (12).
    struct Batch {
        uint32 partner;
        uint48 number;
        bytes32 receiptsRoot;
        bytes32[] mints;
    }

    event BatchIssued(
        uint32 indexed partner,
        uint48 indexed number,
        bytes32 indexed receiptsRoot,
        uint256 members,
        uint256 points
    );

    /// @notice The brand's own key issues its batch `number`, whose event follows: no mint allowance is
    /// used by it.
    event BatchIssuedByKey(uint32 indexed partner, uint48 indexed number, address indexed key);

    /// @notice The partner's next batch is `expected`.
    error BatchNumberUnexpected(uint32 partner, uint48 expected, uint48 given);
    /// @notice A batch mints to 1 to `limit` members.
    error BatchSizeInvalid(uint32 partner, uint256 members, uint256 limit);

    /// @notice The caller is not the brand's issuing key.
    error IssuanceCallerNotKey(uint32 partner, address caller);

    /// @notice Mints batches of several partners; if one can't be minted, none is. After each,
    /// its partner's coverage holds. Only the issuer role, which can mint no more than the money
    /// that partners have deposited covers, and no more than their admins allow it.
    function issue(Batch[] calldata batches) external;

    /// @notice Mints a brand's batch with its own issuing key. Its coverage holds after it; no allowance
    /// limits it.
    function issueAsPartner(Batch calldata batch) external;

    /// @notice The most members in a batch.
    function BATCH_LIMIT() external view returns (uint256);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title How an account passes to another
/// @notice A member whose key is lost or stolen names a successor, see IMemberKeys. Its points then
/// move there, brand by brand, and the account can never spend again.
interface ISuccessions {
    event AccountSucceeded(
        uint32 indexed issuer,
        address indexed member,
        address indexed successor,
        uint256 amount
    );

    /// @notice The member has named no successor.
    error SuccessorUnknown(address member);

    /// @notice Moves all of a member's points of a brand to its successor, with their epochs, and closes
    /// the account to acts and transfers. Anyone may call, again too when points have come since.
    /// @return amount Points moved.
    function succeed(uint32 issuer, address member) external returns (uint256 amount);
}

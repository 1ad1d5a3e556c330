// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Breakage
/// @notice When an epoch's points expire, what was owed for them is freed. How much is public, and
/// the shares that the brand declared when it joined go to the members' fund and to a charity.
/// What is left stays in the brand's reserve.
interface IBreakage {
    /// @notice `points` of `epoch` expired and freed `freed` µUSD; `toFund` and `toCharity` µUSD of
    /// the brand's reserve went to the members' fund and the charity.
    event BreakageRecorded(
        uint32 indexed partner,
        uint256 indexed epoch,
        uint256 points,
        uint256 freed,
        uint256 toFund,
        uint256 toCharity,
        uint32 charity
    );

    /// @notice Records the breakage of all epochs of a brand that have died since the last time. Anyone
    /// may call; withdrawals and changes of point values do so themselves.
    /// @dev Shares are rounded down, in favour of the brand's reserve, and are paid from what the
    /// reserve holds over what coverage asks, the charity's first: what it lacks is not owed.
    function recordBreakage(uint32 partner) external;
}

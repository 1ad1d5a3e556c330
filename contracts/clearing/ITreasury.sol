// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The coalition's own money
/// @notice Two pots. The treasury gets the clearing fee and pays for gas. The members' fund gets its
/// shares of breakage, and can go nowhere but into brands' reserves, where it backs points.
interface ITreasury {
    event FeeChanged(uint16 feeBps);
    event TreasuryWithdrawn(address indexed to, uint256 amount, uint256 left);
    event FundGranted(uint32 indexed partner, uint256 amount, uint256 left);

    /// @notice The fee is `limit` basis points at most.
    error FeeTooHigh(uint16 feeBps, uint16 limit);
    /// @notice The pot holds `available` µUSD, less than `requested`.
    error PotInsufficient(uint256 available, uint256 requested);

    /// @notice Sets the clearing fee: a part of what a brand gets for honouring another brand's points,
    /// in basis points, rounded down for each redemption in favour of the brand. Only governance.
    function setFee(uint16 bps) external;

    /// @notice Pays `amount` µUSD of the treasury to `to`. Only governance.
    function withdrawTreasury(uint256 amount, address to) external;

    /// @notice Moves `amount` µUSD from the members' fund into a brand's reserve. Only governance.
    function grantFromFund(uint32 partner, uint256 amount) external;

    /// @notice The highest fee, in basis points.
    function FEE_LIMIT_BPS() external view returns (uint16);

    /// @notice The clearing fee, in basis points.
    function feeBps() external view returns (uint16);
}

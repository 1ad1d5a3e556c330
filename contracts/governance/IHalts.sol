// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Emergency halts
/// @notice The guardian can stop things at once and start nothing; governance starts them again.
/// A halt keeps nobody from their money for ever: one of withdrawals ends by itself after
/// WITHDRAWAL_HALT and can't be renewed for as long again.
interface IHalts {
    event CoalitionHaltSet(bool halted);
    event PartnerHaltSet(uint32 indexed partner, bool halted);
    event WithdrawalsHalted(uint48 until);

    /// @notice Issuance and acts of the whole coalition are halted.
    error CoalitionHalted();
    /// @notice Withdrawals are halted until `until`.
    error WithdrawalsAreHalted(uint48 until);
    /// @notice The guardian may halt withdrawals again from `earliest` on.
    error WithdrawalsHaltTooSoon(uint256 earliest);

    /// @notice Stops issuance and acts at all brands. Only the guardian.
    function halt() external;

    /// @notice Ends `halt`. Only governance.
    function resume() external;

    /// @notice Stops a brand's issuance and every act it has a part in; deposits and withdrawals
    /// go on. Only the guardian.
    function haltPartner(uint32 partner) external;

    /// @notice Ends `haltPartner`. Only governance.
    function resumePartner(uint32 partner) external;

    /// @notice Stops withdrawals for WITHDRAWAL_HALT. Only the guardian.
    function haltWithdrawals() external;

    /// @notice How long a halt of withdrawals lasts, and how long none can follow it. Seconds.
    function WITHDRAWAL_HALT() external view returns (uint48);

    /// @notice Whether issuance and acts are halted at all brands.
    function halted() external view returns (bool);

    /// @notice The second from which withdrawals are possible (again).
    function withdrawalsHaltedUntil() external view returns (uint48);
}

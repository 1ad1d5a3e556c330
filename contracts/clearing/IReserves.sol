// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Reserves, coverage and point values
/// @notice All money is the coalition's stablecoin of six decimals, so a unit is one µUSD.
interface IReserves {
    event ReserveDeposited(
        uint32 indexed partner,
        address indexed from,
        uint256 amount,
        uint256 reserve
    );
    event ReserveWithdrawn(
        uint32 indexed partner,
        address indexed to,
        uint256 amount,
        uint256 reserve
    );
    event PointValueScheduled(uint32 indexed partner, uint256 epoch, uint40 value);
    event PointValueRaised(uint32 indexed partner, uint256 epoch, uint40 value);

    /// @notice Point values are 1 to 2^40 − 1 µUSD.
    error PointValueInvalid(uint40 value);
    /// @notice The stablecoin has `decimals` decimals instead of six.
    error StablecoinDecimalsUnsupported(uint8 decimals);
    /// @notice The stablecoin delivered `received` of `amount` (it takes a fee, for example).
    error StablecoinShortfall(uint256 amount, uint256 received);
    /// @notice The partner holds `reserve` µUSD, and would have to hold `required`.
    error CoverageInsufficient(uint32 partner, uint256 reserve, uint256 required);
    /// @notice The partner's reserve is `available` µUSD, less than `requested`.
    error ReserveInsufficient(uint32 partner, uint256 available, uint256 requested);
    /// @notice Amounts of zero are refused.
    error ReserveAmountZero();
    /// @notice A lower value needs notice: the next epoch starts at `epochStart`, and the last
    /// moment to announce it was `latest`.
    error PointValueNoticeTooShort(uint256 epochStart, uint256 latest);
    /// @notice An issued epoch's value can only rise above `current`.
    error PointValueNotRaised(uint256 epoch, uint40 value, uint256 current);
    /// @notice `epoch` is not among the epochs whose points are live.
    error PointValueEpochNotLive(uint256 epoch, uint256 currentEpoch);

    /// @notice Notice for a lower point value, in seconds before its first epoch begins.
    function VALUE_NOTICE() external view returns (uint256);

    /// @notice Adds `amount` µUSD of the caller's stablecoin to a partner's reserve. Anyone may.
    /// @dev The coalition holds at most 2^72 − 1 µUSD, else SafeCastOverflowedUintDowncast(72, held).
    function deposit(uint32 partner, uint256 amount) external;

    /// @notice Pays `amount` µUSD of what is free (reserve − required) to `to`. Only the partner's
    /// admin.
    function withdraw(uint32 partner, uint256 amount, address to) external;

    /// @notice Sets the value of points of the next epoch on. A value below what was announced
    /// needs VALUE_NOTICE before that epoch begins. Only the partner's admin. Points that are
    /// issued keep their value.
    function scheduleValue(uint32 partner, uint40 value) external;

    /// @notice Raises the value of points of a live epoch, issued ones included, if coverage holds
    /// after it. Only the partner's admin.
    function raiseValue(uint32 partner, uint256 epoch, uint40 value) external;
}

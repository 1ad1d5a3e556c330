// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Charities
interface ICharities {
    /// @notice A charity's account.
    /// @param payout Where its money is paid.
    /// @param payable_ µUSD donated and not yet paid.
    struct Charity {
        address payout;
        uint96 payable_;
    }

    event CharityAdded(uint32 indexed charity, address indexed payout, string name);
    event CharityPayoutChanged(uint32 indexed charity, address indexed payout);
    event CharityPaid(uint32 indexed charity, address indexed payout, uint256 amount);

    /// @notice There is no charity with this number.
    error CharityUnknown(uint32 charity);
    /// @notice The zero address can't be paid.
    error CharityPayoutInvalid(address payout);
    /// @notice Nothing is waiting to be paid.
    error CharityNothingPayable(uint32 charity);

    /// @notice Admits a charity. Only governance.
    /// @return charity Its number, from 1 up.
    function addCharity(string calldata name, address payout) external returns (uint32 charity);

    /// @notice Changes where a charity is paid. Only governance.
    function setCharityPayout(uint32 charity, address payout) external;

    /// @notice Pays a charity all that was donated to it. Anyone may call.
    /// @return amount µUSD paid.
    function payCharity(uint32 charity) external returns (uint256 amount);

    /// @notice How many charities there are; their numbers are 1 to this.
    function charityCount() external view returns (uint32);

    /// @notice A charity's account.
    function charityAccount(uint32 charity) external view returns (Charity memory);
}

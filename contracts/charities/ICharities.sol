// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Charities
interface ICharities {
    /// @notice A charity's account.
    /// @param payout Where its money is paid.
    /// @param payable_ µUSD given and not yet paid.
    /// @param suspended Whether it gets no more donations.
    struct Charity {
        address payout;
        uint88 payable_;
        bool suspended;
    }

    event CharityAdded(uint32 indexed charity, address indexed payout, string name);
    event CharityPayoutChanged(uint32 indexed charity, address indexed payout);
    event CharitySuspensionSet(uint32 indexed charity, bool suspended);
    event MatchChanged(uint32 indexed partner, uint16 matchBps, uint72 budget);
    event CharityPaid(uint32 indexed charity, address indexed payout, uint256 amount);

    /// @notice There is no charity with this number.
    error CharityUnknown(uint32 charity);
    /// @notice The charity gets no donations at present.
    error CharitySuspended(uint32 charity);
    /// @notice A match is at most the donation again.
    error MatchInvalid(uint16 matchBps);
    /// @notice The zero address can't be paid.
    error CharityPayoutInvalid(address payout);
    /// @notice Nothing is waiting to be paid.
    error CharityNothingPayable(uint32 charity);

    /// @notice Admits a charity. Only governance.
    /// @return charity Its number, from 1 up.
    function addCharity(string calldata name, address payout) external returns (uint32 charity);

    /// @notice Changes where a charity is paid. Only governance.
    function setCharityPayout(uint32 charity, address payout) external;

    /// @notice Ends donations to a charity, or lets them go on; what it has got is paid all the same.
    /// Only governance.
    function setCharitySuspended(uint32 charity, bool suspended) external;

    /// @notice Sets what a brand adds to donations of its points: `matchBps` basis points of their
    /// value, rounded down, as long as `budget` µUSD last. The budget is taken out of what is free of
    /// its reserve, or goes back there. Only the partner's admin.
    function setMatch(uint32 partner, uint16 matchBps, uint72 budget) external;

    /// @notice Pays a charity all that was donated to it. Anyone may call.
    /// @return amount µUSD paid.
    function payCharity(uint32 charity) external returns (uint256 amount);

    /// @notice How many charities there are; their numbers are 1 to this.
    function charityCount() external view returns (uint32);

    /// @notice A charity's account.
    function charityAccount(uint32 charity) external view returns (Charity memory);

    /// @notice µUSD that a charity got from a brand: donations of its points, its match, and shares of
    /// its breakage.
    function donatedBy(uint32 charity, uint32 partner) external view returns (uint256);
}

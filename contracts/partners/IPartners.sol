// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The brands of the coalition
interface IPartners {
    /// @notice What a brand joins with.
    /// @param name Name of the brand and its points, at most 31 bytes.
    /// @param symbol Symbol of its points, at most 31 bytes.
    /// @param admin Who withdraws its money and sets its point values.
    /// @param quartersPerEpoch Calendar quarters in an expiry period: 1, 2 or 4.
    /// @param validity In how many epochs a point can be spent, the one it was earned in included:
    /// 1 to 4.
    /// @param transferable Whether members may transfer points among themselves.
    /// @param value Point value in µUSD, 1 to 2^40 − 1.
    /// @param coverageBps Required reserve in basis points of liability, 1 to 20,000.
    struct PartnerTerms {
        string name;
        string symbol;
        address admin;
        uint8 quartersPerEpoch;
        uint8 validity;
        bool transferable;
        uint40 value;
        uint16 coverageBps;
    }

    /// @notice All that the contract knows of a partner, at the present block.
    /// @param supply Live points.
    /// @param liability µUSD owed for them: Σ points × their epoch's value.
    /// @param required µUSD that the coverage policy asks to be held: liability × coverageBps, up.
    /// @param reserve µUSD held.
    /// @param lastBatch Number of the last issuance batch, 0 before the first.
    /// @param supplyWord Live supply by epoch, see AccountWord.
    /// @param valuesWord Point values by epoch, see PointValues.
    struct PartnerReport {
        uint32 partner;
        address token;
        address admin;
        bool halted;
        uint16 coverageBps;
        uint48 lastBatch;
        uint256 supply;
        uint256 liability;
        uint256 required;
        uint256 reserve;
        uint256 supplyWord;
        uint256 valuesWord;
    }

    event PartnerAdded(
        uint32 indexed partner,
        address indexed token,
        address indexed admin,
        string name,
        string symbol,
        uint8 quartersPerEpoch,
        uint8 validity,
        bool transferable,
        uint40 value,
        uint16 coverageBps
    );
    event PartnerAdminChanged(uint32 indexed partner, address indexed admin);
    event CoveragePolicyChanged(uint32 indexed partner, uint16 coverageBps);

    /// @notice There is no partner with this number.
    error PartnerUnknown(uint32 partner);
    /// @notice The brand is halted by the guardian.
    error PartnerHalted(uint32 partner);
    /// @notice The caller is not the partner's admin.
    error PartnerCallerNotAdmin(uint32 partner, address caller);
    /// @notice The zero address can't administer a brand.
    error PartnerAdminInvalid(address admin);
    /// @notice Quarters per epoch are 1, 2 or 4, and validity 1 to 4.
    error PartnerCalendarInvalid(uint8 quartersPerEpoch, uint8 validity);
    /// @notice Coverage is 1 to `limit` basis points.
    error PartnerCoverageInvalid(uint16 coverageBps, uint16 limit);

    /// @notice Admits a brand and deploys its points token. Only governance.
    /// @return partner Its number, from 1 up.
    function addPartner(PartnerTerms calldata terms) external returns (uint32 partner);

    /// @notice Hands a brand's administration over. Only its present admin.
    function setPartnerAdmin(uint32 partner, address admin) external;

    /// @notice Sets how much of its liability a brand must hold. Only governance. A stricter policy
    /// stops issuance and withdrawals until money arrives; it takes nothing from anyone.
    function setCoveragePolicy(uint32 partner, uint16 coverageBps) external;

    /// @notice How many brands there are; their numbers are 1 to this.
    function partnerCount() external view returns (uint32);

    /// @notice One brand's figures at the present block.
    function partnerReport(uint32 partner) external view returns (PartnerReport memory);

    /// @notice All brands' figures at the present block.
    function partnerReports() external view returns (PartnerReport[] memory);
}

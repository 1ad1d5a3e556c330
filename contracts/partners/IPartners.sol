// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The brands of the coalition
interface IPartners {
    /// @notice What a brand joins with. All but admin and coverage stay as they are; values of later
    /// epochs can change, see IReserves.
    /// @param name Name of the brand and its points, at most 31 bytes.
    /// @param symbol Symbol of its points, at most 31 bytes.
    /// @param admin Who withdraws its money and sets its point values.
    /// @param quartersPerEpoch Calendar quarters in an expiry period: 1, 2 or 4.
    /// @param validity In how many epochs a point can be spent, the one it was earned in included:
    /// 1 to 4.
    /// @param transferable Whether members may transfer points among themselves.
    /// @param value Point value in µUSD, 1 to 2^40 − 1.
    /// @param coverageBps Required reserve in basis points of liability, 1 to 20,000.
    /// @param fundBps Share of breakage for the members' fund, in basis points.
    /// @param charityBps Share of breakage for a charity, in basis points; both are at most 10,000.
    /// @param breakageCharity The charity, if it has a share.
    struct PartnerTerms {
        string name;
        string symbol;
        address admin;
        uint8 quartersPerEpoch;
        uint8 validity;
        bool transferable;
        uint40 value;
        uint16 coverageBps;
        uint16 fundBps;
        uint16 charityBps;
        uint32 breakageCharity;
    }

    /// @notice What became of points that nobody spent, see IBreakage.
    /// @param fundBps Share of the members' fund, in basis points.
    /// @param charityBps Share of the charity, in basis points.
    /// @param charity The charity that has a share.
    /// @param through The last epoch whose breakage is recorded.
    /// @param freed µUSD of liability freed by expiry, as recorded so far.
    /// @param toFund µUSD of it that went to the members' fund.
    /// @param toCharity µUSD of it that went to the charity.
    struct Breakage {
        uint16 fundBps;
        uint16 charityBps;
        uint32 charity;
        uint16 through;
        uint112 freed;
        uint72 toFund;
        uint72 toCharity;
    }

    /// @notice All that the contract knows of a partner, at the present block.
    /// @param issuingKey Who may issue for it beside the issuer role, 0 for nobody.
    /// @param leaving Whether it issues no more, see IExits.
    /// @param supply Live points.
    /// @param liability µUSD owed for them: Σ points × their epoch's value.
    /// @param required µUSD that the coverage policy asks to be held: liability × coverageBps, up.
    /// @param reserve µUSD held.
    /// @param lastBatch Number of the last issuance batch, 0 before the first.
    /// @param supplyWord Live supply by epoch, see AccountWord.
    /// @param valuesWord Point values by epoch, see PointValues.
    /// @param matchBps What it adds to a donation of its points, in basis points of their value.
    /// @param matchBudget µUSD left for that.
    /// @param mintCapacity Points that the issuer role can mint at once when the allowance is full.
    /// @param mintWindow Seconds in which an empty allowance refills.
    /// @param mintAvailable Points that the issuer role can mint now.
    struct PartnerReport {
        uint32 partner;
        address token;
        address admin;
        address issuingKey;
        bool halted;
        bool leaving;
        uint16 coverageBps;
        uint48 lastBatch;
        uint256 supply;
        uint256 liability;
        uint256 required;
        uint256 reserve;
        uint256 supplyWord;
        uint256 valuesWord;
        uint16 matchBps;
        uint72 matchBudget;
        uint48 mintCapacity;
        uint32 mintWindow;
        uint256 mintAvailable;
        Breakage breakage;
    }

    event PartnerAdded(
        uint32 indexed partner,
        address indexed token,
        address indexed admin,
        PartnerTerms terms
    );
    event PartnerAdminChanged(uint32 indexed partner, address indexed admin);
    event CoveragePolicyChanged(uint32 indexed partner, uint16 coverageBps);
    event IssuingKeyChanged(uint32 indexed partner, address indexed key);
    event MintAllowanceChanged(uint32 indexed partner, uint48 capacity, uint32 window);

    /// @notice There is no partner with this number.
    error PartnerUnknown(uint32 partner);
    /// @notice The brand is halted by the guardian.
    error PartnerHalted(uint32 partner);
    /// @notice The brand is leaving and gets no new points.
    error PartnerLeaving(uint32 partner);
    /// @notice The caller is not the partner's admin.
    error PartnerCallerNotAdmin(uint32 partner, address caller);
    /// @notice The zero address can't administer a brand.
    error PartnerAdminInvalid(address admin);
    /// @notice Quarters per epoch are 1, 2 or 4, and validity 1 to 4.
    error PartnerCalendarInvalid(uint8 quartersPerEpoch, uint8 validity);
    /// @notice Coverage is 1 to `limit` basis points.
    error PartnerCoverageInvalid(uint16 coverageBps, uint16 limit);
    /// @notice The shares of breakage are 10,000 basis points at most.
    error PartnerSharesInvalid(uint16 fundBps, uint16 charityBps);
    /// @notice The issuer role can mint `available` points for the brand now, fewer than `requested`.
    error MintAllowanceExceeded(uint32 partner, uint256 available, uint256 requested);
    /// @notice An allowance refills in at least a second.
    error MintAllowanceInvalid(uint48 capacity, uint32 window);

    /// @notice Admits a brand and deploys its points token. Only governance.
    /// @return partner Its number, from 1 up.
    function addPartner(PartnerTerms calldata terms) external returns (uint32 partner);

    /// @notice Hands a brand's administration over. Only its present admin.
    function setPartnerAdmin(uint32 partner, address admin) external;

    /// @notice Sets how much of its liability a brand must hold. Only governance. A stricter policy
    /// stops issuance and withdrawals until money arrives; it takes nothing from anyone.
    function setCoveragePolicy(uint32 partner, uint16 coverageBps) external;

    /// @notice Names who may issue for a brand with its own key, beside the issuer role; 0 for nobody.
    /// Only the partner's admin.
    function setIssuingKey(uint32 partner, address key) external;

    /// @notice Sets how many points the issuer role may mint for a brand: `capacity` at once, and
    /// again as they refill within `window` seconds. 0 for none, as it is when a brand joins. Only the
    /// partner's admin.
    /// @dev OpenZeppelin RateLimiter's RefillingBucket. A new one begins full; one that is changed
    /// keeps what of it is used.
    function setMintAllowance(uint32 partner, uint48 capacity, uint32 window) external;

    /// @notice The strictest coverage policy, in basis points: twice the liability.
    function COVERAGE_LIMIT_BPS() external view returns (uint16);

    /// @notice How many brands there are; their numbers are 1 to this.
    function partnerCount() external view returns (uint32);

    /// @notice One brand's figures at the present block.
    function partnerReport(uint32 partner) external view returns (PartnerReport memory report);

    /// @notice All brands' figures at the present block.
    function partnerReports() external view returns (PartnerReport[] memory reports);
}

/** What operations may cost. Continuous integration holds them to it, see test/contracts/gas-budgets.test.ts. */

/** An operation that is measured, in gas per item. */
export interface Row {
  /** How the table calls it. */
  readonly label: string;
  /** What it should cost at most. */
  readonly budget?: number;
  /** What it may cost as long as the budget is out of reach, and why it is. */
  readonly ceiling?: number;
  readonly because?: string;
}

/** By the key in JSON, where a number at the end is how many items the transaction holds. */
export const ROWS = {
  'earn.existing.1': {
    label: 'earn, member known, alone',
    budget: 57_000,
    ceiling: 76_600,
    because: 'the AccessManager takes 13,000 to judge one call, and the brand’s mint allowance 7,300',
  },
  'earn.own.1': {
    label: 'earn, by the brand’s own key, alone',
    budget: 57_000,
    ceiling: 60_600,
    because: 'whose key it is stands in a word of its own (2,100), and the log says that it issued (2,000)',
  },
  'earn.existing.100': { label: 'earn, member known, of 100', budget: 8_400 },
  'earn.existing.500': { label: 'earn, member known, of 500', budget: 7_900 },
  'earn.new.500': { label: 'earn, new member, of 500', budget: 25_000 },
  'act.crossbrand.compact.1': { label: 'redeem elsewhere, compact, alone', budget: 70_000 },
  'act.crossbrand.compact.10': { label: 'redeem elsewhere, compact, of 10', budget: 25_000 },
  'act.crossbrand.compact.50': { label: 'redeem elsewhere, compact, of 50', budget: 21_000 },
  'act.crossbrand.compact.200': { label: 'redeem elsewhere, compact, of 200', budget: 20_000 },
  'act.crossbrand.abi.50': { label: 'redeem elsewhere, ABI, of 50', budget: 24_500 },
  'act.mixed.compact.50': { label: 'redeem at many brands, compact, of 50' },
  'act.ownbrand.compact.50': {
    label: 'redeem at the issuer, compact, of 50',
    budget: 18_500,
    ceiling: 20_500,
    because: 'it says what was honoured (2,900), where a bare burn says nothing',
  },
  'act.donation.compact.50': { label: 'donate, compact, of 50' },
  'act.gift.compact.50': { label: 'give points away, compact, of 50' },
  'refund.1': { label: 'take a redemption elsewhere back, alone' },
  'act.exchange.compact.50': { label: 'exchange, compact, of 50' },
  'act.passkey.1': {
    label: 'redeem elsewhere, passkey, alone',
    budget: 62_000,
    ceiling: 90_000,
    because: 'its calldata, storage, logs and the curve alone take 73,000',
  },
  'act.passkey.50': { label: 'redeem elsewhere, passkey, of 50', budget: 38_000 },
  'act.device.50': { label: 'redeem elsewhere, device key, of 50' },
  'brand.create': { label: 'a brand joins', budget: 190_000 },
  'peer.erc20.mint.1': { label: 'ERC-20, mint to a holder, alone' },
  'peer.erc20.mint.100': { label: 'ERC-20, mint to holders, of 100' },
  'peer.erc20.mint.500': { label: 'ERC-20, mint to holders, of 500' },
  'peer.erc20.mint.new.500': { label: 'ERC-20, mint to new holders, of 500' },
  'peer.erc20.deploy': { label: 'ERC-20, deployed' },
  'peer.erc7818.mint.1': { label: 'ERC-7818, mint to a holder, alone' },
  'peer.erc7818.mint.100': { label: 'ERC-7818, mint to holders, of 100' },
  'peer.erc7818.mint.500': { label: 'ERC-7818, mint to holders, of 500' },
  'peer.erc7818.mint.new.500': { label: 'ERC-7818, mint to new holders, of 500' },
  'peer.erc7818.transfer.1': { label: 'ERC-7818, transfer, alone' },
  'peer.forwarder.burn.first.50': { label: 'forwarder, burn, first time, of 50' },
  'peer.forwarder.burn.50': { label: 'forwarder, burn, again, of 50' },
  'peer.forwarder.transfer.50': { label: 'forwarder, transfer, again, of 50' },
  'peer.forwarder.crossbrand.50': { label: 'forwarder, redeem elsewhere, again, of 50' },
  'peer.erc4337.burn.first.50': { label: 'ERC-4337, burn, first time, of 50' },
  'peer.erc4337.burn.50': { label: 'ERC-4337, burn, again, of 50' },
  'peer.erc4337.crossbrand.50': { label: 'ERC-4337, redeem elsewhere, again, of 50' },
} as const satisfies Record<string, Row>;

export type RowKey = keyof typeof ROWS;

/** Gas per item, exact. */
export type Measured = Record<RowKey, number>;

/** The rows that cost more than their budget. */
export const overBudget = (measured: Measured): RowKey[] =>
  (Object.keys(ROWS) as RowKey[]).filter((key) => {
    const { budget = Number.POSITIVE_INFINITY }: Row = ROWS[key];
    return measured[key] > budget;
  });

/** The largest code that a chain accepts (EIP-170), in bytes. */
export const CODE_LIMIT = 24_576;

/** What is deployed, in the order of size on a good day. */
export const SIZED = ['Coalition', 'PointsToken', 'BackOffice', 'MemberKeys'] as const;

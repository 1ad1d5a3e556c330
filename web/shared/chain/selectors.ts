/**
 * What the first figures are asked by: function selectors and event topics, written out, because the ABIs and what reads them would weigh
 * more than the page. `test/web/light-reads.test.ts` derives each from the ABIs.
 */

/** Selectors of the hub's views. */
export const HUB = {
  partnerReports: '0xbfa4b833',
  solvency: '0x773c5049',
  halted: '0xb9b8af0b',
  withdrawalsHaltedUntil: '0x17a7bb20',
  feeBps: '0x24a9d853',
  stablecoin: '0xe9cbd822',
} as const;

/** Selectors of a points token's views; `balanceOf` is any ERC-20's. */
export const TOKEN = {
  name: '0x06fdde03',
  symbol: '0x95d89b41',
  quartersPerEpoch: '0x99158c5a',
  validityDuration: '0x683ce032',
  balanceOf: '0x70a08231',
} as const;

/** Topics of the hub's events that move money between brands, or between brands and charities. */
export const SETTLEMENTS = {
  Redeemed: '0x181b5fe644d27fb2b337d287399e6a6a929299157d4ba141adcdcda70f1fbe32',
  Exchanged: '0x5be3431e567cb559c9046ce3ddfbafb6f66c189d05726d620b5c0c68ee2ccd41',
  Donated: '0x53d7d03d026d426076e3d6a2ce3ba468728c89f738d258dbefd3dfb0a4b0b901',
} as const;

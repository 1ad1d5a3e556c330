/* Made by `npm run client` from the OpenAPI document of the API: not to be edited. */
export interface AcceptedAct {
  id: string;
  /** `held`: signed for a payment that its till has yet to capture; `skipped`: the contract refused it; `failed`: it never got there. `reason` says why. */
  status: 'held' | 'queued' | 'sent' | 'mined' | 'final' | 'skipped' | 'failed';
}

export interface AcceptedKeyChange {
  id: string;
  status: 'queued' | 'sent' | 'mined' | 'final' | 'failed';
}

/** What a member signs. */
export interface Act {
  kind: 'redemption' | 'exchange' | 'donation' | 'gift' | 'cancellation';
  member: Address;
  /** The brand whose points are spent. */
  issuer: PartyNumber;
  /** The accepting brand, the brand of the new points, or the charity. */
  counterparty: number;
  amount: Points;
  /** The least that the act must yield: µUSD, in an exchange points. */
  minimum: string;
  ref: Hash;
  nonce: number;
  deadline: UnixSeconds;
}

export interface ActState {
  id: string;
  act: Act;
  /** `held`: signed for a payment that its till has yet to capture; `skipped`: the contract refused it; `failed`: it never got there. `reason` says why. */
  status: 'held' | 'queued' | 'sent' | 'mined' | 'final' | 'skipped' | 'failed';
  reason?: Reason | undefined;
  value?: MicroUsd | undefined;
  received?: Points | undefined;
  transaction?: Hash | undefined;
  voucher?: string | undefined;
}

/** An account or a contract on the chain, with its checksum. */
export type Address = `0x${string}`;

/** What a line comes to, with its sign, as a decimal string. */
export type Amount = string;

/** An API key of a brand, without its secret. */
export interface ApiKey {
  id: string;
  /** How the key begins, behind `tsk_`. */
  prefix: string;
  name: string;
  scopes: string[];
  status: 'active' | 'expired' | 'revoked';
  createdAt: Instant;
  /** To the minute; null while it was never used. */
  lastUsedAt: Instant | null;
  expiresAt: Instant | null;
  /** So long the secret before the last rotation is good too. */
  previousSecretUntil: Instant | null;
}

/** An API key with its new secret. */
export interface ApiKeyWithSecret {
  id: string;
  /** How the key begins, behind `tsk_`. */
  prefix: string;
  name: string;
  scopes: string[];
  status: 'active' | 'expired' | 'revoked';
  createdAt: Instant;
  /** To the minute; null while it was never used. */
  lastUsedAt: Instant | null;
  expiresAt: Instant | null;
  /** So long the secret before the last rotation is good too. */
  previousSecretUntil: Instant | null;
  /** The whole key, in this answer alone. */
  key: string;
}

/** Who changed what, linked to the entry before. */
export interface AuditEntry {
  seq: Count;
  at: Instant;
  actor: string;
  action: string;
  subject: string;
  /** What was there before, as JSON in text; null where nothing was. */
  before: string | null;
  after: string | null;
  previousHash: Hash;
  /** Over the previous one and all of the above. */
  hash: Hash;
}

export interface Balances {
  account: Address;
  /** The newest block that is in these figures. */
  block: Count;
  balances: {
    partner: PartyNumber;
    points: Points;
    value: MicroUsd;
    /** For the account’s next act with this brand’s points. */
    nextNonce: number;
    /** The points by when they expire, the first to go first. */
    buckets: {
      epoch: number;
      points: Points;
      value: MicroUsd;
      expiresAt: Instant;
    }[];
  }[];
  /** Earned, and not on the chain yet. */
  pending: {
    partner: PartyNumber;
    points: Points;
    /** How far they are, or the code of why they wait. */
    reason: string;
  }[];
  /** Owed to a brand, because a purchase was returned whose points were issued. What is earned there next pays it. */
  debts: {
    partner: PartyNumber;
    points: Points;
  }[];
}

/** Bytes as 0x and hex digits. */
export type Bytes = `0x${string}`;

/** A plastic card of a brand. */
export interface Card {
  id: string;
  partner: PartyNumber;
  /** The end of its number; the rest is kept as a hash only. */
  last4: string;
  status: 'active' | 'blocked';
  /** Whose it is; missing while it is nobody’s. */
  member?: Address | undefined;
  linkedAt?: Instant | undefined;
}

/** A charity that points can be given to. */
export interface Charity {
  id: PartyNumber;
  name: string;
  story: string;
  payout: Address;
  /** All that was ever given. */
  donated: MicroUsd;
  /** What waits to be paid out; anybody may send it on. */
  payable: MicroUsd;
}

export interface Claim {
  /** The till’s own id of the purchase. */
  purchase: string;
  points: Points;
  amount: MinorUnits;
  currency: string;
  occurredAt: Instant;
  /** `open`: the points wait. `accepted`: somebody has them. `lapsed`: nobody came in time, and nobody gets them. */
  status: 'open' | 'accepted' | 'lapsed';
  expiresAt: Instant;
  /** Who has the points. */
  member?: Address | undefined;
  /** When they were accepted, or lapsed. */
  settledAt?: Instant | undefined;
}

export interface ClaimPreview {
  partner: PartyNumber;
  points: Points;
  /** `open`: the points wait. `accepted`: somebody has them. `lapsed`: nobody came in time, and nobody gets them. */
  status: 'open' | 'accepted' | 'lapsed';
  occurredAt: Instant;
  expiresAt: Instant;
}

export interface Consent {
  /** `messages.email`, `messages.push`, `messages.sms`, `profiling`, or `sharing:` and a brand’s number. */
  purpose: string;
  granted: boolean;
  /** The id of the text that the member had before them. */
  text: string;
  /** The site on which they said so. */
  origin?: string | undefined;
  at: Instant;
  /** Its place in the coalition’s audit chain: it can be neither changed nor removed. */
  proof: {
    seq: Count;
    hash: Hash;
  };
}

export interface Contact {
  id: string;
  kind: 'email' | 'phone';
  /** As it is kept: lower case, or E.164. */
  value: string;
  /** Only then do tills find the member by it. */
  verified: boolean;
  addedAt: Instant;
}

/** A whole number that may pass 2^53, as a decimal string. */
export type Count = string;

/** What came of one event at one webhook. */
export interface Delivery {
  /** The same in every attempt, as the header `webhook-id`. */
  id: string;
  /** The id of the event. */
  event: string;
  type: 'purchase.accepted' | 'purchase.issued' | 'purchase.waiting' | 'purchase.returned' | 'debt.repaid' | 'claim.opened' | 'claim.accepted' | 'claim.lapsed' | 'issuance.waiting' | 'issuance.final' | 'issuance.undone' | 'act.held' | 'act.accepted' | 'act.mined' | 'act.final' | 'act.skipped' | 'act.failed' | 'act.undone' | 'redemption.received' | 'redemption.final' | 'redemption.undone' | 'exchange.received' | 'exchange.final' | 'exchange.undone' | 'voucher.used' | 'payment.held' | 'payment.approved' | 'payment.paid' | 'payment.expired' | 'payment.reopened' | 'payment.cancelled' | 'payment.released' | 'refund.accepted' | 'refund.waiting' | 'refund.mined' | 'refund.final' | 'refund.failed' | 'refund.undone' | 'reserve.low' | 'reserve.restored' | 'key.accepted' | 'key.failed' | 'key.changed' | 'key.waiting' | 'key.undone' | 'webhook.paused' | 'webhook.test';
  status: 'pending' | 'delivered' | 'dead';
  createdAt: Instant;
  nextAttemptAt?: Instant | undefined;
  attempts: ({
    attempt: number;
    at: Instant;
    durationMs: number;
    /** What the receiver answered, if it did. */
    status: number | null;
    error: string | null;
  })[];
}

export interface Erasure {
  erased: {
    name: string;
    rows: number;
  }[];
  kept: {
    name: string;
    why: string;
  }[];
  onChain: string;
}

export interface Export {
  account: Address;
  madeAt: Instant;
  onChain: string;
  data: Record<string, Record<string, unknown>[]>;
}

/** A prepared transaction, and what the chain says of it. */
export interface FollowedTransaction {
  id: string;
  action: string;
  createdAt: Instant;
  /** The role that may sign; `PARTNER_ADMIN` is the brand’s own admin. */
  signer: string;
  /** Who holds it now, and how long what they schedule has to wait. */
  holders: {
    account: Address;
    delaySeconds: number;
  }[];
  /** What is to be signed, in order; a second stage waits for the first one’s delay. */
  stages: {
    afterSeconds: number;
    transactions: {
      to: Address;
      data: Bytes;
      value: Count;
      chainId: number;
      description: string;
    }[];
  }[];
  /** What the chain would say to all stages in a row, as things stand. */
  simulation: {
    outcome: 'success' | 'refused' | 'unknown';
    refusal?: string | undefined;
    message?: string | undefined;
  };
  /** The stages as batches for Safe’s transaction builder. */
  safe: {
    version: string;
    chainId: string;
    createdAt: number;
    meta: {
      name: string;
      description: string;
    };
    transactions: {
      to: Address;
      value: string;
      data: Bytes;
    }[];
  }[];
  progress: {
    status: 'pending' | 'scheduled' | 'ready' | 'done';
    until?: Instant | undefined;
    transaction?: Hash | undefined;
    block?: Count | undefined;
    isFinal?: boolean | undefined;
  };
}

/** 32 bytes as 0x and hex digits. */
export type Hash = `0x${string}`;

export interface HistoryItem {
  /** `return`: points that were taken back with a purchase. `repayment`: points that were earned and paid a debt. `refund`: points that a brand gives back. */
  kind: 'accrual' | 'return' | 'repayment' | 'refund' | 'gift-received' | 'redemption' | 'exchange' | 'donation' | 'gift' | 'cancellation';
  at: Instant;
  partner: PartyNumber;
  counterparty?: number | undefined;
  points: Points;
  received?: Points | undefined;
  value?: MicroUsd | undefined;
  /** The part of a return’s points that had been issued already. */
  debt?: Points | undefined;
  status: string;
  reason?: Reason | undefined;
  receipt?: Hash | undefined;
  act?: string | undefined;
  voucher?: string | undefined;
}

/** A moment: ISO 8601 in UTC. */
export type Instant = string;

export interface KeyChangeState {
  id: string;
  change: {
    member: Address;
    key: Address;
    role: 'none' | 'full' | 'limited' | 'recovery' | 'successor';
    dailyLimit: MicroUsd;
    nonce: number;
    deadline: UnixSeconds;
  };
  status: 'queued' | 'sent' | 'mined' | 'final' | 'failed';
  reason?: Reason | undefined;
  transaction?: Hash | undefined;
}

export interface Keys {
  account: Address;
  /** The verifying contract of a KeyChange. */
  contract: Address;
  nextNonce: number;
  keys: ({
    key: Address;
    role: 'none' | 'full' | 'limited' | 'recovery' | 'successor';
    dailyLimit?: MicroUsd | undefined;
    spentToday?: MicroUsd | undefined;
    activeFrom: Instant;
    /** Whether it has no power yet. */
    waits: boolean;
    /** The key that signed for it. */
    by: Address;
  })[];
  /** What a recovery key asked for: a full key can still say no. */
  recovery: {
    key: Address;
    by: Address;
    activeFrom: Instant;
  } | null;
  successor: Address | null;
}

export interface Member {
  account: Address;
  /** What a till can type in place of the account. */
  code: string;
  kind: 'eoa' | 'device' | 'passkey';
}

/** Millionths of a US dollar, as a decimal string. */
export type MicroUsd = string;

/** The smallest unit of a currency (cents), as a decimal string. */
export type MinorUnits = string;

/** An event of the chain that moved something of the brand. */
export interface Movement {
  at: Instant;
  block: Count;
  /** Null for what happened by time alone. */
  logIndex: number | null;
  /** Its name in the hub’s ABI. */
  event: string;
  transaction: string | null;
  /** By account and line, as in the statement: `reserve.deposited`. */
  changes: Record<string, Amount>;
}

export interface Network {
  name: string;
  chainId: number;
  /** The hub contract. */
  coalition: Address;
  stablecoin: Address;
  /** A node of the chain that browsers may ask. */
  rpcUrl: string;
  /** Whose signature receipts carry. */
  receiptSigner: Address;
  deployedAtBlock: number;
  /** How many blocks deep a block is final. */
  confirmations: number;
  /** Whether brands, money and members are make-believe. */
  demo: boolean;
}

/** What an operator had prepared. */
export interface OperatorTransaction {
  id: string;
  action: string;
  createdAt: Instant;
  /** The role that may sign; `PARTNER_ADMIN` is the brand’s own admin. */
  signer: string;
  /** Who holds it now, and how long what they schedule has to wait. */
  holders: {
    account: Address;
    delaySeconds: number;
  }[];
  /** What is to be signed, in order; a second stage waits for the first one’s delay. */
  stages: {
    afterSeconds: number;
    transactions: {
      to: Address;
      data: Bytes;
      value: Count;
      chainId: number;
      description: string;
    }[];
  }[];
  /** What the chain would say to all stages in a row, as things stand. */
  simulation: {
    outcome: 'success' | 'refused' | 'unknown';
    refusal?: string | undefined;
    message?: string | undefined;
  };
  /** The stages as batches for Safe’s transaction builder. */
  safe: {
    version: string;
    chainId: string;
    createdAt: number;
    meta: {
      name: string;
      description: string;
    };
    transactions: {
      to: Address;
      value: string;
      data: Bytes;
    }[];
  }[];
  /** Of an admission: the first owner’s link, which works once the brand is final on the chain. */
  invite?: string | undefined;
}

/** A brand of the coalition. */
export interface Partner {
  id: PartyNumber;
  slug: string;
  name: string;
  symbol: string;
  token: Address;
  colour: string;
  quartersPerEpoch: 1 | 2 | 4;
  /** Epochs in which points live, that of their purchase included. */
  validity: number;
  transferable: boolean;
  /** What a point of this epoch is worth. */
  value: MicroUsd;
  /** What a point of the next epoch will be worth. */
  nextValue: MicroUsd;
  /** How much of what its points are worth the brand must hold: 10000 is all. */
  coverageBps: number;
  /** `points` for every `perMinor` cents of `currency`; null while the brand has no rule. */
  earning: {
    points: string;
    perMinor: string;
    currency: string;
  } | null;
  halted: boolean;
}

/** The number of a brand or a charity, given by the hub from 1 up. */
export type PartyNumber = number;

export interface PasskeyItem {
  /** The credential’s id, base64url. */
  id: string;
  /** The name of its key: the account that the key names. */
  key: Address;
  /** Whether it is kept in more than one place. */
  backedUp: boolean;
  transports: string[];
  createdAt: Instant;
  lastUsedAt?: Instant | undefined;
}

/** A till’s request to pay with points. */
export interface Payment {
  id: string;
  partner: PartyNumber;
  /** Missing where points are asked for. */
  amount?: MinorUnits | undefined;
  currency?: string | undefined;
  value?: MicroUsd | undefined;
  /** Points of the brand itself, where they are asked for. */
  points?: Points | undefined;
  /** The least that the member may approve, if it is less. */
  minAmount?: MinorUnits | undefined;
  /** The least that the member may approve, if it is less. */
  minPoints?: Points | undefined;
  capture: 'automatic' | 'manual';
  /** `held`: signed, and waiting for the till to capture or release it. `approved`: on its way to the chain. `cancelled`, `released`: by the till, before and after the member has signed. */
  status: 'open' | 'held' | 'approved' | 'paid' | 'expired' | 'cancelled' | 'released';
  /** Until when it can be approved; while it is held, captured. */
  expiresAt: Instant;
  /** Where the member approves; show it as a QR code. */
  url: string;
  ref: Hash;
  /** The act that pays it. */
  act?: string | undefined;
  /** What the member has signed for: whose points, and the least that they are worth. */
  signed?: {
    issuer: PartyNumber;
    points: Points;
    value: MicroUsd;
  } | undefined;
  /** What they were worth, once they are spent. */
  paid?: MicroUsd | undefined;
}

/** A payment as it is now, with what was given back of it. */
export interface PaymentState {
  id: string;
  partner: PartyNumber;
  /** Missing where points are asked for. */
  amount?: MinorUnits | undefined;
  currency?: string | undefined;
  value?: MicroUsd | undefined;
  /** Points of the brand itself, where they are asked for. */
  points?: Points | undefined;
  /** The least that the member may approve, if it is less. */
  minAmount?: MinorUnits | undefined;
  /** The least that the member may approve, if it is less. */
  minPoints?: Points | undefined;
  capture: 'automatic' | 'manual';
  /** `held`: signed, and waiting for the till to capture or release it. `approved`: on its way to the chain. `cancelled`, `released`: by the till, before and after the member has signed. */
  status: 'open' | 'held' | 'approved' | 'paid' | 'expired' | 'cancelled' | 'released';
  /** Until when it can be approved; while it is held, captured. */
  expiresAt: Instant;
  /** Where the member approves; show it as a QR code. */
  url: string;
  ref: Hash;
  /** The act that pays it. */
  act?: string | undefined;
  /** What the member has signed for: whose points, and the least that they are worth. */
  signed?: {
    issuer: PartyNumber;
    points: Points;
    value: MicroUsd;
  } | undefined;
  /** What they were worth, once they are spent. */
  paid?: MicroUsd | undefined;
  /** What was given back of it, the oldest first. */
  refunds: Refund[];
}

/** Whole points of one brand, as a decimal string: they may pass 2^53. */
export type Points = string;

/** Transactions for somebody else to sign. The server has no key for them and sends none. */
export interface PreparedTransaction {
  id: string;
  action: string;
  createdAt: Instant;
  /** The role that may sign; `PARTNER_ADMIN` is the brand’s own admin. */
  signer: string;
  /** Who holds it now, and how long what they schedule has to wait. */
  holders: {
    account: Address;
    delaySeconds: number;
  }[];
  /** What is to be signed, in order; a second stage waits for the first one’s delay. */
  stages: {
    afterSeconds: number;
    transactions: {
      to: Address;
      data: Bytes;
      value: Count;
      chainId: number;
      description: string;
    }[];
  }[];
  /** What the chain would say to all stages in a row, as things stand. */
  simulation: {
    outcome: 'success' | 'refused' | 'unknown';
    refusal?: string | undefined;
    message?: string | undefined;
  };
  /** The stages as batches for Safe’s transaction builder. */
  safe: {
    version: string;
    chainId: string;
    createdAt: number;
    meta: {
      name: string;
      description: string;
    };
    transactions: {
      to: Address;
      value: string;
      data: Bytes;
    }[];
  }[];
}

/** Problem details (RFC 9457). */
export interface Problem {
  /** `urn:tessera:problem:` and the code in lower case with hyphens. */
  type: string;
  /** What this kind of problem is, always the same for a code. */
  title: string;
  status: number;
  /** What happened here, ending with the remedy. */
  detail: string;
  /** Stable: decide by this. */
  code: string;
  /** Whether trying again helps. `never`: not with the same input. `same-key`: the outcome is unknown or will change, and the same request with the same id is safe and right. `later`: nothing was done, and time may cure it. */
  retry: 'never' | 'same-key' | 'later';
  /** What is wrong, field by field. */
  errors?: {
    field: string;
    message: string;
  }[] | undefined;
  /** Facts about the refusal. */
  details?: Record<string, string | number | boolean | null> | undefined;
  /** The same as in the header `x-request-id`. */
  requestId?: string | undefined;
}

/** A recorded purchase with its receipt. */
export interface Purchase {
  /** The till’s own id. */
  id: string;
  /** Missing while nobody has claimed the points. */
  member?: Address | undefined;
  points: Points;
  /** `waiting`: the chain would refuse the points now; `reason` says why, and they go by themselves when that is over. `unclaimed`: they wait for a customer with the claim link. `lapsed`: nobody came in time. */
  status: 'accepted' | 'batched' | 'sent' | 'mined' | 'final' | 'waiting' | 'unclaimed' | 'lapsed';
  reason?: Reason | undefined;
  /** Missing while nobody has claimed the points. */
  receipt?: Receipt | undefined;
  /** Only of a purchase that was reported for a customer who is no member. */
  claim?: {
    /** The claim link: show or print it as a QR code. Whoever opens it first gets the points. */
    url: string;
    expiresAt: Instant;
  } | undefined;
}

/** A purchase as it is now, with what was returned of it. */
export interface PurchaseState {
  /** The till’s own id. */
  id: string;
  /** Missing while nobody has claimed the points. */
  member?: Address | undefined;
  points: Points;
  /** `waiting`: the chain would refuse the points now; `reason` says why, and they go by themselves when that is over. `unclaimed`: they wait for a customer with the claim link. `lapsed`: nobody came in time. */
  status: 'accepted' | 'batched' | 'sent' | 'mined' | 'final' | 'waiting' | 'unclaimed' | 'lapsed';
  reason?: Reason | undefined;
  /** Missing while nobody has claimed the points. */
  receipt?: Receipt | undefined;
  /** Only of a purchase that was reported for a customer who is no member. */
  claim?: {
    /** The claim link: show or print it as a QR code. Whoever opens it first gets the points. */
    url: string;
    expiresAt: Instant;
  } | undefined;
  amount: MinorUnits;
  currency: string;
  items?: ({
    line: string;
    sku?: string | undefined;
    quantity: number;
    amount: MinorUnits;
  })[] | undefined;
  /** What was taken back of it, the oldest first. */
  returns: Return[];
}

export interface Quote {
  /** What the member is asked to approve. */
  sentence: string;
  value: MicroUsd;
  /** Points of the other brand, in an exchange. */
  received: Points | null;
  act: Act;
  typedData: {
    domain: {
      name: string;
      version: string;
      chainId: number;
      verifyingContract: Address;
    };
    types: Record<string, {
      name: string;
      type: string;
    }[]>;
    primaryType: string;
    message: Record<string, string | number>;
  };
  expiresAt: Instant;
}

export interface Readiness {
  ready: boolean;
  database: string;
  chain: string;
  /** Blocks between the chain’s head and the newest indexed one. */
  indexerLag: Count | null;
  alarm: string | null;
}

/** Why something waits, was skipped or failed. */
export interface Reason {
  /** One of the codes that problems have. */
  code: string;
  /** What happened, ending with the remedy. */
  message: string;
  details?: Record<string, string | number | boolean | null> | undefined;
}

/** Signed evidence of one purchase’s points; anybody can check it without us. */
export interface Receipt {
  version: 1;
  receiptId: Hash;
  partner: PartyNumber;
  member: Address;
  points: Points;
  occurredAt: UnixSeconds;
  purchase: string;
  salt: Bytes;
  chainId: number;
  coalition: Address;
  /** The receipts that were signed together: one signature over the root of their tree. */
  group: {
    root: Hash;
    signedAt: UnixSeconds;
    proof: Hash[];
    signature: Bytes;
  };
}

/** Points of a payment that are given back. */
export interface Refund {
  /** The till’s own id. */
  id: string;
  payment: string;
  /** Whose points. */
  issuer: PartyNumber;
  points: Points;
  /** `waiting`: the chain would refuse it now; `reason` says why, and it goes by itself when that is over. `failed`: the chain always would. */
  status: 'waiting' | 'queued' | 'sent' | 'mined' | 'final' | 'failed';
  reason?: Reason | undefined;
  /** How many were still live and are the member’s again, once it is on the chain. */
  restored?: Points | undefined;
  /** What they are worth: what the acceptor paid back. */
  value?: MicroUsd | undefined;
  transaction?: Hash | undefined;
  at: Instant;
}

/** A brand’s money against what it owes. */
export interface Reserve {
  partner: PartyNumber;
  reserve: MicroUsd;
  /** What all points are worth, those not yet issued included, in µUSD. */
  liability: MicroUsd;
  /** What the coverage policy asks for that. */
  required: MicroUsd;
  free: MicroUsd;
  /** What has to be deposited before everything can be issued. */
  missing: MicroUsd;
  pendingPoints: Points;
  /** What members’ spending took a day in the last week. */
  outflowPerDay: MicroUsd;
  /** For how many days the reserve lasts at that; null when nothing goes out. */
  runwayDays: number | null;
  alert: {
    bps: number;
    runwayDays: number | null;
    isLow: boolean;
    /** What to deposit so that it is low no more. */
    deposit: MicroUsd;
  };
  /** Batches that wait, the next first, and why. They go by themselves. */
  waiting: {
    batch: Count;
    points: Points;
    members: number;
    reason: Reason;
  }[];
}

/** What was brought back of a purchase, and the points that went with it. */
export interface Return {
  /** The till’s own id. */
  id: string;
  purchase: string;
  member: Address;
  amount: MinorUnits;
  items?: {
    line: string;
    quantity: number;
  }[] | undefined;
  /** Taken back for it. */
  points: Points;
  /** The part of the points that had been issued: the member’s next points at the brand pay it. */
  debt: Points;
  at: Instant;
  receipt: ReturnReceipt;
}

/** Signed evidence of a return (EIP-712 `PurchaseReturn`), by the key that signs receipts. */
export interface ReturnReceipt {
  version: 1;
  /** Of the purchase’s receipt. */
  receiptId: Hash;
  returnId: string;
  partner: PartyNumber;
  member: Address;
  amount: MinorUnits;
  points: Points;
  debt: Points;
  returnedAt: UnixSeconds;
  chainId: number;
  coalition: Address;
  signature: Bytes;
}

export interface Session {
  token: string;
  expiresAt: Instant;
}

export interface SessionItem {
  id: string;
  /** Whether it is the one that asks. */
  present: boolean;
  /** What it was opened with. */
  method: 'eoa' | 'device' | 'passkey' | 'contract' | 'wallet';
  /** The added key that opened it, if it was one. */
  key?: Address | undefined;
  device?: string | undefined;
  origin: string;
  createdAt: Instant;
  /** To the minute. */
  lastUsedAt: Instant;
  expiresAt: Instant;
}

/** Somebody who works for a brand. */
export interface StaffMember {
  account: Address;
  role: string;
  name: string;
  joinedAt: Instant;
}

/** What happened to a brand’s points and money in a time. */
export interface Statement {
  partner: PartyNumber;
  from: Instant;
  to: Instant;
  /** How far it goes: to the end of the period, or to the last final block. */
  through: {
    at: Instant;
    isComplete: boolean;
  };
  /** The last block before the period that moved something of the brand. */
  openingBlock: Count | null;
  /** The last such block of the period. */
  closingBlock: Count | null;
  /** Live points. */
  points: {
    opening: Points;
    closing: Points;
    lines: {
      issued: Amount;
      exchangedIn: Amount;
      returned: Amount;
      redeemedHere: Amount;
      redeemedElsewhere: Amount;
      exchangedOut: Amount;
      donated: Amount;
      expired: Amount;
    };
  };
  /** What they are worth, in µUSD. */
  liability: {
    opening: MicroUsd;
    closing: MicroUsd;
    lines: {
      issued: Amount;
      exchangedIn: Amount;
      returned: Amount;
      revalued: Amount;
      redeemedHere: Amount;
      redeemedElsewhere: Amount;
      exchangedOut: Amount;
      donated: Amount;
      expired: Amount;
    };
  };
  /** The money at the hub, in µUSD. */
  reserve: {
    opening: MicroUsd;
    closing: MicroUsd;
    lines: {
      deposited: Amount;
      withdrawn: Amount;
      released: Amount;
      granted: Amount;
      accepted: Amount;
      fees: Amount;
      refundsReceived: Amount;
      exchangedIn: Amount;
      redeemedElsewhere: Amount;
      exchangedOut: Amount;
      refundsPaid: Amount;
      donated: Amount;
      matchReserved: Amount;
      toMembersFund: Amount;
      toCharities: Amount;
    };
  };
  /** What is set aside to match donations. */
  match: {
    opening: MicroUsd;
    closing: MicroUsd;
    lines: {
      reserved: Amount;
      matched: Amount;
      released: Amount;
    };
  };
  /** Points of other brands that were redeemed here. */
  acceptedPoints: Points;
  /** Between this brand and the others, before fees, in µUSD. */
  clearing: {
    received: MicroUsd;
    paid: MicroUsd;
    net: Amount;
  };
  /** What the operator burned for the brand, by what it was for. */
  gas: {
    kind: string;
    transactions: number;
    items: number;
    gas: Count;
    wei: Count;
  }[];
}

/** A moment: whole seconds since 1970. */
export type UnixSeconds = number;

export interface VoucherUse {
  act: {
    kind: 'redemption' | 'exchange' | 'donation' | 'gift' | 'cancellation';
    member: Address;
    /** The brand whose points are spent. */
    issuer: PartyNumber;
    /** The accepting brand, the brand of the new points, or the charity. */
    counterparty: number;
    amount: Points;
    /** The least that the act must yield: µUSD, in an exchange points. */
    minimum: string;
    ref: Hash;
    nonce: number;
    deadline: UnixSeconds;
    id: string;
    value: MicroUsd | null;
  };
  usedAt: Instant;
}

/** Where a brand is told of what happens. */
export interface Webhook {
  id: string;
  url: string;
  description: string;
  /** What it is told of; nothing in it means everything. */
  types: ('purchase.accepted' | 'purchase.issued' | 'purchase.waiting' | 'purchase.returned' | 'debt.repaid' | 'claim.opened' | 'claim.accepted' | 'claim.lapsed' | 'issuance.waiting' | 'issuance.final' | 'issuance.undone' | 'act.held' | 'act.accepted' | 'act.mined' | 'act.final' | 'act.skipped' | 'act.failed' | 'act.undone' | 'redemption.received' | 'redemption.final' | 'redemption.undone' | 'exchange.received' | 'exchange.final' | 'exchange.undone' | 'voucher.used' | 'payment.held' | 'payment.approved' | 'payment.paid' | 'payment.expired' | 'payment.reopened' | 'payment.cancelled' | 'payment.released' | 'refund.accepted' | 'refund.waiting' | 'refund.mined' | 'refund.final' | 'refund.failed' | 'refund.undone' | 'reserve.low' | 'reserve.restored' | 'key.accepted' | 'key.failed' | 'key.changed' | 'key.waiting' | 'key.undone' | 'webhook.paused' | 'webhook.test')[];
  status: 'active' | 'paused';
  pausedBecause?: string | undefined;
  /** So long the secret before this one signs too. */
  previousSecretUntil?: Instant | undefined;
  /** Nothing has arrived since; after three days it is paused. */
  failingSince?: Instant | undefined;
  createdAt: Instant;
}

/** A webhook with its new secret. */
export interface WebhookWithSecret {
  id: string;
  url: string;
  description: string;
  /** What it is told of; nothing in it means everything. */
  types: ('purchase.accepted' | 'purchase.issued' | 'purchase.waiting' | 'purchase.returned' | 'debt.repaid' | 'claim.opened' | 'claim.accepted' | 'claim.lapsed' | 'issuance.waiting' | 'issuance.final' | 'issuance.undone' | 'act.held' | 'act.accepted' | 'act.mined' | 'act.final' | 'act.skipped' | 'act.failed' | 'act.undone' | 'redemption.received' | 'redemption.final' | 'redemption.undone' | 'exchange.received' | 'exchange.final' | 'exchange.undone' | 'voucher.used' | 'payment.held' | 'payment.approved' | 'payment.paid' | 'payment.expired' | 'payment.reopened' | 'payment.cancelled' | 'payment.released' | 'refund.accepted' | 'refund.waiting' | 'refund.mined' | 'refund.final' | 'refund.failed' | 'refund.undone' | 'reserve.low' | 'reserve.restored' | 'key.accepted' | 'key.failed' | 'key.changed' | 'key.waiting' | 'key.undone' | 'webhook.paused' | 'webhook.test')[];
  status: 'active' | 'paused';
  pausedBecause?: string | undefined;
  /** So long the secret before this one signs too. */
  previousSecretUntil?: Instant | undefined;
  /** Nothing has arrived since; after three days it is paused. */
  failingSince?: Instant | undefined;
  createdAt: Instant;
  /** It signs what is sent, and is in this answer alone. */
  secret: string;
}

/** A brand that somebody works for, and what they may do there. */
export interface Workplace {
  partner: PartyNumber;
  role: string;
  permissions: ('till' | 'events' | 'webhooks' | 'reports' | 'exports' | 'audit' | 'money' | 'keys' | 'staff')[];
}

/** What each operation takes and answers. */
export interface Operations {
  /** What this network is. All that a page or an auditor needs to talk to the chain by itself. */
  readNetwork: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: Network;
  };
  /** List the brands. By number, a page at a time. */
  listPartners: {
    params: undefined;
    query: {
      cursor?: string | undefined;
      limit?: number | undefined;
    };
    body: undefined;
    answer: {
      partners: Partner[];
      next: string | null;
    };
  };
  /** List the charities. By number, a page at a time. */
  listCharities: {
    params: undefined;
    query: {
      cursor?: string | undefined;
      limit?: number | undefined;
    };
    body: undefined;
    answer: {
      charities: Charity[];
      next: string | null;
    };
  };
  /** This document. The OpenAPI description of all of this, made from the schemas that the routes check requests with. */
  readApi: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      openapi: string;
      paths: Record<string, unknown>;
    };
  };
  /** Record a purchase. Gives the member the points that the brand’s rule makes of the amount. The id is the till’s own and good for ever: the same body again gets the first answer, another body is refused. So a till stores the id first, and sends again until it has an answer. For a customer who is no member, send `{"claim": true}` as the member: the points wait, and the answer has a claim link. */
  recordPurchase: {
    params: undefined;
    query: undefined;
    body: {
      /** The till’s own id of the sale, good for ever. */
      id: string;
      /** The code that the member shows, or the account; or the wish for a claim link. */
      member: string | {
        claim: true;
      };
      /** Cents: 1234 is $12.34. */
      amount: number | bigint | string;
      currency: string;
      /** When the sale was, with its zone. */
      occurredAt: string;
      /** The lines of the sale, so that they can be returned one by one; they add up to `amount`. */
      items?: ({
        /** The till’s own id of the line, by which it can be returned. */
        line: string;
        /** What was sold. */
        sku?: string | undefined;
        quantity: number;
        /** Cents for the whole line. */
        amount: number | bigint | string;
      })[] | undefined;
    };
    answer: Purchase;
  };
  /** Read a purchase. A purchase of the key’s own brand, how far its points are on their way to the chain, and what was returned of it. */
  readPurchase: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: PurchaseState;
  };
  /** Take a purchase back. All that is left of it, an amount, or lines of it, in as many returns as you like, never more than was bought. The member keeps what the rest would have earned at the rate of the day it was bought. The id is the till’s own and good for ever: the same body again gets the first answer, another body is refused. */
  recordReturn: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      /** The till’s own id of the return, good for ever. */
      id: string;
      /** Cents that are paid back. */
      amount?: number | bigint | string | undefined;
      /** What is brought back, by the lines of the sale. */
      items?: {
        /** The line of the sale. */
        line: string;
        quantity: number;
      }[] | undefined;
    };
    answer: Return;
  };
  /** List claim links. The purchases of the key’s own brand whose customers were no members, newest first, a page at a time. The links themselves are not in it. */
  listClaims: {
    params: undefined;
    query: {
      status?: 'open' | 'accepted' | 'lapsed' | undefined;
      cursor?: string | undefined;
      limit?: number | undefined;
    };
    body: undefined;
    answer: {
      claims: Claim[];
      next: string | null;
    };
  };
  /** Look behind a claim link. What waits there, for whoever has the link. The secret travels in the body, so that it is in no log. Nothing changes by it. */
  previewClaim: {
    params: undefined;
    query: undefined;
    body: {
      /** What stands behind the # of the claim link. */
      secret: string;
    };
    answer: ClaimPreview;
  };
  /** Withdraw a claim link. For a purchase that is taken back before anybody has claimed its points: nobody gets them any more. Once somebody has, record a return. */
  withdrawClaim: {
    params: undefined;
    query: undefined;
    body: {
      /** The till’s own id of the purchase. */
      purchase: string;
    };
    answer: Claim;
  };
  /** Find a member. By the code that the member shows, or by the account. */
  findMember: {
    params: {
      member: string;
    };
    query: undefined;
    body: undefined;
    answer: Member;
  };
  /** Look a member up. By exactly one thing that the till knows: the typed `code` or `account`, the scanned `qr` of the wallet, a `card` of the key’s own brand, or a contact that the member has proved: `email` and `phone`, or their SHA-256, so that the till need not send them. In the body, because a path stands in logs. Each key has few of these a minute, and each one stands in the brand’s audit log. A customer who is nobody yet gets points all the same: report the purchase with `{"claim": true}`. */
  lookUpMember: {
    params: undefined;
    query: undefined;
    body: {
      /** The 8 digits that the wallet shows. */
      code?: string | undefined;
      account?: `0x${string}` | undefined;
      /** What was scanned off the wallet’s screen. */
      qr?: string | undefined;
      /** The number of a card of the key’s own brand. */
      card?: string | undefined;
      email?: string | undefined;
      phone?: string | undefined;
      /** SHA-256 of the address in lower case (NFKC, no space around it). */
      emailSha256?: string | undefined;
      /** SHA-256 of the number in E.164, such as +442079460018. */
      phoneSha256?: string | undefined;
    };
    answer: Member;
  };
  /** Register a card. A card of the key’s own brand; with a `member`, it is linked to whoever shows that code. Without one it waits until a till or its owner links it. Safe to repeat. */
  registerCard: {
    params: undefined;
    query: undefined;
    body: {
      number: string;
      member?: string | undefined;
    };
    answer: Card;
  };
  /** Block a lost card. It finds nobody any more, and can’t be linked. */
  blockCard: {
    params: undefined;
    query: undefined;
    body: {
      number: string;
    };
    answer: Card;
  };
  /** Free a card. It is nobody’s from then on, and good again if it was blocked. */
  unlinkCard: {
    params: undefined;
    query: undefined;
    body: {
      number: string;
    };
    answer: Card;
  };
  /** Ask for a payment in points. A sum that points of any brand may pay, or points of the brand itself; in part if the till names a minimum. Open for fifteen minutes unless `expiresIn` says otherwise. With `capture: manual` nothing is spent when the member approves: what they signed is held, for up to an hour, until the till captures or releases it. The id is the till’s own: the same request again gets the first payment as it is now. */
  openPayment: {
    params: undefined;
    query: undefined;
    body: {
      /** The till’s own id of the payment. */
      id: string;
      /** Cents that points of any brand may pay. */
      amount?: number | bigint | string | undefined;
      currency?: 'USD' | undefined;
      /** Instead of a sum: so many points of the till’s own brand. */
      points?: number | bigint | string | undefined;
      /** The least that the member may approve of `amount`; the whole unless given. */
      minAmount?: number | bigint | string | undefined;
      /** The least that the member may approve of `points`; all unless given. */
      minPoints?: number | bigint | string | undefined;
      /** `manual`: what the member has signed is held until the till captures or releases it. */
      capture?: 'automatic' | 'manual' | undefined;
      /** Seconds in which the member can approve; 900 unless given. */
      expiresIn?: number | undefined;
    };
    answer: Payment;
  };
  /** Read a payment. Open to whoever knows the id, which is random: the till and the member. With `wait` the answer comes as soon as there is news, or after so many seconds. */
  readPayment: {
    params: {
      id: string;
    };
    query: {
      /** Seconds to wait, at most, until the status is another one than `known`. */
      wait?: number | undefined;
      /** The status that you know; `open` unless given. */
      known?: 'open' | 'held' | 'approved' | 'paid' | 'expired' | 'cancelled' | 'released' | undefined;
    };
    body: undefined;
    answer: PaymentState;
  };
  /** Capture a held payment. What the member has signed goes to the chain: all of it, because the signature is for one sum. For less, release it and open a new payment. When the points are gone meanwhile, the refusal says so, and the payment stays held. */
  capturePayment: {
    params: {
      id: string;
    };
    query: undefined;
    body: Record<string, never>;
    answer: Payment;
  };
  /** Release a held payment. Nothing is spent, and the member’s points are free again. */
  releasePayment: {
    params: {
      id: string;
    };
    query: undefined;
    body: Record<string, never>;
    answer: Payment;
  };
  /** Cancel a payment. Before the member has approved it. */
  cancelPayment: {
    params: {
      id: string;
    };
    query: undefined;
    body: Record<string, never>;
    answer: Payment;
  };
  /** Give points of a payment back. All that are left, so many points, or a part of the sum. They go back to the member and to the epochs that they came from, and the brand pays back what they are worth now; where it has no money for that, the refund waits and goes when there is. The id is the till’s own and good for ever: the same body again gets the refund as it is now, another body is refused. */
  openRefund: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      /** The till’s own id of the refund, good for ever. */
      id: string;
      /** Points to give back. */
      points?: number | bigint | string | undefined;
      /** Cents of the sum that was paid, as points in proportion, rounded down. */
      amount?: number | bigint | string | undefined;
    };
    answer: Refund;
  };
  /** Use a voucher. Once: the second use is refused. Only the brand that accepted the points can, and only while the act stands on the chain. */
  useVoucher: {
    params: {
      code: string;
    };
    query: undefined;
    body: Record<string, never>;
    answer: VoucherUse;
  };
  /** Whose till is this? */
  readTill: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      partner: PartyNumber;
    };
  };
  /** Join. Makes an account a member: by its address, or by the P-256 key that names it. Nothing is proven by it and nothing given; whoever wants to see or spend something has to sign. */
  enrolMember: {
    params: undefined;
    query: undefined;
    body: {
      account?: `0x${string}` | undefined;
      publicKey?: {
        x: `0x${string}`;
        y: `0x${string}`;
      } | undefined;
    };
    answer: Member;
  };
  /** Begin to join by passkey. Options for a passkey that is to be the first key of a new account. It is discoverable, verifies its user, and signs by ES256, so that the contracts can check it too. */
  offerFirstPasskey: {
    params: undefined;
    query: undefined;
    body: {
      /** What the authenticator shows for it, so that its user knows it again. It is not kept here. */
      name?: string | undefined;
    };
    answer: {
      challenge: string;
      rp: {
        id: string;
        name: string;
      };
      user: {
        id: string;
        name: string;
        displayName: string;
      };
    };
  };
  /** Join by passkey. Makes the account that the passkey’s key names a member. No session is opened by it: sign in with the passkey next. */
  registerFirstPasskey: {
    params: undefined;
    query: undefined;
    body: {
      credential: {
        /** The credential’s id, base64url. */
        id: string;
        /** The credential’s id, base64url. */
        rawId: string;
        type: 'public-key';
        authenticatorAttachment?: 'platform' | 'cross-platform' | null | undefined;
        /** Not looked at. */
        clientExtensionResults?: Record<string, unknown> | undefined;
        response: {
          clientDataJSON: string;
          attestationObject: string;
          transports?: string[] | undefined;
          authenticatorData?: string | undefined;
          publicKey?: string | null | undefined;
          publicKeyAlgorithm?: number | undefined;
        };
      };
    };
    answer: {
      member: Member;
      passkey: {
        /** The credential’s id, base64url. */
        id: string;
        /** The name of its key: the account that the key names. */
        key: Address;
      };
    };
  };
  /** Sign in. Opens a session for whoever signed `SignIn(address account,string origin,uint48 issuedAt)` (EIP-712, the domain of the network), at most five minutes ago and for this site: with the key of the account, or with one that was added to it and may act for it. Send the token as `authorization: Bearer …`. A session lasts twelve hours, and two without being used. */
  openSession: {
    params: undefined;
    query: undefined;
    body: {
      account: `0x${string}`;
      /** The site that the member signs in on. */
      origin: string;
      issuedAt: number;
      signature: `0x${string}`;
    };
    answer: Session;
  };
  /** Begin to sign in by passkey. A challenge for any passkey of this site. Before it signs, a wallet makes sure that the challenge begins with `Tessera sign-in `: what spends points has 32 bytes and no such beginning. */
  offerPasskeySignIn: {
    params: undefined;
    query: undefined;
    body: Record<string, never>;
    answer: {
      challenge: string;
      rpId: string;
    };
  };
  /** Sign in by passkey. Opens a session by an assertion of the challenge. With `account`, for another account than the passkey was made for: the chain has to say that its key may act for that one. */
  signInByPasskey: {
    params: undefined;
    query: undefined;
    body: {
      credential: {
        /** The credential’s id, base64url. */
        id: string;
        /** The credential’s id, base64url. */
        rawId: string;
        type: 'public-key';
        authenticatorAttachment?: 'platform' | 'cross-platform' | null | undefined;
        /** Not looked at. */
        clientExtensionResults?: Record<string, unknown> | undefined;
        response: {
          clientDataJSON: string;
          authenticatorData: string;
          signature: string;
          userHandle?: string | null | undefined;
        };
      };
      /** The account to sign in to, if the passkey is a key of another than the one it was made for. */
      account?: `0x${string}` | undefined;
    };
    answer: Session;
  };
  /** Begin to sign in with Ethereum. A nonce for one message by ERC-4361, good for five minutes. */
  readNonce: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      nonce: string;
    };
  };
  /** Sign in with Ethereum. Opens a session for the EOA or the wallet contract (ERC-1271) that signed a message by ERC-4361: its domain and URI are this site’s, its chain this network’s, its nonce ours, and it was issued at most five minutes ago. */
  signInWithEthereum: {
    params: undefined;
    query: undefined;
    body: {
      /** The message, byte for byte as it was signed (personal_sign). */
      message: string;
      signature: `0x${string}`;
    };
    answer: Session;
  };
  /** List your sessions. Where you are signed in, the session used last first. There are 50 at most, so it has no pages. */
  listSessions: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      sessions: SessionItem[];
    };
  };
  /** End all other sessions. All of yours but the one that asks. */
  endOtherSessions: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      ended: Count;
    };
  };
  /** End a session. Yours by its id, the present one among them: that is signing out. */
  endSession: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Begin to add a passkey. Options for a passkey that is to be a further key of the member’s account. */
  offerFurtherPasskey: {
    params: undefined;
    query: undefined;
    body: {
      /** What the authenticator shows for it, so that its user knows it again. It is not kept here. */
      name?: string | undefined;
    };
    answer: {
      challenge: string;
      rp: {
        id: string;
        name: string;
      };
      user: {
        id: string;
        name: string;
        displayName: string;
      };
    };
  };
  /** List your passkeys. Those made here, the newest first; what power their keys have, the account’s keys say. 50 at most, so it has no pages. */
  listPasskeys: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      passkeys: PasskeyItem[];
    };
  };
  /** Add a passkey. Makes the passkey known here. It becomes a key of the account by a signed change of keys that names its `key`; from then on it signs in and signs acts. */
  registerFurtherPasskey: {
    params: undefined;
    query: undefined;
    body: {
      credential: {
        /** The credential’s id, base64url. */
        id: string;
        /** The credential’s id, base64url. */
        rawId: string;
        type: 'public-key';
        authenticatorAttachment?: 'platform' | 'cross-platform' | null | undefined;
        /** Not looked at. */
        clientExtensionResults?: Record<string, unknown> | undefined;
        response: {
          clientDataJSON: string;
          attestationObject: string;
          transports?: string[] | undefined;
          authenticatorData?: string | undefined;
          publicKey?: string | null | undefined;
          publicKeyAlgorithm?: number | undefined;
        };
      };
    };
    answer: {
      passkey: {
        /** The credential’s id, base64url. */
        id: string;
        /** The name of its key: the account that the key names. */
        key: Address;
      };
    };
  };
  /** List an account’s keys. The keys that were added to an account, as the chain has them now. Its own key is not among them: it has full power always. Open to anyone: it is on the chain anyway. The 50 that were changed last, so it has no pages. */
  listKeys: {
    params: {
      member: `0x${string}`;
    };
    query: undefined;
    body: undefined;
    answer: Keys;
  };
  /** Hand in a signed change of keys. Adds a key, changes or removes it, asks for one by recovery, vetoes that, or names a successor: what `KeyChange(address member,address key,uint8 role,uint48 dailyLimit,uint32 nonce,uint48 deadline)` says (EIP-712; the domain’s contract is that of the keys). Checked, simulated, and sent to the chain at the network’s cost. Open to anyone: what counts is the signature. The same change again gets the first answer. */
  changeKey: {
    params: {
      member: `0x${string}`;
    };
    query: undefined;
    body: {
      change: {
        /** The key’s name: the address of an EOA or a contract, or the account that a P-256 key names. */
        key: `0x${string}`;
        role: 'none' | 'full' | 'limited' | 'recovery' | 'successor';
        /** µUSD a UTC day of a limited key; 0 for all others. */
        dailyLimit: number | bigint | string;
        /** `nextNonce` of the member’s keys. */
        nonce: number;
        /** Unix seconds, at most an hour from now. */
        deadline: number;
      };
      signature: `0x${string}`;
    };
    answer: AcceptedKeyChange;
  };
  /** Read a change of keys. What became of it. */
  readKeyChange: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: KeyChangeState;
  };
  /** Read the texts of consents. Every text that consents name, the one to show now last of its purpose. A handful, so it has no pages. `{brand}` stands for the brand’s name. */
  listConsentTexts: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      texts: {
        id: string;
        purpose: string;
        text: string;
      }[];
    };
  };
  /** Read your consents. Your last word about each purpose that you ever spoke of; about every other one it is no. One for a purpose at most, so it has no pages. */
  listConsents: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      consents: Consent[];
    };
  };
  /** Give or withdraw a consent. Allows one purpose, by the present text, or takes it back. The same word again changes nothing and answers the first. */
  setConsent: {
    params: undefined;
    query: undefined;
    body: {
      purpose: string;
      granted: boolean;
      /** The id of the text that the member had before them; needed to grant, not to withdraw. */
      text?: string | undefined;
    };
    answer: Consent;
  };
  /** Read the history of your consents. Everything that you ever allowed or took back, the newest first. */
  listConsentHistory: {
    params: undefined;
    query: {
      cursor?: string | undefined;
      limit?: number | undefined;
    };
    body: undefined;
    answer: {
      items: Consent[];
      next: string | null;
    };
  };
  /** Get a copy of your data. Everything that is kept of the account (GDPR, articles 15 and 20), as one JSON object with a list for each kind. It is read while it is sent: one that breaks off is not whole. */
  exportMember: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: Export;
  };
  /** Have your data erased. Erases what is kept of the account and need not be (GDPR, article 17), ends all its sessions, this one too, and takes all consents back. Needs a session that was opened at most five minutes ago. What stays is said with the reason. */
  eraseMember: {
    params: undefined;
    query: undefined;
    body: Record<string, never>;
    answer: Erasure;
  };
  /** Read balances. What an account holds of each brand. Open to anyone: it is on the chain anyway. One answer of one block, so it has no pages; it has at most one balance per brand. */
  readBalances: {
    params: {
      member: `0x${string}`;
    };
    query: undefined;
    body: undefined;
    answer: Balances;
  };
  /** Read the history. What happened to the member’s own points, newest first, a page at a time. */
  readHistory: {
    params: {
      member: `0x${string}`;
    };
    query: {
      cursor?: string | undefined;
      limit?: number | undefined;
    };
    body: undefined;
    answer: {
      items: HistoryItem[];
      next: string | null;
    };
  };
  /** Accept a claim link. Gives the points behind a claim link to the account that has signed in, once; from here on they go the way of every purchase’s points. The same account again gets the first answer. */
  acceptClaim: {
    params: undefined;
    query: undefined;
    body: {
      /** What stands behind the # of the claim link. */
      secret: string;
    };
    answer: {
      partner: PartyNumber;
      /** The till’s own id of the purchase. */
      purchase: string;
      member: Address;
      points: Points;
      status: 'accepted' | 'batched' | 'sent' | 'mined' | 'final' | 'waiting' | 'unclaimed' | 'lapsed';
      receipt: Receipt;
    };
  };
  /** List contacts. The member’s own, a few at the most. */
  listContacts: {
    params: {
      member: `0x${string}`;
    };
    query: undefined;
    body: undefined;
    answer: {
      contacts: Contact[];
    };
  };
  /** Add a contact. An e-mail address or a phone number, kept encrypted. A code is sent there, and the contact counts once the code has come back. The same contact again sends a new code. */
  addContact: {
    params: {
      member: `0x${string}`;
    };
    query: undefined;
    body: {
      email?: string | undefined;
      phone?: string | undefined;
    };
    answer: {
      id: string;
      kind: 'email' | 'phone';
      /** As it is kept: lower case, or E.164. */
      value: string;
      /** Only then do tills find the member by it. */
      verified: boolean;
      addedAt: Instant;
      /** False when it is verified already, or when this network has no way to send a code there. */
      codeSent: boolean;
    };
  };
  /** Verify a contact. By the code that was sent there, within 15 minutes and 5 attempts. A contact finds one member: whoever proved it last. */
  verifyContact: {
    params: {
      member: `0x${string}`;
      contact: string;
    };
    query: undefined;
    body: {
      code: string;
    };
    answer: {
      contacts: Contact[];
    };
  };
  /** Remove a contact. It is deleted, and nobody is found by it any more. To change one, remove it and add the other. */
  removeContact: {
    params: {
      member: `0x${string}`;
      contact: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** List cards. The member’s own of all brands, a few at the most. */
  listCards: {
    params: {
      member: `0x${string}`;
    };
    query: undefined;
    body: undefined;
    answer: {
      cards: Card[];
    };
  };
  /** Link a card. One that its brand has registered and that is nobody’s. Few numbers may be tried in a minute. */
  linkCard: {
    params: {
      member: `0x${string}`;
    };
    query: undefined;
    body: {
      partner: number;
      number: string;
    };
    answer: Card;
  };
  /** Block one’s lost card. Whoever found it earns nothing with it and to nobody. Only its brand can make it good again. */
  blockOwnCard: {
    params: {
      member: `0x${string}`;
      card: string;
    };
    query: undefined;
    body: Record<string, never>;
    answer: Card;
  };
  /** Unlink one’s card. It is nobody’s from then on; a blocked one stays blocked. */
  unlinkOwnCard: {
    params: {
      member: `0x${string}`;
      card: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Read a receipt. Open to whoever has the id: it is made of 128 random bits. */
  readReceipt: {
    params: {
      receiptId: `0x${string}`;
    };
    query: undefined;
    body: undefined;
    answer: {
      receipt: Receipt;
      /** `proof` leads from the receipt’s leaf to `root`, which is in the batch’s BatchIssued event. */
      inclusion: {
        partner: PartyNumber;
        batch: Count;
        root: Hash;
        proof: Hash[];
        transaction: Hash | null;
        block: Count | null;
      } | null;
    };
  };
  /** Ask what an act would yield. Says it in plain words, and makes the act to sign: `typedData` is what a wallet’s `eth_signTypedData_v4` takes. With a payment’s id, counterparty, reference and the least amount come from the payment. */
  quoteAct: {
    params: undefined;
    query: undefined;
    body: {
      kind: 'redemption' | 'exchange' | 'donation' | 'gift' | 'cancellation';
      member: `0x${string}`;
      issuer: number;
      /** The accepting brand, the brand of the new points, or the charity; a payment says it itself. */
      counterparty?: number | undefined;
      amount?: number | bigint | string | undefined;
      /** The payment that the act is to pay. */
      payment?: string | undefined;
      /** Who gets a gift. */
      recipient?: `0x${string}` | undefined;
      /** Of what is cancelled. */
      nonce?: number | undefined;
    };
    answer: Quote;
  };
  /** Hand in a signed act. Checked, simulated, and sent to the chain at the network’s cost. Open to anyone: what counts is the member’s signature. The same act again gets the first answer, so sending again is always safe. */
  submitAct: {
    params: undefined;
    query: undefined;
    body: {
      act: {
        kind: 'redemption' | 'exchange' | 'donation' | 'gift' | 'cancellation';
        /** Whose points. */
        member: `0x${string}`;
        /** The brand whose points. */
        issuer: number;
        /** The accepting brand, the brand of the new points, or the charity; 0 where there is none. */
        counterparty: number;
        amount: number | bigint | string;
        /** The least that the act must yield: µUSD, in an exchange points. */
        minimum: number | bigint | string;
        /** A reference; of a gift, the recipient. */
        ref: `0x${string}`;
        nonce: number;
        deadline: number;
      };
      signature: `0x${string}`;
    };
    answer: AcceptedAct;
  };
  /** Read an act. What became of it. The voucher of a redemption is shown once that is on the chain, to whoever has the id that its member was told. */
  readAct: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: ActState;
  };
  /** List webhooks. Those of the key’s own brand, at most 20, so there are no pages. */
  listWebhooks: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      webhooks: Webhook[];
    };
  };
  /** Make a webhook. Requests are signed by the Standard Webhooks spec, arrive at least once, and go to public hosts by https only. `purchase.accepted`: A purchase is recorded and its receipt signed. `purchase.issued`: Its points are on the chain; `issuance.final` says when for good. `purchase.waiting`: Its points can’t be issued yet; `reason` says why. `purchase.returned`: A purchase, or a part of it, was taken back; `debt` is what had been issued already. `debt.repaid`: Points that a member earned paid a debt at the brand; `left` is what is still owed. `claim.opened`: A purchase is recorded whose customer is no member; its points wait behind a claim link. `claim.accepted`: Somebody has accepted a claim link; `purchase.accepted` tells of the points. `claim.lapsed`: Nobody came for a claim link in time; its points are nobody’s. `issuance.waiting`: A batch of the brand can’t be issued yet; `reason` says why. `issuance.final`: A batch of the brand is on the chain for good. `issuance.undone`: The chain dropped the block of a batch; it is issued again. `act.held`: A signed act with the brand’s points is held for the till that asked for it. `act.accepted`: A signed act with the brand’s points was taken. `act.mined`: An act with the brand’s points is done. `act.final`: An act with the brand’s points is done for good. `act.skipped`: The contract refused an act; nothing was spent. `act.failed`: An act never got to the chain; nothing was spent. `act.undone`: The chain dropped the block of an act; it is sent again. `redemption.received`: Points were redeemed at the brand, which has their value; `voucher` is the member’s code. `redemption.final`: A redemption at the brand is done for good. `redemption.undone`: The chain dropped the block of a redemption at the brand; it is sent again. `exchange.received`: Points of another brand were exchanged into the brand’s. `exchange.final`: An exchange into the brand’s points is done for good. `exchange.undone`: The chain dropped the block of an exchange into the brand’s points; it is sent again. `voucher.used`: A voucher of the brand was used. `payment.held`: The member signed for a payment; capture or release it. `payment.approved`: A payment is signed for, and captured: it is on its way to the chain. `payment.paid`: A payment is paid. `payment.expired`: Nobody paid in time. `payment.reopened`: What was to pay came to nothing; the payment can be approved again. `payment.cancelled`: The till called a payment off before anybody approved it. `payment.released`: The till let go of what the member had signed. `refund.accepted`: Points of a payment are to be given back. `refund.waiting`: A refund can’t be made yet; `reason` says why. `refund.mined`: A refund is made: `restored` points are the member’s again. `refund.final`: A refund is made for good. `refund.failed`: The chain will never make a refund; `reason` says why. `refund.undone`: The chain dropped the block of a refund; it is sent again. `reserve.low`: The reserve is near, or below, what the brand’s policy asks for. `reserve.restored`: The reserve is sufficient again. `key.accepted`: A signed change of the member’s keys was taken. `key.failed`: It never became true; `reason` says why. `key.changed`: A key of the member was added, changed or removed, by whomever it was sent. `key.waiting`: A recovery key asked for a key of full power, which it has from `activeFrom` on. If it was not you, remove it before. `key.undone`: The chain dropped the block of a change of keys. `webhook.paused`: An endpoint was paused because nothing but failures came from it. `webhook.test`: Somebody asked for a test. */
  createWebhook: {
    params: undefined;
    query: undefined;
    body: {
      url: string;
      types?: ('purchase.accepted' | 'purchase.issued' | 'purchase.waiting' | 'purchase.returned' | 'debt.repaid' | 'claim.opened' | 'claim.accepted' | 'claim.lapsed' | 'issuance.waiting' | 'issuance.final' | 'issuance.undone' | 'act.held' | 'act.accepted' | 'act.mined' | 'act.final' | 'act.skipped' | 'act.failed' | 'act.undone' | 'redemption.received' | 'redemption.final' | 'redemption.undone' | 'exchange.received' | 'exchange.final' | 'exchange.undone' | 'voucher.used' | 'payment.held' | 'payment.approved' | 'payment.paid' | 'payment.expired' | 'payment.reopened' | 'payment.cancelled' | 'payment.released' | 'refund.accepted' | 'refund.waiting' | 'refund.mined' | 'refund.final' | 'refund.failed' | 'refund.undone' | 'reserve.low' | 'reserve.restored' | 'key.accepted' | 'key.failed' | 'key.changed' | 'key.waiting' | 'key.undone' | 'webhook.paused' | 'webhook.test')[] | undefined;
      description?: string | undefined;
    };
    answer: WebhookWithSecret;
  };
  /** Read a webhook. */
  readWebhook: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Webhook;
  };
  /** Change a webhook. What is left out stays. What a paused webhook missed is sent once it is active again. */
  changeWebhook: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      url?: string | undefined;
      types?: ('purchase.accepted' | 'purchase.issued' | 'purchase.waiting' | 'purchase.returned' | 'debt.repaid' | 'claim.opened' | 'claim.accepted' | 'claim.lapsed' | 'issuance.waiting' | 'issuance.final' | 'issuance.undone' | 'act.held' | 'act.accepted' | 'act.mined' | 'act.final' | 'act.skipped' | 'act.failed' | 'act.undone' | 'redemption.received' | 'redemption.final' | 'redemption.undone' | 'exchange.received' | 'exchange.final' | 'exchange.undone' | 'voucher.used' | 'payment.held' | 'payment.approved' | 'payment.paid' | 'payment.expired' | 'payment.reopened' | 'payment.cancelled' | 'payment.released' | 'refund.accepted' | 'refund.waiting' | 'refund.mined' | 'refund.final' | 'refund.failed' | 'refund.undone' | 'reserve.low' | 'reserve.restored' | 'key.accepted' | 'key.failed' | 'key.changed' | 'key.waiting' | 'key.undone' | 'webhook.paused' | 'webhook.test')[] | undefined;
      description?: string | undefined;
      status?: 'active' | 'paused' | undefined;
    };
    answer: Webhook;
  };
  /** Delete a webhook. With all that was to be sent to it. */
  removeWebhook: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Change a webhook’s secret. The old one goes on signing beside it for `overlapSeconds`, a day unless given. */
  rotateSecret: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      overlapSeconds?: number | undefined;
    };
    answer: WebhookWithSecret;
  };
  /** Test a webhook. Sends an event `webhook.test` to it alone. */
  testWebhook: {
    params: {
      id: string;
    };
    query: undefined;
    body: Record<string, never>;
    answer: {
      delivery: string;
    };
  };
  /** List deliveries. Newest first, with every attempt; `dead` are those that are given up until they are replayed. */
  listDeliveries: {
    params: {
      id: string;
    };
    query: {
      status?: 'pending' | 'delivered' | 'dead' | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      items: Delivery[];
      next: string | null;
    };
  };
  /** Read a delivery. */
  readDelivery: {
    params: {
      id: string;
      delivery: string;
    };
    query: undefined;
    body: undefined;
    answer: Delivery;
  };
  /** Send a delivery again. Under its id, whatever came of it before. */
  replayDelivery: {
    params: {
      id: string;
      delivery: string;
    };
    query: undefined;
    body: Record<string, never>;
    answer: {
      replayed: number;
    };
  };
  /** Send all dead deliveries again. */
  replayDead: {
    params: {
      id: string;
    };
    query: undefined;
    body: Record<string, never>;
    answer: {
      replayed: number;
    };
  };
  /** List API keys. Newest first, revoked and expired ones too; never their secrets. */
  listApiKeys: {
    params: undefined;
    query: {
      cursor?: string | undefined;
      limit?: number | undefined;
    };
    body: undefined;
    answer: {
      keys: ApiKey[];
      next: string | null;
    };
  };
  /** Make an API key. At most 100 that live, and none that may do more than whoever makes it. Scopes: `till`: Report purchases, open payments, use vouchers, look members up. `events`: Follow what happens at the brand. `webhooks`: Say where the brand is told of what happens. `reports`: Read statements, the reserve and why points wait. `exports`: Export purchases, redemptions and members’ balances, by account. `audit`: Read the audit log. `money`: Set the reserve’s alerts, and prepare transactions for the brand’s admin to sign. `keys`: Make, rename, rotate and revoke API keys. `staff`: Invite people, change their roles and remove them. */
  createApiKey: {
    params: undefined;
    query: undefined;
    body: {
      name: string;
      scopes: ('till' | 'events' | 'webhooks' | 'reports' | 'exports' | 'audit' | 'money' | 'keys' | 'staff')[];
      expiresAt?: string | undefined;
    };
    answer: ApiKeyWithSecret;
  };
  /** Rename an API key. */
  renameApiKey: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      name: string;
    };
    answer: ApiKey;
  };
  /** Revoke an API key. It is refused within two seconds, everywhere and for good. */
  revokeApiKey: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Change an API key’s secret. The old secret is good for `overlapSeconds` more, a day unless given. It takes all the scopes that the key has. */
  rotateApiKey: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      overlapSeconds?: number | undefined;
    };
    answer: ApiKeyWithSecret;
  };
  /** Which brands do I work for? */
  listWorkplaces: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      brands: Workplace[];
    };
  };
  /** Claim a brand as its admin on the chain. The account that the hub names as the brand’s admin becomes an owner here. */
  claimBrand: {
    params: undefined;
    query: undefined;
    body: {
      partner: number;
    };
    answer: Workplace;
  };
  /** Accept an invitation. With the session of the account that is to work for the brand. */
  acceptInvite: {
    params: undefined;
    query: undefined;
    body: {
      token: string;
    };
    answer: Workplace;
  };
  /** List the brand’s people. With the invitations that can still be accepted; at most 200 together, so there are no pages. */
  listStaff: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      staff: StaffMember[];
      invites: {
        id: string;
        role: string;
        name: string;
        expiresAt: Instant;
      }[];
    };
  };
  /** Invite somebody. The link works once, for `validSeconds` (a week unless given). Roles: `owner`: till, events, webhooks, reports, exports, audit, money, keys, staff. `marketer`: events, webhooks, reports, exports. `finance`: events, reports, exports, audit, money. `till`: till. `viewer`: events, reports. */
  inviteStaff: {
    params: undefined;
    query: undefined;
    body: {
      role: 'owner' | 'marketer' | 'finance' | 'till' | 'viewer';
      /** Who is meant, for your own list. */
      name?: string | undefined;
      validSeconds?: number | undefined;
    };
    answer: {
      id: string;
      role: string;
      name: string;
      /** In this answer alone. */
      token: string;
      link: string;
      expiresAt: Instant;
    };
  };
  /** Take an invitation back. */
  revokeInvite: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Change somebody’s role. */
  changeRole: {
    params: {
      account: `0x${string}`;
    };
    query: undefined;
    body: {
      role: 'owner' | 'marketer' | 'finance' | 'till' | 'viewer';
    };
    answer: StaffMember;
  };
  /** Remove somebody. At once, whatever sessions they have. */
  removeStaff: {
    params: {
      account: `0x${string}`;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Read a statement. By what is final on the chain. In every account, opening and all lines add up to closing, exactly. Days and months are in UTC. */
  readStatement: {
    params: undefined;
    query: {
      /** A month or a day in UTC: `2026-11`, `2026-11-22`. */
      period?: string | undefined;
      /** A day in UTC, or a moment as ISO 8601. */
      from?: string | undefined;
      /** A day in UTC, or a moment as ISO 8601. */
      to?: string | undefined;
    };
    body: undefined;
    answer: Statement;
  };
  /** List what a statement comes from. The events of the chain in the order of their time; their changes add up to the statement’s lines. */
  listMovements: {
    params: undefined;
    query: {
      /** A month or a day in UTC: `2026-11`, `2026-11-22`. */
      period?: string | undefined;
      /** A day in UTC, or a moment as ISO 8601. */
      from?: string | undefined;
      /** A day in UTC, or a moment as ISO 8601. */
      to?: string | undefined;
      cursor?: string | undefined;
      limit?: number | undefined;
    };
    body: undefined;
    answer: {
      movements: Movement[];
      next: string | null;
    };
  };
  /** Prepare a decision of the coalition. Admissions, policies, halts, pots, roles. Nothing is sent: the answer is for a wallet or a Safe to sign. A brand’s programme and first owner come with its admission, and begin when it is final on the chain. */
  prepareOperatorTransaction: {
    params: undefined;
    query: undefined;
    body: {
      action: 'addPartner';
      name: string;
      symbol: string;
      admin: `0x${string}`;
      quartersPerEpoch: 1 | 2 | 4;
      validity: number;
      transferable: boolean;
      /** µUSD a point. */
      value: number;
      coverageBps: number;
      fundBps: number;
      charityBps: number;
      breakageCharity: number;
      programme: {
        slug: string;
        colour: string;
        earning: {
          points: number | bigint | string;
          perMinor: number | bigint | string;
          currency: string;
        };
      };
      /** Who is to be its first owner here. */
      owner: string;
    } | {
      action: 'expel';
      partner: number;
    } | {
      action: 'setCoveragePolicy';
      partner: number;
      coverageBps: number;
    } | {
      action: 'haltPartner';
      partner: number;
    } | {
      action: 'resumePartner';
      partner: number;
    } | {
      action: 'halt';
    } | {
      action: 'resume';
    } | {
      action: 'haltWithdrawals';
    } | {
      action: 'addCharity';
      name: string;
      payout: `0x${string}`;
    } | {
      action: 'setCharityPayout';
      charity: number;
      payout: `0x${string}`;
    } | {
      action: 'setCharitySuspended';
      charity: number;
      suspended: boolean;
    } | {
      action: 'setFee';
      feeBps: number;
    } | {
      action: 'withdrawTreasury';
      amount: number | bigint | string;
      to: `0x${string}`;
    } | {
      action: 'grantFromFund';
      partner: number;
      amount: number | bigint | string;
    } | {
      action: 'grantRole';
      role: 'GOVERNOR' | 'ISSUER' | 'GUARDIAN' | 'RECEIPT_SIGNER';
      account: `0x${string}`;
    } | {
      action: 'revokeRole';
      role: 'GOVERNOR' | 'ISSUER' | 'GUARDIAN' | 'RECEIPT_SIGNER';
      account: `0x${string}`;
    } | {
      action: 'rotateRole';
      role: 'GOVERNOR' | 'ISSUER' | 'GUARDIAN' | 'RECEIPT_SIGNER';
      from: `0x${string}`;
      to: `0x${string}`;
    };
    answer: OperatorTransaction;
  };
  /** See what became of a decision. Read back from the chain. */
  readOperatorTransaction: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: FollowedTransaction;
  };
  /** Prepare what the brand’s admin signs. Deposits, withdrawals, values, allowance, match, keys, exit. Nothing is sent: the answer is for a wallet or a Safe to sign. */
  preparePartnerTransaction: {
    params: undefined;
    query: undefined;
    body: {
      action: 'deposit';
      amount: number | bigint | string;
    } | {
      action: 'withdraw';
      amount: number | bigint | string;
      to: `0x${string}`;
    } | {
      action: 'setMintAllowance';
      capacity: number;
      windowSeconds: number;
    } | {
      action: 'scheduleValue';
      /** µUSD a point, from the next epoch on. */
      value: number;
    } | {
      action: 'raiseValue';
      epoch: number;
      value: number;
    } | {
      action: 'setMatch';
      matchBps: number;
      budget: number | bigint | string;
    } | {
      action: 'setIssuingKey';
      key: `0x${string}`;
    } | {
      action: 'setPartnerAdmin';
      admin: `0x${string}`;
    } | {
      action: 'beginExit';
    };
    answer: PreparedTransaction;
  };
  /** See what became of a transaction. Read back from the chain. */
  readPartnerTransaction: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: FollowedTransaction;
  };
  /** Read the audit log. Newest first. Each entry’s hash is over the one before, so nothing can be taken out or changed unseen. */
  readAuditLog: {
    params: undefined;
    query: {
      /** Exactly this one, such as `api-key.created`. */
      action?: string | undefined;
      /** `key:` and the id of a key, or `staff:` and an account. */
      actor?: string | undefined;
      subject?: string | undefined;
      from?: string | undefined;
      to?: string | undefined;
      cursor?: string | undefined;
      limit?: number | undefined;
    };
    body: undefined;
    answer: {
      entries: AuditEntry[];
      next: string | null;
    };
  };
  /** Verify the audit log. Recomputes every link. Keep `head` elsewhere, and nobody can replace what came before. */
  verifyAuditLog: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      entries: Count;
      head: Hash;
      broken: {
        seq: Count;
        why: string;
      } | null;
    };
  };
  /** Read the reserve. And why points wait, if they do. */
  readReserve: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: Reserve;
  };
  /** Say when the reserve is low. Below a share of what is required (`bps`, 10000 is all; null takes the network’s), or when it lasts for fewer than `runwayDays`. The event `reserve.low` then says what to deposit. */
  setReserveAlert: {
    params: undefined;
    query: undefined;
    body: {
      bps: number | null;
      runwayDays: number | null;
    };
    answer: Reserve;
  };
  /** Does the process live? */
  readHealth: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      status: 'alive';
    };
  };
  /** Can the process do its work? */
  readReadiness: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: Readiness;
  };
  /** Metrics for Prometheus. */
  readMetrics: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: string;
  };
}

/** Method and path of each operation. */
export const ROUTES = {
  readNetwork: 'GET /v1/network',
  listPartners: 'GET /v1/partners',
  listCharities: 'GET /v1/charities',
  readApi: 'GET /v1/openapi.json',
  recordPurchase: 'POST /v1/purchases',
  readPurchase: 'GET /v1/purchases/{id}',
  recordReturn: 'POST /v1/purchases/{id}/returns',
  listClaims: 'GET /v1/claims',
  previewClaim: 'POST /v1/claims',
  withdrawClaim: 'POST /v1/claims/withdraw',
  findMember: 'GET /v1/members/{member}',
  lookUpMember: 'POST /v1/members/lookup',
  registerCard: 'POST /v1/cards',
  blockCard: 'POST /v1/cards/block',
  unlinkCard: 'POST /v1/cards/unlink',
  openPayment: 'POST /v1/payments',
  readPayment: 'GET /v1/payments/{id}',
  capturePayment: 'POST /v1/payments/{id}/capture',
  releasePayment: 'POST /v1/payments/{id}/release',
  cancelPayment: 'POST /v1/payments/{id}/cancel',
  openRefund: 'POST /v1/payments/{id}/refunds',
  useVoucher: 'POST /v1/vouchers/{code}/use',
  readTill: 'GET /v1/till',
  enrolMember: 'POST /v1/members',
  offerFirstPasskey: 'POST /v1/passkeys/options',
  registerFirstPasskey: 'POST /v1/passkeys',
  openSession: 'POST /v1/sessions',
  offerPasskeySignIn: 'POST /v1/sessions/passkey/options',
  signInByPasskey: 'POST /v1/sessions/passkey',
  readNonce: 'GET /v1/sessions/siwe/nonce',
  signInWithEthereum: 'POST /v1/sessions/siwe',
  listSessions: 'GET /v1/members/me/sessions',
  endOtherSessions: 'DELETE /v1/members/me/sessions',
  endSession: 'DELETE /v1/members/me/sessions/{id}',
  offerFurtherPasskey: 'POST /v1/members/me/passkeys/options',
  listPasskeys: 'GET /v1/members/me/passkeys',
  registerFurtherPasskey: 'POST /v1/members/me/passkeys',
  listKeys: 'GET /v1/members/{member}/keys',
  changeKey: 'POST /v1/members/{member}/keys',
  readKeyChange: 'GET /v1/key-changes/{id}',
  listConsentTexts: 'GET /v1/consent-texts',
  listConsents: 'GET /v1/members/me/consents',
  setConsent: 'PUT /v1/members/me/consents',
  listConsentHistory: 'GET /v1/members/me/consents/history',
  exportMember: 'GET /v1/members/me/export',
  eraseMember: 'POST /v1/members/me/erasure',
  readBalances: 'GET /v1/members/{member}/balances',
  readHistory: 'GET /v1/members/{member}/history',
  acceptClaim: 'POST /v1/claims/accept',
  listContacts: 'GET /v1/members/{member}/contacts',
  addContact: 'POST /v1/members/{member}/contacts',
  verifyContact: 'POST /v1/members/{member}/contacts/{contact}/verify',
  removeContact: 'DELETE /v1/members/{member}/contacts/{contact}',
  listCards: 'GET /v1/members/{member}/cards',
  linkCard: 'POST /v1/members/{member}/cards',
  blockOwnCard: 'POST /v1/members/{member}/cards/{card}/block',
  unlinkOwnCard: 'DELETE /v1/members/{member}/cards/{card}',
  readReceipt: 'GET /v1/receipts/{receiptId}',
  quoteAct: 'POST /v1/quotes',
  submitAct: 'POST /v1/acts',
  readAct: 'GET /v1/acts/{id}',
  listWebhooks: 'GET /v1/webhooks',
  createWebhook: 'POST /v1/webhooks',
  readWebhook: 'GET /v1/webhooks/{id}',
  changeWebhook: 'PATCH /v1/webhooks/{id}',
  removeWebhook: 'DELETE /v1/webhooks/{id}',
  rotateSecret: 'POST /v1/webhooks/{id}/rotate',
  testWebhook: 'POST /v1/webhooks/{id}/test',
  listDeliveries: 'GET /v1/webhooks/{id}/deliveries',
  readDelivery: 'GET /v1/webhooks/{id}/deliveries/{delivery}',
  replayDelivery: 'POST /v1/webhooks/{id}/deliveries/{delivery}/replay',
  replayDead: 'POST /v1/webhooks/{id}/replay',
  listApiKeys: 'GET /v1/keys',
  createApiKey: 'POST /v1/keys',
  renameApiKey: 'PATCH /v1/keys/{id}',
  revokeApiKey: 'DELETE /v1/keys/{id}',
  rotateApiKey: 'POST /v1/keys/{id}/rotate',
  listWorkplaces: 'GET /v1/staff/me',
  claimBrand: 'POST /v1/staff/claim',
  acceptInvite: 'POST /v1/staff/accept',
  listStaff: 'GET /v1/staff',
  inviteStaff: 'POST /v1/staff/invites',
  revokeInvite: 'DELETE /v1/staff/invites/{id}',
  changeRole: 'PATCH /v1/staff/{account}',
  removeStaff: 'DELETE /v1/staff/{account}',
  readStatement: 'GET /v1/partners/me/statement',
  listMovements: 'GET /v1/partners/me/movements',
  prepareOperatorTransaction: 'POST /v1/operator/transactions',
  readOperatorTransaction: 'GET /v1/operator/transactions/{id}',
  preparePartnerTransaction: 'POST /v1/partners/me/transactions',
  readPartnerTransaction: 'GET /v1/partners/me/transactions/{id}',
  readAuditLog: 'GET /v1/partners/me/audit',
  verifyAuditLog: 'GET /v1/partners/me/audit/verify',
  readReserve: 'GET /v1/partners/me/reserve',
  setReserveAlert: 'PUT /v1/partners/me/reserve/alert',
  readHealth: 'GET /healthz',
  readReadiness: 'GET /readyz',
  readMetrics: 'GET /metrics',
} as const satisfies Record<keyof Operations, string>;

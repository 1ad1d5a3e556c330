import { refusal } from './refusal.ts';

/** What the engine waits for, or gave up. */
export const ENGINE_REFUSALS = {
  RESERVE_TOO_LOW: refusal(
    409,
    'later',
    'The brand’s reserve does not cover these points yet',
    'Nothing is lost: they are issued by themselves once the brand has deposited more money.',
  ),
  BATCH_REFUSED: refusal(
    409,
    'later',
    'The coalition contract refuses the batch',
    'It is tried again by itself; see "details" for what the contract said.',
  ),
  BATCH_NUMBER_TAKEN: refusal(
    409,
    'never',
    'The chain has another batch under this number',
    'Compare the database with the chain (npm run operator -- resolve-batches) before anything else is issued for the brand.',
  ),
  BATCH_UNCLEAR: refusal(
    409,
    'never',
    'What was minted does not add up to accruals',
    'Say what it was with --unclear issued or --unclear open, after you have compared.',
  ),
  TRANSACTION_REVERTED: refusal(
    409,
    'never',
    'The transaction was refused by the chain',
    'Ask for a new quote and sign that; nothing of it happened.',
  ),
  TRANSACTION_NONCE_TAKEN: refusal(
    409,
    'same-key',
    'A transaction from elsewhere took the nonce',
    'What it carried is sent again by itself; use the signer in this network only.',
  ),
  SIGNER_UNAVAILABLE: refusal(
    503,
    'later',
    'The key’s keeper does not sign',
    'It is asked again by itself; check the KMS, its key and the permissions to use it.',
  ),
  CHAIN_FOREIGN: refusal(
    500,
    'never',
    'This is another chain than the database knows',
    'Set RPC_URL, CHAIN_ID and COALITION to the network of this database, or use a new database.',
  ),
} as const;

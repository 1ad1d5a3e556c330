/** Every contract of the API, in the order of the reference. A test holds the mounted routes to this list, and this list to them. */
import { quoteActContract, readActContract, submitActContract } from '../acts/acts.contracts.ts';
import {
  blockCardContract,
  blockOwnCardContract,
  linkCardContract,
  listCardsContract,
  registerCardContract,
  unlinkCardContract,
  unlinkOwnCardContract,
} from '../cards/cards.contracts.ts';
import { listCharitiesContract } from '../charities/charities.contracts.ts';
import {
  acceptClaimContract,
  listClaimsContract,
  previewClaimContract,
  withdrawClaimContract,
} from '../claims/claims.contracts.ts';
import {
  listConsentHistoryContract,
  listConsentsContract,
  listConsentTextsContract,
  setConsentContract,
} from '../consents/consents.contracts.ts';
import {
  addContactContract,
  listContactsContract,
  removeContactContract,
  verifyContactContract,
} from '../contacts/contacts.contracts.ts';
import { followMemberContract, followPartnerContract } from '../events/events.contracts.ts';
import {
  prepareOperatorContract,
  preparePartnerContract,
  readOperatorContract,
  readPartnerContract,
} from '../governance/governance.contracts.ts';
import {
  readHealthContract,
  readMetricsContract,
  readReadinessContract,
} from '../health/health.contracts.ts';
import { lookUpMemberContract } from '../lookup/lookup.contracts.ts';
import {
  changeKeyContract,
  listKeysContract,
  readKeyChangeContract,
} from '../member-keys/member-keys.contracts.ts';
import {
  enrolMemberContract,
  findMemberContract,
  readBalancesContract,
  readHistoryContract,
} from '../members/members.contracts.ts';
import { readNetworkContract } from '../network/network.contracts.ts';
import {
  exportAuditLogContract,
  readAuditLogContract,
  verifyAuditLogContract,
} from '../operations/audit-log.contracts.ts';
import {
  createApiKeyContract,
  listApiKeysContract,
  renameApiKeyContract,
  revokeApiKeyContract,
  rotateApiKeyContract,
} from '../partners/keys.contracts.ts';
import { listPartnersContract, readTillContract } from '../partners/partners.contracts.ts';
import { readReserveContract, setReserveAlertContract } from '../partners/reserve.contracts.ts';
import {
  listPasskeysContract,
  offerFirstPasskeyContract,
  offerFurtherPasskeyContract,
  offerPasskeySignInContract,
  registerFirstPasskeyContract,
  registerFurtherPasskeyContract,
  signInByPasskeyContract,
} from '../passkeys/passkeys.contracts.ts';
import {
  cancelPaymentContract,
  capturePaymentContract,
  openPaymentContract,
  readPaymentContract,
  releasePaymentContract,
} from '../payments/payments.contracts.ts';
import { eraseMemberContract, exportMemberContract } from '../privacy/privacy.contracts.ts';
import {
  readPurchaseContract,
  recordPurchaseContract,
  recordPurchasesContract,
} from '../purchases/purchases.contracts.ts';
import { readReceiptContract } from '../receipts/receipts.contracts.ts';
import { openRefundContract } from '../refunds/refunds.contracts.ts';
import { recordReturnContract } from '../returns/returns.contracts.ts';
import {
  endOtherSessionsContract,
  endSessionContract,
  listSessionsContract,
  openSessionContract,
} from '../sessions/sessions.contracts.ts';
import { readNonceContract, signInWithEthereumContract } from '../siwe/siwe.contracts.ts';
import {
  acceptInviteContract,
  changeRoleContract,
  claimBrandContract,
  inviteStaffContract,
  listStaffContract,
  listWorkplacesContract,
  removeStaffContract,
  revokeInviteContract,
} from '../staff/staff.contracts.ts';
import {
  exportBalancesContract,
  exportMovementsContract,
  exportPurchasesContract,
  exportRedemptionsContract,
  exportStatementContract,
  listMovementsContract,
  readStatementContract,
} from '../statements/statements.contracts.ts';
import { useVoucherContract } from '../vouchers/vouchers.contracts.ts';
import {
  changeWebhookContract,
  createWebhookContract,
  listDeliveriesContract,
  listWebhooksContract,
  readDeliveryContract,
  readWebhookContract,
  removeWebhookContract,
  replayDeadContract,
  replayDeliveryContract,
  rotateSecretContract,
  testWebhookContract,
} from '../webhooks/webhooks.contracts.ts';
import { readApiContract } from './api.contracts.ts';
import type { Contract } from './contract.ts';

export const CONTRACTS = [
  readNetworkContract,
  listPartnersContract,
  listCharitiesContract,
  readApiContract,
  recordPurchaseContract,
  recordPurchasesContract,
  readPurchaseContract,
  recordReturnContract,
  listClaimsContract,
  withdrawClaimContract,
  findMemberContract,
  lookUpMemberContract,
  registerCardContract,
  blockCardContract,
  unlinkCardContract,
  openPaymentContract,
  readPaymentContract,
  capturePaymentContract,
  releasePaymentContract,
  cancelPaymentContract,
  openRefundContract,
  useVoucherContract,
  readTillContract,
  enrolMemberContract,
  offerFirstPasskeyContract,
  registerFirstPasskeyContract,
  openSessionContract,
  offerPasskeySignInContract,
  signInByPasskeyContract,
  readNonceContract,
  signInWithEthereumContract,
  listSessionsContract,
  endSessionContract,
  endOtherSessionsContract,
  offerFurtherPasskeyContract,
  registerFurtherPasskeyContract,
  listPasskeysContract,
  listKeysContract,
  changeKeyContract,
  readKeyChangeContract,
  listConsentTextsContract,
  listConsentsContract,
  setConsentContract,
  listConsentHistoryContract,
  exportMemberContract,
  eraseMemberContract,
  readBalancesContract,
  readHistoryContract,
  previewClaimContract,
  acceptClaimContract,
  listContactsContract,
  addContactContract,
  verifyContactContract,
  removeContactContract,
  listCardsContract,
  linkCardContract,
  blockOwnCardContract,
  unlinkOwnCardContract,
  readReceiptContract,
  quoteActContract,
  submitActContract,
  readActContract,
  followPartnerContract,
  followMemberContract,
  listWebhooksContract,
  createWebhookContract,
  readWebhookContract,
  changeWebhookContract,
  removeWebhookContract,
  rotateSecretContract,
  testWebhookContract,
  listDeliveriesContract,
  readDeliveryContract,
  replayDeliveryContract,
  replayDeadContract,
  listApiKeysContract,
  createApiKeyContract,
  renameApiKeyContract,
  rotateApiKeyContract,
  revokeApiKeyContract,
  listWorkplacesContract,
  claimBrandContract,
  acceptInviteContract,
  listStaffContract,
  inviteStaffContract,
  revokeInviteContract,
  changeRoleContract,
  removeStaffContract,
  readStatementContract,
  exportStatementContract,
  listMovementsContract,
  exportMovementsContract,
  exportPurchasesContract,
  exportRedemptionsContract,
  exportBalancesContract,
  prepareOperatorContract,
  readOperatorContract,
  preparePartnerContract,
  readPartnerContract,
  readAuditLogContract,
  verifyAuditLogContract,
  exportAuditLogContract,
  readReserveContract,
  setReserveAlertContract,
  readHealthContract,
  readReadinessContract,
  readMetricsContract,
] as readonly Contract[];

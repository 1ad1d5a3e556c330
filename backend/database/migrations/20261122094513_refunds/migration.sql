-- AlterEnum
ALTER TYPE "transaction_kind" ADD VALUE 'refunds';

-- CreateEnum
CREATE TYPE "refund_status" AS ENUM ('ready', 'waiting', 'queued', 'sent', 'mined', 'final', 'failed');

-- CreateTable
CREATE TABLE "refunds" (
    "id" BIGSERIAL NOT NULL,
    "partner_id" INTEGER NOT NULL,
    "refund_id" TEXT NOT NULL,
    "body_hash" BYTEA NOT NULL,
    "payment_id" UUID NOT NULL,
    "chain_id" BYTEA NOT NULL,
    "issuer" INTEGER NOT NULL,
    "account" BYTEA NOT NULL,
    "nonce" BIGINT NOT NULL,
    "points" BIGINT NOT NULL CHECK ("points" > 0),
    "buckets" DECIMAL(78,0) NOT NULL,
    "status" "refund_status" NOT NULL DEFAULT 'ready',
    "reason" JSONB,
    "restored" BIGINT,
    "value" BIGINT,
    "transaction_id" BIGINT,
    "mined_block" BIGINT,
    "mined_hash" BYTEA,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "refunds_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "redemptions" (
    "partner_id" INTEGER NOT NULL,
    "account" BYTEA NOT NULL,
    "nonce" BIGINT NOT NULL,
    "acceptor" INTEGER NOT NULL,
    "ref" BYTEA NOT NULL,
    "block" BIGINT NOT NULL,
    "taken" DECIMAL(78,0) NOT NULL,
    "left" DECIMAL(78,0) NOT NULL,

    CONSTRAINT "redemptions_pkey" PRIMARY KEY ("partner_id","account","nonce")
);

-- CreateIndex
CREATE UNIQUE INDEX "refunds_chain_id_key" ON "refunds"("chain_id");

-- CreateIndex
CREATE INDEX "refunds_payment_id_idx" ON "refunds"("payment_id");

-- CreateIndex
CREATE INDEX "refunds_account_id_idx" ON "refunds"("account", "id");

-- CreateIndex
CREATE INDEX "refunds_status_id_idx" ON "refunds"("status", "id");

-- CreateIndex
CREATE INDEX "refunds_transaction_id_idx" ON "refunds"("transaction_id");

-- CreateIndex
CREATE UNIQUE INDEX "refunds_partner_id_refund_id_key" ON "refunds"("partner_id", "refund_id");

-- CreateIndex
CREATE INDEX "redemptions_ref_idx" ON "redemptions"("ref");

-- AddForeignKey
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_transaction_id_fkey" FOREIGN KEY ("transaction_id") REFERENCES "relay_transactions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AlterEnum
ALTER TYPE "ledger_kind" ADD VALUE 'return';
ALTER TYPE "ledger_kind" ADD VALUE 'repayment';

-- AlterEnum
ALTER TYPE "ledger_book" ADD VALUE 'debt';

-- AlterTable
ALTER TABLE "purchases" ADD COLUMN "earning_points" BIGINT,
ADD COLUMN "earning_per_minor" BIGINT,
ADD COLUMN "items" JSONB;

-- CreateTable
CREATE TABLE "purchase_returns" (
    "id" BIGSERIAL NOT NULL,
    "partner_id" INTEGER NOT NULL,
    "return_id" TEXT NOT NULL,
    "body_hash" BYTEA NOT NULL,
    "purchase_id" BIGINT NOT NULL,
    "account" BYTEA NOT NULL,
    "amount_minor" BIGINT NOT NULL CHECK ("amount_minor" >= 0),
    "items" JSONB,
    "points" BIGINT NOT NULL CHECK ("points" >= 0),
    "pending" BIGINT NOT NULL CHECK ("pending" BETWEEN 0 AND "points"),
    "signed_at" BIGINT NOT NULL,
    "signature" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "purchase_returns_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "brand_debts" (
    "partner_id" INTEGER NOT NULL,
    "account" BYTEA NOT NULL,
    "points" BIGINT NOT NULL CHECK ("points" >= 0),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "brand_debts_pkey" PRIMARY KEY ("partner_id","account")
);

-- CreateTable
CREATE TABLE "debt_repayments" (
    "id" BIGSERIAL NOT NULL,
    "partner_id" INTEGER NOT NULL,
    "account" BYTEA NOT NULL,
    "purchase_id" BIGINT NOT NULL,
    "points" BIGINT NOT NULL CHECK ("points" > 0),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "debt_repayments_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "purchase_returns_purchase_id_idx" ON "purchase_returns"("purchase_id");

-- CreateIndex
CREATE INDEX "purchase_returns_account_id_idx" ON "purchase_returns"("account", "id");

-- CreateIndex
CREATE UNIQUE INDEX "purchase_returns_partner_id_return_id_key" ON "purchase_returns"("partner_id", "return_id");

-- CreateIndex
CREATE INDEX "brand_debts_account_idx" ON "brand_debts"("account");

-- CreateIndex
CREATE INDEX "debt_repayments_account_id_idx" ON "debt_repayments"("account", "id");

-- AddForeignKey
ALTER TABLE "purchase_returns" ADD CONSTRAINT "purchase_returns_purchase_id_fkey" FOREIGN KEY ("purchase_id") REFERENCES "purchases"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TRIGGER "purchase_returns_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "purchase_returns"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "debt_repayments_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "debt_repayments"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- AlterTable
ALTER TABLE "api_keys" ADD COLUMN     "expires_at" TIMESTAMPTZ(3),
ADD COLUMN     "previous_sha256" BYTEA,
ADD COLUMN     "previous_until" TIMESTAMPTZ(3),
ALTER COLUMN "partner_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "gas_costs" ADD COLUMN     "mined_at" BIGINT;

-- CreateTable
CREATE TABLE "staff_members" (
    "id" UUID NOT NULL,
    "partner_id" INTEGER NOT NULL,
    "account" BYTEA NOT NULL,
    "role" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "joined_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "staff_members_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "staff_invites" (
    "id" UUID NOT NULL,
    "partner_id" INTEGER NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "role" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "staff_invites_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reserve_settings" (
    "partner_id" INTEGER NOT NULL,
    "alert_bps" INTEGER,
    "runway_days" INTEGER,

    CONSTRAINT "reserve_settings_pkey" PRIMARY KEY ("partner_id")
);

-- CreateTable
CREATE TABLE "prepared_transactions" (
    "id" UUID NOT NULL,
    "partner_id" INTEGER,
    "action" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "prepared" JSONB NOT NULL,
    "prepared_block" BIGINT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "admission" JSONB,
    "activated_at" TIMESTAMPTZ(3),

    CONSTRAINT "prepared_transactions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "partner_movements" (
    "partner_id" INTEGER NOT NULL,
    "number" BIGINT NOT NULL,
    "log_index" INTEGER NOT NULL,
    "timestamp" BIGINT NOT NULL,
    "name" TEXT NOT NULL,
    "transaction_hash" BYTEA,
    "changes" JSONB NOT NULL,

    CONSTRAINT "partner_movements_pkey" PRIMARY KEY ("partner_id","number","log_index")
);

-- CreateTable
CREATE TABLE "partner_positions" (
    "partner_id" INTEGER NOT NULL,
    "number" BIGINT NOT NULL,
    "timestamp" BIGINT NOT NULL,
    "supply_word" DECIMAL(78,0) NOT NULL,
    "values_word" DECIMAL(78,0) NOT NULL,
    "reserve" DECIMAL(78,0) NOT NULL,
    "match_budget" DECIMAL(78,0) NOT NULL,
    "totals" JSONB NOT NULL,

    CONSTRAINT "partner_positions_pkey" PRIMARY KEY ("partner_id","number")
);

-- CreateIndex
CREATE INDEX "staff_members_account_idx" ON "staff_members"("account");

-- CreateIndex
CREATE UNIQUE INDEX "staff_members_partner_id_account_key" ON "staff_members"("partner_id", "account");

-- CreateIndex
CREATE UNIQUE INDEX "staff_invites_token_hash_key" ON "staff_invites"("token_hash");

-- CreateIndex
CREATE INDEX "staff_invites_partner_id_idx" ON "staff_invites"("partner_id");

-- CreateIndex
CREATE INDEX "prepared_transactions_partner_id_id_idx" ON "prepared_transactions"("partner_id", "id");

-- CreateIndex
CREATE INDEX "partner_movements_partner_id_timestamp_idx" ON "partner_movements"("partner_id", "timestamp");

-- CreateIndex
CREATE INDEX "partner_positions_partner_id_timestamp_idx" ON "partner_positions"("partner_id", "timestamp");

-- An operator's key is of no partner and has one scope; a partner's key never has it.
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_operator" CHECK (
    CASE WHEN "partner_id" IS NULL THEN "scopes" = ARRAY['operator'] ELSE NOT 'operator' = ANY("scopes") END
);

-- CreateEnum
CREATE TYPE "challenge_purpose" AS ENUM ('registration', 'authentication', 'siwe');

-- CreateEnum
CREATE TYPE "key_change_status" AS ENUM ('queued', 'done', 'failed');

-- AlterEnum
ALTER TYPE "member_kind" ADD VALUE 'passkey';

-- AlterEnum
ALTER TYPE "transaction_kind" ADD VALUE 'keys';

-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "device" TEXT,
ADD COLUMN     "key" BYTEA,
ADD COLUMN     "last_used_at" TIMESTAMPTZ(3),
ADD COLUMN     "method" TEXT,
ALTER COLUMN "issued_at" DROP NOT NULL;

-- CreateTable
CREATE TABLE "sign_in_challenges" (
    "challenge" BYTEA NOT NULL,
    "purpose" "challenge_purpose" NOT NULL,
    "account" BYTEA,
    "user_handle" BYTEA,
    "origin" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_challenges_pkey" PRIMARY KEY ("challenge")
);

-- CreateTable
CREATE TABLE "passkeys" (
    "credential_id" BYTEA NOT NULL,
    "account" BYTEA NOT NULL,
    "key" BYTEA NOT NULL,
    "public_key_x" BYTEA NOT NULL,
    "public_key_y" BYTEA NOT NULL,
    "user_handle" BYTEA NOT NULL,
    "sign_count" BIGINT NOT NULL,
    "transports" TEXT[],
    "backed_up" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "passkeys_pkey" PRIMARY KEY ("credential_id")
);

-- CreateTable
CREATE TABLE "key_changes" (
    "id" UUID NOT NULL,
    "account" BYTEA NOT NULL,
    "key" BYTEA NOT NULL,
    "role" INTEGER NOT NULL,
    "daily_limit" BIGINT NOT NULL,
    "nonce" BIGINT NOT NULL,
    "deadline" BIGINT NOT NULL,
    "signature" BYTEA NOT NULL,
    "digest" BYTEA NOT NULL,
    "status" "key_change_status" NOT NULL DEFAULT 'queued',
    "reason" JSONB,
    "transaction_id" BIGINT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "key_changes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "consents" (
    "id" BIGSERIAL NOT NULL,
    "account" BYTEA NOT NULL,
    "purpose" TEXT NOT NULL,
    "granted" BOOLEAN NOT NULL,
    "text" TEXT NOT NULL,
    "origin" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "audit_seq" BIGINT NOT NULL,
    "audit_hash" BYTEA NOT NULL,

    CONSTRAINT "consents_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "sign_in_challenges_expires_at_idx" ON "sign_in_challenges"("expires_at");

-- CreateIndex
CREATE INDEX "passkeys_account_idx" ON "passkeys"("account");

-- CreateIndex
CREATE UNIQUE INDEX "key_changes_digest_key" ON "key_changes"("digest");

-- CreateIndex
CREATE INDEX "key_changes_account_nonce_idx" ON "key_changes"("account", "nonce");

-- CreateIndex
CREATE INDEX "key_changes_status_created_at_idx" ON "key_changes"("status", "created_at");

-- CreateIndex
CREATE INDEX "key_changes_transaction_id_idx" ON "key_changes"("transaction_id");

-- CreateIndex
CREATE INDEX "consents_account_id_idx" ON "consents"("account", "id");

-- AddForeignKey
ALTER TABLE "passkeys" ADD CONSTRAINT "passkeys_account_fkey" FOREIGN KEY ("account") REFERENCES "members"("account") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "key_changes" ADD CONSTRAINT "key_changes_transaction_id_fkey" FOREIGN KEY ("transaction_id") REFERENCES "relay_transactions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma cannot describe

-- The keys of a member: the events that named them.
CREATE INDEX "chain_events_key_changes_idx" ON "chain_events" (("args"->>'member')) WHERE "name" = 'KeyChanged';

CREATE TRIGGER "consents_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "consents"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
